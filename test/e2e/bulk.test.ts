// A request to very many users: the users that others write to meanwhile don't wait for it.

import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTIFICATION_PREFIX, userKey } from '../../lambdas/aws/keys.ts';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { ownsTarget } from '../support/target.ts';

/** The most that one event may name. */
const RECIPIENTS = 10_000;

let stack: StackUnderTest;
beforeAll(async () => {
  if (ownsTarget) stack = await stackUnderTest();
});
afterAll(() => stack?.close());

describe.skipIf(!ownsTarget)('a request to 10,000 users (needs a stack of its own)', () => {
  it('holds up nobody: what is sent after it arrives while nearly all of it still waits', async () => {
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const [first, second] = await Promise.all([stack.connect(alice), stack.connect(bob)]);
    // The first message of all starts the function.
    await stack.notify({ user_id: bob });
    await second.frame('notification');

    const userIds = Array.from({ length: RECIPIENTS }, (_, at) => `bulk-${at}`);
    await stack.notify({ user_ids: [alice, ...userIds.slice(1)], title: 'To all of them' });
    // The first recipient has it: the request is being worked on.
    await first.frame('notification');
    const sentMs = performance.now();
    await stack.notify({ user_id: bob, title: 'To bob alone' });
    await second.frame((frame) => frame.notification?.title === 'To bob alone', 60_000);
    const tookMs = performance.now() - sentMs;
    const delivered = await deliveredInBulk();
    console.info(
      `a single notification among ${RECIPIENTS} recipients: ${Math.round(tookMs)} ms, after ${delivered} of them`,
    );
    expect(delivered).toBeLessThan(RECIPIENTS / 10);
  });
});

async function deliveredInBulk(): Promise<number> {
  const pages = paginateScan(
    { client: stack.dynamodb },
    {
      TableName: stack.outputs.table_name!,
      Select: 'COUNT',
      FilterExpression: 'begins_with(pk, :bulk) AND begins_with(sk, :notification)',
      ExpressionAttributeValues: { ':bulk': userKey('bulk-'), ':notification': NOTIFICATION_PREFIX },
    },
  );
  let count = 0;
  for await (const page of pages) count += page.Count ?? 0;
  return count;
}
