// AWS throttles: nothing valid is lost, nothing shows twice, whichever of dispatch's calls is hit.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from '../support/new-user.ts';
import { drain, expectQueuesEmpty } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { broadcasts, notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

/** Longer than a message stays hidden after its first failures, and within the ten minutes a socket may be idle. */
const UNTIL_RETRIED_SECONDS = 500;
/**
 * More than the three attempts of the SDK: then the queue hands the message out again. One failure alone:
 * faults.test.ts.
 */
const TIMES = [4];

const CALLS = [
  ['dynamodb', 'Query'],
  ['dynamodb', 'PutItem'],
  ['apigatewaymanagementapi', 'PostToConnection'],
] as const;

describe.skipIf(!hasControlApi)('throttled (needs the control API)', () => {
  for (const times of TIMES) {
    for (const [service, operation] of CALLS) {
      it(`${operation} ${times} times: the user has one row and one frame`, async () => {
        const user = newUser('throttled');
        const socket = await stack.connect(user);
        await stack.local.fault({ service, operation, kind: 'throttle', function: 'dispatch', times });
        await stack.notify({ user_id: user, id: newUser('request') });
        await stack.local.advance(UNTIL_RETRIED_SECONDS);
        expect(await stack.local.call('GET', 'faults')).toEqual([]);
        await socket.caughtUp();
        expect(socket.of('notification')).toHaveLength(1);
        expect(await notificationsOf(stack, user)).toHaveLength(1);
        await expectQueuesEmpty(stack);
      });
    }

    it(`the send to its own queue ${times} times: each of many users has one row`, async () => {
      const users = Array.from({ length: 25 }, () => newUser('throttled'));
      await stack.local.fault({
        service: 'sqs',
        operation: 'SendMessageBatch',
        kind: 'throttle',
        function: 'dispatch',
        times,
      });
      await stack.notify({ user_ids: users });
      await stack.local.advance(UNTIL_RETRIED_SECONDS);
      expect(await stack.local.call('GET', 'faults')).toEqual([]);
      for (const user of users) expect(await notificationsOf(stack, user)).toHaveLength(1);
      await expectQueuesEmpty(stack);
    });

    it(`the send to the fan-out queue ${times} times: everyone's notification is stored once and sent`, async () => {
      const socket = await stack.connect(newUser('throttled'));
      // More than dispatch serves itself.
      await Promise.all(Array.from({ length: 51 }, () => stack.connect(newUser('many'))));
      const before = await broadcasts(stack);
      await stack.local.fault({
        service: 'sqs',
        operation: 'SendMessageBatch',
        kind: 'throttle',
        function: 'dispatch',
        times,
      });
      await stack.notify({ user_id: EVERYONE, title: 'To all' });
      await stack.local.advance(UNTIL_RETRIED_SECONDS);
      expect(await stack.local.call('GET', 'faults')).toEqual([]);
      await socket.frame('notification');
      expect(await broadcasts(stack)).toHaveLength(before.length + 1);
      await expectQueuesEmpty(stack);
    });

    it(`the send to the rejected queue ${times} times: the event is there once`, async () => {
      await stack.local.fault({
        service: 'sqs',
        operation: 'SendMessage',
        kind: 'throttle',
        function: 'dispatch',
        times,
      });
      await stack.put([{ detail_type: 'notification.requested', detail: { user_id: 7 } }]);
      await stack.local.advance(UNTIL_RETRIED_SECONDS);
      expect(await stack.local.call('GET', 'faults')).toEqual([]);
      expect(await drain(stack, stack.outputs.rejected_queue_url!)).toHaveLength(1);
      await expectQueuesEmpty(stack);
    });
  }
});
