// What fails is tried again by itself, with growing pauses, and ends in the dead-letter queue with its reason.
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

const posts = { service: 'apigatewaymanagementapi', operation: 'PostToConnection' };
const deadLetters = () => stack.local.messagesOf(stack.outputs.dead_letter_queue_url!);
const arnOf = (url: string): string => {
  const [account, name] = new URL(url).pathname.split('/').slice(-2);
  return `arn:aws:sqs:${stack.outputs.region}:${account}:${name}`;
};

describe.skipIf(!hasControlApi)('a socket that refuses for now (needs the control API)', () => {
  it('is tried again alone; the others are not shown it twice', async () => {
    const user = newUser('slow');
    const sockets = await Promise.all([stack.connect(user), stack.connect(user), stack.connect(user)]);
    await stack.local.fault({ ...posts, kind: 'throttle', times: 3 });
    await stack.notify({ user_id: user });
    await stack.settle();
    await stack.local.clearFaults();
    const [row] = await notificationsOf(stack, user);
    if (row!.is_unprocessed) expect(row).toMatchObject({ error_count: 1, last_error: 'LimitExceededException' });
    await stack.local.advance(60);
    for (const socket of sockets) {
      await socket.caughtUp();
      expect(socket.of('notification')).toHaveLength(1);
    }
    expect((await notificationsOf(stack, user))[0]).not.toHaveProperty('is_unprocessed');
  });

  it('twice makes the user unreachable: the inbox has it, and no message is dead-lettered', async () => {
    const user = newUser('refusing');
    const socket = await stack.connect(user);
    await stack.local.fault({ ...posts, kind: 'throttle' });
    await stack.notify({ user_id: user, title: 'Stuck' });
    await stack.settle();
    await stack.local.advance(60);
    await stack.local.clearFaults();
    const { body } = await stack.as(user, 'GET', '/api/v2/notifications');
    expect(body.notifications).toMatchObject([
      { title: 'Stuck', is_processed: true, error_count: 2, last_error: 'LimitExceededException', sent_at: null },
    ]);
    expect(await deadLetters()).toEqual([]);
    await socket.caughtUp();
    expect(socket.of('notification')).toEqual([]);
  });

  it('does not hold up other users of the same batch', async () => {
    const [bad, good] = [newUser('bad'), newUser('good')];
    const [, ofGood] = await Promise.all([stack.connect(bad), stack.connect(good)]);
    const [connection] = (await stack.local.connections()).filter(({ user_id }) => user_id === bad);
    expect(connection).toBeDefined();
    await stack.local.fault({ ...posts, kind: 'error', times: 3 });
    await stack.notify({ user_id: bad });
    await stack.settle();
    await stack.put(
      [good, bad].map((user_id) => ({
        detail_type: 'notification.requested',
        detail: { user_id, title: 'T', message: 'M', notification_type: 'system' },
      })),
    );
    await ofGood.frame('notification');
    await stack.local.clearFaults();
    await stack.local.advance(400);
    expect(ofGood.of('notification')).toHaveLength(1);
    expect(await notificationsOf(stack, bad)).toHaveLength(2);
    expect(await deadLetters()).toEqual([]);
  });
});

describe.skipIf(!hasControlApi)('what can be stored nowhere (needs the control API)', () => {
  it('ends in the dead-letter queue with its reason, and a redrive delivers it', async () => {
    const user = newUser('stuck');
    const socket = await stack.connect(user);
    await stack.local.fault({ service: 'dynamodb', operation: 'PutItem', function: 'dispatch', kind: 'error' });
    await stack.notify({ user_id: user, title: 'Stuck' });
    await stack.settle();
    // The longest pauses there can be; ten minutes would close an idle socket.
    await stack.local.advance(400);
    const [dead] = await deadLetters();
    expect(JSON.stringify(dead)).toContain('InternalServerError');
    await stack.local.clearFaults();
    await stack.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: arnOf(stack.outputs.dead_letter_queue_url!),
        DestinationArn: arnOf(stack.outputs.dispatch_queue_url!),
      }),
    );
    await stack.settle();
    await stack.local.advance(10);
    expect((await socket.frame('notification')).notification.title).toBe('Stuck');
    expect(await deadLetters()).toEqual([]);
  });
});

describe.skipIf(!hasControlApi)('a worker killed in the middle of a batch (needs the control API)', () => {
  it('loses nothing: each notification is stored once and reaches its socket', async () => {
    const users = Array.from({ length: 10 }, (_, at) => newUser(`killed${at}`));
    const sockets = await Promise.all(users.map((user) => stack.connect(user)));
    await stack.local.fault({ ...posts, kind: 'latency', ms: 300 });
    await stack.put(
      users.map((user_id) => ({
        detail_type: 'notification.requested',
        detail: { user_id, title: 'T', message: 'M', notification_type: 'system' },
      })),
    );
    await expect
      .poll(async () => (await stack.local.calls(50)).some((call) => call.operation === 'PutItem'), { timeout: 30_000 })
      .toBe(true);
    await stack.local.kill('dispatch');
    await stack.local.clearFaults();
    await stack.settle();
    await stack.local.advance(600);
    for (const [at, socket] of sockets.entries()) {
      const { notification } = await socket.frame('notification');
      expect(new Set(socket.of('notification').map((frame) => frame.notification.id)).size).toBe(1);
      const rows = await notificationsOf(stack, users[at]!);
      expect(rows.map((row) => row.sk)).toEqual([`N#${notification.id}`]);
    }
    expect(await deadLetters()).toEqual([]);
  });
});
