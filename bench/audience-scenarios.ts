// Notifications to many at once: everyone, a topic's subscribers, the users whom one event names. Counted is each
// frame.
import { EVERYONE } from '../protocol/user-id.ts';
import type { BenchStack } from './bench-stack.ts';
import { connectUsers } from './connect-users.ts';
import { requestTo, USERS, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

const TOPIC = 'chat:bench';
const SUBSCRIBERS = 10;

export const AUDIENCE_SCENARIOS: Scenario[] = [
  {
    name: `everyone, ${USERS} sockets`,
    of: 'frames',
    perSecond: 100,
    prepare: connectUsers,
    async run(stack, notifications) {
      const sockets = Math.min(USERS, notifications);
      for (let frames = sockets; frames <= notifications; frames += sockets) {
        await stack.put(requestTo(EVERYONE, frames));
        await stack.framesArrived('notification', frames);
        await stack.settle();
      }
    },
    // Most of it is the same for a hundred sockets as for ten thousand: npm run bench:broadcast has a million.
    budget: { dynamodb_wru: 1, dynamodb_rru: 1, lambda_requests: 0.3, sqs_requests: 1.5 },
  },
  {
    name: `topic, ${SUBSCRIBERS} subscribers`,
    of: 'frames',
    perSecond: 100,
    prepare: subscribe,
    async run(stack, notifications) {
      for (let frames = SUBSCRIBERS; frames <= notifications; frames += SUBSCRIBERS) {
        await stack.put({ topic: TOPIC, notification_type: 'typing', payload: { frames } });
        await stack.framesArrived('event', frames);
        await stack.settle();
      }
    },
    budget: { dynamodb_wru: 0, dynamodb_rru: 0.1, lambda_requests: 0.25 },
  },
  {
    name: 'bulk, 100 recipients in one event',
    of: 'notifications',
    perSecond: 100,
    mostDollars: 2.55,
    prepare: connectUsers,
    async run(stack, notifications) {
      for (let sent = 0; sent < notifications; sent += USERS) {
        const count = Math.min(USERS, notifications - sent);
        const userIds = Array.from({ length: count }, (_, index) => userOf(index));
        const { user_id: _one, ...request } = requestTo('', sent);
        await stack.put({ ...request, user_ids: userIds });
        await stack.framesArrived('notification', sent + count);
        await stack.settle();
      }
    },
    budget: { dynamodb_wru: 2, dynamodb_rru: 1.5, lambda_requests: 0.3 },
  },
];

async function subscribe(stack: BenchStack): Promise<void> {
  for (let index = 0; index < SUBSCRIBERS; index++) {
    const socket = await stack.connect(userOf(index), { topics: [TOPIC] });
    socket.send({ action: 'subscribe', topics: [TOPIC] });
  }
  await stack.framesArrived('subscribed', SUBSCRIBERS);
}
