// Notifications to users with two pages, of which one is used, and a phone: seen at that page, or by nobody.
import type { BenchStack } from './bench-stack.ts';
import { connectUsers } from './connect-users.ts';
import { inBatches, requestTo, USERS, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

const PAGES = 2;
/** Ten seconds for the page that was used, ten for the other; a second more for the queue. */
const CHECK_SECONDS = 11;

export const ALERT_SCENARIOS: Scenario[] = [
  {
    name: 'alert at one of two pages, seen there',
    of: 'notifications',
    perSecond: 100,
    most: USERS,
    prepare: async (stack, notifications) => {
      for (const socket of await openPages(stack, notifications)) {
        socket.onFrame((frame) => {
          if (frame.confirm_shown) socket.send({ action: 'shown', notification_ids: [frame.notification.id] });
        });
      }
    },
    run: async (stack, notifications) => {
      await notifyAll(stack, notifications);
      await stack.advance(CHECK_SECONDS);
      await stack.framesArrived('notification', PAGES * notifications);
    },
    mostDollars: 8.9,
  },
  {
    name: 'alert that nobody sees, pushed after 20 s',
    of: 'notifications',
    perSecond: 100,
    most: USERS,
    prepare: openPages,
    run: async (stack, notifications) => {
      await notifyAll(stack, notifications);
      await stack.advance(CHECK_SECONDS);
      await stack.advance(CHECK_SECONDS);
      await stack.framesArrived('notification', (PAGES + 1) * notifications);
    },
    mostDollars: 12.8,
  },
];

async function notifyAll(stack: BenchStack, notifications: number): Promise<void> {
  for (const indexes of inBatches(notifications))
    await stack.put(...indexes.map((index) => requestTo(userOf(index), index)));
  await stack.framesArrived('notification', PAGES * notifications);
  await stack.settle();
}

async function openPages(stack: BenchStack, notifications: number) {
  const used = await connectUsers(stack, notifications);
  const others = await connectUsers(stack, notifications);
  for (const socket of others) socket.send({ action: 'presence', state: 'idle' });
  for (const socket of used) socket.send({ action: 'presence', state: 'active' });
  for (let index = 0; index < used.length; index++) {
    const userId = userOf(index);
    await stack.rest(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token: `phone-of-${userId}` });
  }
  return [...used, ...others];
}
