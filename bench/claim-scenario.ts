// A notification that three users were sent, each with one socket, and that one of them claims over REST.
import type { BenchStack } from './bench-stack.ts';
import { connectUsers } from './connect-users.ts';
import { requestTo, USERS, userOf } from './requests.ts';
import type { Scenario } from './scenario.ts';

const MAY_CLAIM = 3;

export const CLAIM_SCENARIO: Scenario = {
  name: `claim, by one of ${MAY_CLAIM} users`,
  of: 'claims',
  perSecond: 1,
  most: USERS / 2,
  prepare: sendClaimable,
  async run(stack, claims) {
    for (let index = 0; index < claims; index++) {
      const own = stack.arrived().find(({ frame, userId }) => {
        return userId === userOf(index) && frame.notification?.payload.url === `/builds/${index}`;
      });
      const reply = await stack.rest(userOf(index), 'PUT', `/api/v2/notifications/${own?.frame.notification.id}/claim`);
      if (!reply.ok) throw new Error(`A claim was answered with ${reply.status}.`);
    }
    await stack.framesArrived('claim', MAY_CLAIM * claims);
  },
  // A write and its rate limit's; who may claim, the notification, each one's connections.
  budget: { dynamodb_wru: 2, dynamodb_rru: 8, lambda_requests: 1, websocket_messages: MAY_CLAIM },
};

async function sendClaimable(stack: BenchStack, claims: number): Promise<void> {
  await connectUsers(stack, claims + MAY_CLAIM);
  for (let index = 0; index < claims; index++) {
    const { user_id: _one, ...request } = requestTo(userOf(index), index);
    const user_ids = Array.from({ length: MAY_CLAIM }, (_, more) => userOf(index + more));
    await stack.put({ ...request, user_ids, claim: { expires_seconds: 900 } });
  }
  await stack.framesArrived('notification', MAY_CLAIM * claims);
}
