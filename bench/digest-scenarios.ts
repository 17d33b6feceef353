// Fifty requests that make one notification, to a user with one socket: sent in one event, and sent one by one.
import type { NotificationRequestInput } from '../protocol/request.ts';
import type { BenchStack } from './bench-stack.ts';
import { connectUsers } from './connect-users.ts';
import { inBatches, requestTo, USERS, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

const REQUESTS = 50;
const WINDOW_SECONDS = 60;

export const DIGEST_SCENARIOS: Scenario[] = [
  {
    name: `digest of ${REQUESTS}, sent in one event`,
    of: 'digests',
    perSecond: 1,
    most: 20,
    atMost: { scenario: 'single', times: 4 },
    prepare: connectUsers,
    run: (stack, digests) => send(stack, digests, (requests) => stack.putTogether(...requests)),
    budget: { eventbridge_events: 1, sqs_requests: 10, lambda_requests: 4, dynamodb_wru: 15, websocket_messages: 1 },
  },
  {
    name: `digest of ${REQUESTS}, sent one by one`,
    of: 'digests',
    perSecond: 1,
    most: 4,
    prepare: connectUsers,
    run: (stack, digests) =>
      send(stack, digests, async (requests) => {
        for (const request of requests) {
          await stack.put(request);
          await stack.settle();
        }
      }),
    budget: { eventbridge_events: REQUESTS, dynamodb_wru: REQUESTS + 15, lambda_requests: REQUESTS + 2 },
  },
];

async function send(
  stack: BenchStack,
  digests: number,
  put: (requests: NotificationRequestInput[]) => Promise<void>,
): Promise<void> {
  for (const some of inBatches(digests, USERS)) {
    for (const index of some) {
      const digest = {
        key: `builds-${index}`,
        window_seconds: WINDOW_SECONDS,
        title: '{count} builds are ready',
        message: 'They passed all of their checks.',
      };
      await put(Array.from({ length: REQUESTS }, (_, at) => ({ ...requestTo(userOf(index), at), digest })));
    }
    await stack.settle();
    await stack.advance(WINDOW_SECONDS + 1);
    await stack.framesArrived('notification', some.at(-1)! + 1);
  }
}
