// A back end with AWS credentials reaches a socket at the URL that the WebSocket API's own gives, as on AWS.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { connectionsOf } from '../support/stored-rows.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const frame = { type: 'event', topic: 'notifications', event_type: 'from.a.back.end', payload: {} };

function client(secretAccessKey?: string): ApiGatewayManagementApiClient {
  const { outputs } = stack;
  return new ApiGatewayManagementApiClient({
    region: outputs.region!,
    endpoint: outputs.ws_url!.replace(/^ws/, 'http'),
    ...(outputs.aws_access_key_id && {
      credentials: {
        accessKeyId: outputs.aws_access_key_id,
        secretAccessKey: secretAccessKey ?? outputs.aws_secret_access_key!,
      },
    }),
  });
}

describe('@connections beside the WebSocket URL', () => {
  it('posts to a socket with a right signature, and only then', async () => {
    const user = newUser('posted');
    const socket = await stack.connect(user);
    const [row] = await connectionsOf(stack, user);
    const ConnectionId = String(row!.sk).replace('#CONN#', '');
    const post = new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(JSON.stringify(frame)) });
    if (stack.isLocal)
      await expect(client('wrong').send(post)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await client().send(post);
    expect(await socket.frame('event')).toEqual(frame);
    await socket.caughtUp();
    expect(socket.of('event')).toHaveLength(1);
    await socket.close();
  });

  it('says 410 of a socket that never was', async () => {
    const post = new PostToConnectionCommand({ ConnectionId: 'never=', Data: Buffer.from('x') });
    await expect(client().send(post)).rejects.toMatchObject({ name: 'GoneException' });
  });
});
