// JSON Schema of every event and frame, for producers and clients in other languages. Build time only: no function
// imports this.
import * as z from 'zod';
import { clientFrameSchemas, GATEWAY_ACTIONS } from './client-frame.ts';
import { cancellationSchema, logoutSchema, recallSchema } from './event.ts';
import { REQUESTS_PER_EVENT_MAX } from './limits.ts';
import { requestSchema } from './request.ts';
import { serverFrameSchemas } from './server-frame-schemas.ts';
import { NOTIFICATIONS_TOPIC } from './topic.ts';
import { EVERYONE } from './user-id.ts';

type Json = Record<string, any>;
export type SchemaGroup = 'events' | 'client-frames' | 'server-frames';

const one = (...fields: string[]): Json => ({ oneOf: fields.map((field) => ({ required: [field] })) });

interface Described {
  schema: z.ZodType;
  /** What the schema's own checks say in code. */
  also?: Json;
}

const forEveryone = { required: ['user_id'], properties: { user_id: { const: EVERYONE } } };
const isLiveOnly = {
  anyOf: [
    { required: ['topic'], properties: { topic: {} } },
    { required: ['store'], properties: { store: { const: false } } },
  ],
};
/* biome-ignore-start lint/suspicious/noThenProperty: this is JSON Schema's `then`. */
const REQUEST_RULES: Json = {
  ...one('user_id', 'user_ids', 'topic'),
  // Stored notifications need texts; a live-only one, which a topic's always is, has nothing to acknowledge.
  if: isLiveOnly,
  then: {
    properties: { requires_ack: { const: false }, rollout: false, topic: { not: { const: NOTIFICATIONS_TOPIC } } },
  },
  else: { required: ['title', 'message'], properties: { title: {}, message: {} } },
  allOf: [
    {
      if: forEveryone,
      then: { properties: { requires_ack: { const: false } } },
      else: { properties: { rollout: false } },
    },
  ],
};
/* biome-ignore-end lint/suspicious/noThenProperty: see above. */

const GROUPS: Record<SchemaGroup, Record<string, Described>> = {
  events: {
    'notification.requested': { schema: requestSchema, also: REQUEST_RULES },
    'notification.cancelled': { schema: cancellationSchema },
    'notification.recalled': { schema: recallSchema },
    'user.logged_out': { schema: logoutSchema },
  },
  'client-frames': {
    ...Object.fromEntries(GATEWAY_ACTIONS.map((name) => [name, { schema: z.object({ action: z.literal(name) }) }])),
    ...Object.fromEntries(Object.entries(clientFrameSchemas).map(([name, schema]) => [name, { schema }])),
    ack: { schema: clientFrameSchemas.ack, also: one('notification_id', 'notification_ids') },
  },
  'server-frames': Object.fromEntries(
    // Fields may be added: a client ignores those it does not know.
    Object.entries(serverFrameSchemas).map(([name, schema]) => [name, { schema: z.looseObject(schema.shape) }]),
  ),
};

/** By group, then by name. */
export function jsonSchemas(): Record<SchemaGroup, Record<string, Json>> {
  const described = Object.entries(GROUPS).map(([group, schemas]) => [
    group,
    Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, describe(name, one)])),
  ]);
  const schemas: Record<SchemaGroup, Record<string, Json>> = Object.fromEntries(described);
  schemas.events['notification.requested'] = oneOrMany(schemas.events['notification.requested']!);
  return schemas;
}

/** A request, or up to 100 in one event. */
function oneOrMany({ $schema, title, ...request }: Json): Json {
  const requests = { type: 'array', minItems: 1, maxItems: REQUESTS_PER_EVENT_MAX, items: request };
  const many = { type: 'object', properties: { requests }, required: ['requests'], additionalProperties: false };
  return { $schema, title, anyOf: [request, many] };
}

function describe(name: string, { schema, also = {} }: Described): Json {
  const { $schema, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
    override: ({ jsonSchema: part }) => {
      // A format says what its long pattern says.
      if (part.format !== undefined) delete part.pattern;
      // Named schemas would be moved aside and referred to; each file is complete.
      delete (part as Json).id;
    },
  }) as Json;
  return { $schema, title: name, ...inlined(made), ...also };
}

function inlined({ $defs = {}, ...schema }: Json): Json {
  const resolve = (value: any): any => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$ref === 'string') return resolve($defs[value.$ref.replace('#/$defs/', '')]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  };
  return resolve(schema);
}
