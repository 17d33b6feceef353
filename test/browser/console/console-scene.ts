// A runtime with something on every page of the console: what the screenshots show, and what axe checks.
import type { StackUnderTest } from '../../support/stack-under-test.ts';

/** Gives the ids of the events that are worth opening. */
export async function setScene(stack: StackUnderTest) {
  const { local } = stack;
  const now = () => local.now();
  const later = async (seconds: number) => new Date((await now()) + seconds * 1_000).toISOString();
  const phone = (userId: string, platform: string, token: string) =>
    stack.as(userId, 'POST', '/api/v2/devices', { platform, token });
  await phone('bob', 'fcm', 'galaxy-s24-bob');
  await phone('alice', 'fcm', 'pixel-8-alice');
  await phone('dave', 'apns', 'iphone-15-dave');
  const reader = await stack.connect('alice', { topics: ['chat:42'] });
  reader.send({ action: 'subscribe', topics: ['chat:42'] });
  const closed = await stack.connect('alice');
  const erin = await Promise.all([stack.connect('erin'), stack.connect('erin'), stack.connect('erin')]);

  await stack.notify({ topic: 'chat:42', notification_type: 'typing', title: undefined, message: undefined });
  await stack.notify({
    user_ids: ['alice', 'bob', 'carol'],
    title: 'Stand-up in five minutes',
    notification_type: 'reminder',
    deliver_at: await later(3_400),
  });
  await stack.notify({
    user_id: '00000000-0000-0000-0000-000000000000',
    title: 'Your weekly summary',
    notification_type: 'journal.updated',
    deliver_at: await later(62_000),
  });
  await stack.notify({
    user_id: 'erin',
    title: 'Certificate renewal due in a day',
    notification_type: 'system',
    deliver_at: await later(31_000_000),
  });
  const rejected = await stack.notify({
    user_id: 'alice',
    title: 'x'.repeat(256),
    notification_type: 'group_user_added',
  });
  await stack.notify({ user_id: 'alice', title: 'Emma wants to be your friend', notification_type: 'friend_request' });
  await stack.notify({
    user_id: '00000000-0000-0000-0000-000000000000',
    title: 'Maintenance tonight, 22:00 to 22:15',
    notification_type: 'info',
  });
  await stack.notify({
    user_id: 'carol',
    title: 'Mara invited you to Sunday Kitchen',
    notification_type: 'group.invitation.received',
  });
  await local.settle();

  const pushFails = await local.fault({ service: 'sns', operation: 'Publish', kind: 'error', function: 'dispatch' });
  const failed = await stack.notify({
    user_id: 'dave',
    title: 'Import finished: 1,204 rows, 3 skipped',
    notification_type: 'csv.import',
  });
  await local.settle();
  await local.advance(400);
  await local.call('DELETE', `faults/${pushFails.id}`);

  const pushed = await stack.notify({
    user_id: 'bob',
    title: 'Emma: are you coming at eight?',
    notification_type: 'chat_message',
  });
  await local.settle();
  await local.fault({ service: 'dynamodb', operation: 'PutItem', kind: 'throttle', function: 'dispatch', times: 3 });
  const [connection] = (await local.connections()).filter(({ user_id: user }) => user === 'alice').reverse();
  await local.cut(connection!.id);
  closed.raw.terminate();
  const retried = await stack.notify({
    user_id: 'alice',
    title: 'Trade confirmed: 250 AAPL at 228.40',
    message: 'Filled on NASDAQ.',
    notification_type: 'trade.created',
    priority: 'high',
    payload: { orderId: '7731', url: '/trades/7731' },
  });
  await local.settle();
  await local.advance(5);
  await stack.notify({
    user_id: 'erin',
    title: 'Margin call: deposit 1,200.00 by 16:00',
    notification_type: 'trade.updated',
    priority: 'critical',
    requires_ack: true,
  });
  await local.fault({ service: 'apigatewaymanagementapi', operation: 'PostToConnection', kind: 'latency', ms: 1 });
  await local.settle();
  return { retried, pushed, failed, rejected, erin };
}
