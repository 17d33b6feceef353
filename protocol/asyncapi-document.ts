// The AsyncAPI 3.0 document of the bus and the WebSocket, made from the schemas. Build time only: no function imports
// this.
import { jsonSchemas, type SchemaGroup } from './json-schemas.ts';

type Json = Record<string, any>;

const CHANNELS: Record<string, { address: string; title: string; description: string; groups: SchemaGroup[] }> = {
  bus: {
    address: '{event_bus_name}',
    title: 'The event bus',
    description:
      'Amazon EventBridge: PutEvents with the message name as DetailType, the payload as Detail, and any Source. The bus is the output EventBusName.',
    groups: ['events'],
  },
  socket: {
    address: '/v1',
    title: 'The WebSocket',
    description: 'Frames are JSON texts. Open the ws_url of a ticket with ?ticket=, then send sync. See protocol.md.',
    groups: ['client-frames', 'server-frames'],
  },
};

/** Which way messages go, seen from Carillon. */
const OPERATIONS: Record<string, { action: 'send' | 'receive'; channel: string; group: SchemaGroup; summary: string }> =
  {
    takeEvents: { action: 'receive', channel: 'bus', group: 'events', summary: 'What producers ask for' },
    takeFrames: { action: 'receive', channel: 'socket', group: 'client-frames', summary: 'What a client may send' },
    sendFrames: { action: 'send', channel: 'socket', group: 'server-frames', summary: 'What a client gets' },
  };

export function asyncApiDocument(): Json {
  const schemas = jsonSchemas();
  const messagesOf = (group: SchemaGroup) =>
    Object.keys(schemas[group]).map((name) => [keyOf(group, name), name] as const);
  const message = (group: SchemaGroup, name: string): Json => ({
    name,
    title: name,
    contentType: 'application/json',
    payload: { $ref: `./schemas/${group}/${name}.json` },
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Carillon',
      version: '2',
      description: 'What goes over the event bus and the WebSocket. The texts are in protocol.md.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: {
      bus: {
        host: 'events.us-east-1.amazonaws.com',
        protocol: 'https',
        description: 'Amazon EventBridge, in the Region of the stack',
        security: [{ $ref: '#/components/securitySchemes/iam' }],
      },
      socket: {
        host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
        protocol: 'wss',
        description: 'The output WebSocketUrl',
        security: [{ $ref: '#/components/securitySchemes/ticket' }],
      },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      Object.entries(CHANNELS).map(([name, { groups, ...channel }]) => [
        name,
        {
          ...channel,
          servers: [{ $ref: `#/servers/${name}` }],
          ...(name === 'bus' && { parameters: { event_bus_name: { description: 'The output EventBusName' } } }),
          messages: Object.fromEntries(
            groups.flatMap((group) =>
              messagesOf(group).map(([key]) => [key, { $ref: `#/components/messages/${key}` }]),
            ),
          ),
        },
      ]),
    ),
    operations: Object.fromEntries(
      Object.entries(OPERATIONS).map(([name, { channel, group, ...operation }]) => [
        name,
        {
          ...operation,
          channel: { $ref: `#/channels/${channel}` },
          messages: messagesOf(group).map(([key]) => ({ $ref: `#/channels/${channel}/messages/${key}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        (Object.keys(schemas) as SchemaGroup[]).flatMap((group) =>
          messagesOf(group).map(([key, name]) => [key, message(group, name)]),
        ),
      ),
      securitySchemes: {
        iam: {
          type: 'httpApiKey',
          in: 'header',
          name: 'authorization',
          description: 'AWS Signature Version 4 with the permission events:PutEvents, as the AWS SDKs send it',
        },
        ticket: {
          type: 'httpApiKey',
          in: 'query',
          name: 'ticket',
          description: 'From POST /api/v2/tickets; opens one socket',
        },
      },
    },
  };
}

/** A notification is a frame and an event; keys are letters, digits, `.`, `-` and `_`. */
const keyOf = (group: SchemaGroup, name: string): string =>
  group === 'events' ? name : `${group === 'client-frames' ? 'client' : 'server'}.${name}`;
