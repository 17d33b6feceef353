// Notifications to users who are connected, one socket each: sent one by one, ten to a PutEvents call, a hundred in one
// event.
import { connectUsers } from './connect-users.ts';
import { inBatches, requestTo, USERS, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

/** What this machine serves in less than five seconds: what comes later is filed anew, with a write more. */
export const IN_FLIGHT = 40;

export const ONLINE_SCENARIOS: Scenario[] = [
  {
    name: 'single',
    of: 'notifications',
    perSecond: 1,
    mostDollars: 5.6,
    prepare: connectUsers,
    async run(stack, notifications) {
      for (let index = 0; index < notifications; index++) {
        await stack.put(requestTo(userOf(index), index));
        await stack.framesArrived('notification', index + 1);
        await stack.settle();
      }
    },
    budget: { dynamodb_wru: 2, dynamodb_rru: 2.5, lambda_requests: 1 },
  },
  {
    name: 'ten to a call',
    of: 'notifications',
    perSecond: 100,
    prepare: connectUsers,
    async run(stack, notifications) {
      for (const indexes of inBatches(notifications)) {
        await stack.put(...indexes.map((index) => requestTo(userOf(index), index)));
        await stack.framesArrived('notification', indexes.at(-1)! + 1 - IN_FLIGHT);
      }
      await stack.framesArrived('notification', notifications);
    },
    budget: { dynamodb_wru: 2, dynamodb_rru: 1.5, lambda_requests: 0.25 },
  },
  {
    name: 'batch, 100 different requests in one event',
    of: 'notifications',
    perSecond: 100,
    mostDollars: 2.75,
    prepare: connectUsers,
    async run(stack, notifications) {
      for (const indexes of inBatches(notifications, USERS)) {
        await stack.putTogether(...indexes.map((index) => requestTo(userOf(index), index)));
        await stack.framesArrived('notification', indexes.at(-1)! + 1);
        await stack.settle();
      }
    },
    budget: { dynamodb_wru: 2, dynamodb_rru: 1.5, lambda_requests: 0.3, sqs_requests: 0.4 },
  },
];
