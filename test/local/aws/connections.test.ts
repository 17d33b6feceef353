// @connections through the AWS endpoint with the SDK's own client.
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionsService } from '../../../local/aws/connections.ts';
import { createEndpoint } from '../../../local/aws/endpoint.ts';
import type { Credential } from '../../../local/iam/credentials.ts';
import { servedEndpoint } from '../../support/served-endpoint.ts';
import { type Gateways, gatewayResource, startGateways } from '../gateway/gateway-fixture.ts';

let gateways: Gateways;
let closeEndpoint: () => Promise<void>;
let endpoint: string;
const clients: ApiGatewayManagementApiClient[] = [];

beforeEach(async () => {
  gateways = await startGateways({
    limits: { maxBufferedBytes: 200 * 1024 },
    resources: () => [
      gatewayResource('Api', 'ws', { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }),
      gatewayResource('Stage', 'stage', { ApiId: 'ws', StageName: 'live', AutoDeploy: true }),
    ],
  });
  const { sockets, gate, credentials, clock } = gateways;
  const service = connectionsService({
    region: 'us-east-1',
    accountId: '000000000000',
    apiId: sockets.apiId!,
    stageNames: sockets.stageNames,
    connections: sockets.connections,
  });
  const served = await servedEndpoint(
    createEndpoint({ services: [service], gate, credentials, clock, region: 'us-east-1', log: () => {} }),
  );
  endpoint = served.url;
  closeEndpoint = served.close;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await closeEndpoint();
  await gateways.close();
});

function client(credentials: Credential = gateways.credentials.operator, stage = 'live') {
  const made = new ApiGatewayManagementApiClient({
    endpoint: `${endpoint}/${stage}`,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  clients.push(made);
  return made;
}
const openOne = async () => {
  const socket = await gateways.connect();
  return { ...socket, ConnectionId: gateways.sockets.connections.list().at(-1)!.connectionId };
};

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
describe('@connections', () => {
  it('posts text and bytes as text frames', async () => {
    const { ConnectionId, next } = await openOne();
    await client().send(new PostToConnectionCommand({ ConnectionId, Data: '{"é":1}' }));
    expect(await next()).toBe('{"é":1}');
    await client().send(new PostToConnectionCommand({ ConnectionId, Data: new Uint8Array([0x61, 0xff]) }));
    expect(await next()).toBe('a\ufffd');
    expect(gateways.meter.read().units.websocket_messages).toBe(2);
  });

  it('describes a connection', async () => {
    const { ConnectionId } = await openOne();
    const about = await client().send(new GetConnectionCommand({ ConnectionId }));
    expect(about).toMatchObject({
      ConnectedAt: expect.any(Date),
      LastActiveAt: expect.any(Date),
      Identity: { SourceIp: '127.0.0.1' },
    });
    expect(Math.abs(about.ConnectedAt!.getTime() - gateways.clock.now())).toBeLessThan(60_000);
  });

  it('closes with a close frame; then everything is 410', async () => {
    const { ConnectionId, closed } = await openOne();
    await client().send(new DeleteConnectionCommand({ ConnectionId }));
    expect((await closed).code).toBe(1000);
    for (const command of [
      new PostToConnectionCommand({ ConnectionId, Data: 'x' }),
      new GetConnectionCommand({ ConnectionId }),
      new DeleteConnectionCommand({ ConnectionId }),
      new PostToConnectionCommand({ ConnectionId: 'R0oXAdfgoAMCJ2w=', Data: 'x' }),
      new PostToConnectionCommand({ ConnectionId: '../a b?c', Data: 'x' }),
    ]) {
      await expect(client().send(command as PostToConnectionCommand)).rejects.toMatchObject({
        name: 'GoneException',
        $metadata: { httpStatusCode: 410 },
      });
    }
  });

  it('takes 128 KB and not a byte more', async () => {
    const { ConnectionId, next } = await openOne();
    await client().send(new PostToConnectionCommand({ ConnectionId, Data: 'a'.repeat(128 * 1024) }));
    expect((await next()).length).toBe(128 * 1024);
    await expect(
      client().send(new PostToConnectionCommand({ ConnectionId, Data: 'a'.repeat(128 * 1024 + 1) })),
    ).rejects.toMatchObject({ name: 'PayloadTooLargeException', $metadata: { httpStatusCode: 413 } });
  });

  it('answers 429 for a client that does not read', async () => {
    const { ConnectionId, client: socket } = await openOne();
    socket.pause();
    const flood = async () => {
      for (let i = 0; i < 200; i++)
        await client().send(new PostToConnectionCommand({ ConnectionId, Data: 'a'.repeat(100_000) }));
    };
    await expect(flood()).rejects.toMatchObject({ name: 'LimitExceededException', $metadata: { httpStatusCode: 429 } });
  });

  it('needs execute-api:ManageConnections on the connection of that stage', async () => {
    const { ConnectionId } = await openOne();
    const allowed = (Resource: string) =>
      gateways.credentials.issue({
        name: 'f',
        arn: 'arn:f',
        statements: [{ Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource }],
      });
    const post = new PostToConnectionCommand({ ConnectionId, Data: 'x' });
    const api = 'arn:aws:execute-api:us-east-1:000000000000:ws';
    await client(allowed(`${api}/live/*/@connections/*`)).send(post);
    await client(allowed(`${api}/live/POST/@connections/${ConnectionId}`)).send(post);
    for (const resource of [`${api}/other/*/@connections/*`, `${api}/live/DELETE/@connections/*`]) {
      await expect(client(allowed(resource)).send(post)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    }
    await expect(client(undefined, 'other').send(post)).rejects.toMatchObject({ name: 'ForbiddenException' });
  });
});
