// Notifications that are scheduled, must be acknowledged, or find their user offline with a phone.
import type { BenchStack } from './bench-stack.ts';
import { connectUsers } from './connect-users.ts';
import { IN_FLIGHT } from './online-scenarios.ts';
import { inBatches, requestTo, USERS, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * MINUTE_SECONDS;
/** Sockets that wait longer without a frame are cut by the gateway after ten minutes. */
const CONNECT_AHEAD_SECONDS = 4 * MINUTE_SECONDS;
/** The acknowledgement is asked for five seconds after sending; a second more for the queue. */
const ACK_CHECK_SECONDS = 6;

/** Ids of the notifications that are to be snoozed, by user. */
const delivered: string[] = [];

export const RELIABLE_SCENARIOS: Scenario[] = [
  {
    name: 'scheduled, five minutes ahead',
    of: 'notifications',
    perSecond: 100,
    // A day has many sweeps.
    most: IN_FLIGHT,
    prepare: async () => undefined,
    run: (stack, notifications) => sendAhead(stack, notifications, 5 * MINUTE_SECONDS),
    budget: { dynamodb_wru: 6.1, dynamodb_rru: 5, lambda_requests: 1.2, scheduler_invocations: 0 },
  },
  {
    name: 'scheduled, a day ahead',
    of: 'notifications',
    perSecond: 100,
    // A day has many sweeps.
    most: IN_FLIGHT,
    prepare: async () => undefined,
    run: (stack, notifications) => sendAhead(stack, notifications, DAY_SECONDS),
    budget: { dynamodb_wru: 6.1, dynamodb_rru: 5, lambda_requests: 1.2, scheduler_invocations: 1.05 },
  },
  {
    name: 'held until its user is present',
    of: 'notifications',
    perSecond: 1,
    most: USERS,
    prepare: async (stack, notifications) => {
      await connectUsers(stack, notifications);
      const until = new Date((await stack.now()) + 5 * MINUTE_SECONDS * 1000).toISOString();
      for (let index = 0; index < notifications; index++)
        await stack.put({
          ...requestTo(userOf(index), index),
          deliver_when: { state: 'present', until, otherwise: 'inbox' },
        });
    },
    run: async (stack, notifications) => {
      for (let index = 0; index < notifications; index++) stack.send(index, { action: 'presence', state: 'active' });
      await stack.framesArrived('notification', notifications);
    },
    // From the report on: presence, the notification, that its request is delivered and waits no more.
    budget: { websocket_messages: 2, dynamodb_wru: 8, dynamodb_rru: 8, lambda_requests: 2 },
  },
  {
    name: 'acknowledged',
    of: 'notifications',
    perSecond: 100,
    prepare: async (stack, notifications) => {
      for (const socket of await connectUsers(stack, notifications)) {
        socket.onFrame((frame) => {
          if (frame.type === 'notification') socket.send({ action: 'ack', notification_id: frame.notification.id });
        });
      }
    },
    run: async (stack, notifications) => {
      for (const indexes of inBatches(notifications)) {
        await stack.put(...indexes.map((index) => ({ ...requestTo(userOf(index), index), requires_ack: true })));
        // On a busy machine a burst of them would take longer than the five seconds, and be sent again.
        await stack.framesArrived('acked', indexes.at(-1)! + 1);
      }
      await stack.advance(ACK_CHECK_SECONDS);
    },
    budget: { dynamodb_wru: 3, dynamodb_rru: 3, websocket_messages: 3, lambda_requests: 2.1 },
  },
  {
    name: 'snoozed for five minutes',
    of: 'snoozes',
    perSecond: 1,
    most: USERS,
    prepare: async (stack, snoozes) => {
      delivered.length = 0;
      for (const [index, socket] of (await connectUsers(stack, snoozes)).entries()) {
        socket.onFrame((frame) => {
          if (frame.type === 'notification') delivered[index] = frame.notification.id;
        });
      }
      for (let index = 0; index < snoozes; index++) await stack.put(requestTo(userOf(index), index));
      await stack.framesArrived('notification', snoozes);
    },
    run: async (stack, snoozes) => {
      const until = new Date((await stack.now()) + 5 * MINUTE_SECONDS * 1000).toISOString();
      for (const [index, id] of [...delivered].entries())
        await stack.rest(userOf(index), 'PUT', `/api/v2/notifications/${id}/snooze`, { until });
      await stack.settle();
      await stack.advance(5 * MINUTE_SECONDS + 1);
      await stack.framesArrived('notification', snoozes);
    },
    // Its end is noted for the sweep, and forgotten: two writes.
    budget: { dynamodb_wru: 9, dynamodb_rru: 30, lambda_requests: 4, websocket_messages: 2, http_api_requests: 1 },
  },
  {
    name: 'offline, pushed to one phone',
    of: 'notifications',
    perSecond: 100,
    prepare: async (stack, notifications) => {
      for (let index = 0; index < Math.min(USERS, notifications); index++) {
        const userId = userOf(index);
        await stack.rest(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token: `phone-of-${userId}` });
      }
    },
    run: sendPushed,
    budget: { dynamodb_wru: 2, dynamodb_rru: 2.2, lambda_requests: 0.25, sns_requests: 1, sns_mobile_deliveries: 1 },
  },
  {
    name: 'offline, pushed to one browser',
    of: 'notifications',
    perSecond: 100,
    prepare: async (stack, notifications) => {
      for (let index = 0; index < Math.min(USERS, notifications); index++) {
        const userId = userOf(index);
        const answer = await stack.rest(userId, 'GET', '/api/v2/devices/web-push-key');
        const { public_key: key } = (await answer.json()) as { public_key: string };
        const subscribed = { application_server_key: key, user_id: userId };
        const subscription = await stack.call('POST', 'browsers', subscribed);
        await stack.rest(userId, 'POST', '/api/v2/devices', { platform: 'web', ...subscription });
      }
    },
    run: sendPushed,
    budget: { dynamodb_wru: 2, dynamodb_rru: 2.2, lambda_requests: 0.25, sns_requests: 0 },
  },
];

/** Asks in batches for a time that many seconds ahead, and moves the clock there; sockets open shortly before. */
async function sendAhead(stack: BenchStack, notifications: number, aheadSeconds: number): Promise<void> {
  for (const together of inBatches(notifications, IN_FLIGHT)) {
    const deliverAt = new Date((await stack.now()) + aheadSeconds * 1000).toISOString();
    for (const indexes of inBatches(together.length)) {
      const requests = indexes.map((at) => requestTo(userOf(together[at]!), together[at]!));
      await stack.put(...requests.map((request) => ({ ...request, deliver_at: deliverAt })));
    }
    await stack.settle();
    await stack.advance(aheadSeconds - CONNECT_AHEAD_SECONDS);
    await stack.uncounted(async () => {
      await stack.closeSockets();
      for (const index of together) await stack.connect(userOf(index));
    });
    await stack.advance(CONNECT_AHEAD_SECONDS + 1);
    await stack.framesArrived('notification', together.at(-1)! + 1);
  }
}

/** To users without a socket: each has one phone, or one browser. */
async function sendPushed(stack: BenchStack, notifications: number): Promise<void> {
  for (const indexes of inBatches(notifications)) {
    await stack.put(...indexes.map((index) => requestTo(userOf(index), index)));
  }
  await stack.settle();
  const phones: { messages: unknown[] }[] = await stack.call('GET', 'phones');
  const pushed = phones.reduce((sum, phone) => sum + phone.messages.length, 0);
  if (pushed !== notifications) throw new Error(`${pushed} pushes were sent for ${notifications} notifications.`);
}
