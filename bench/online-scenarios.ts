// Notifications to users who are connected, one socket each: sent one by one, and ten to a PutEvents call.
import { connectUsers } from './connect-users.ts';
import { inBatches, requestTo, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

export const ONLINE_SCENARIOS: Scenario[] = [
  {
    name: 'online, one by one',
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
    name: 'online, ten to a call',
    prepare: connectUsers,
    async run(stack, notifications) {
      for (const indexes of inBatches(notifications)) {
        await stack.put(...indexes.map((index) => requestTo(userOf(index), index)));
      }
      await stack.framesArrived('notification', notifications);
    },
    budget: { dynamodb_wru: 2, dynamodb_rru: 1.5, lambda_requests: 0.15 },
  },
];
