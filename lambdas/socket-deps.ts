// Everything `socket` may reach, built once per container.

import type { ServiceLimits } from '../protocol/service-limits.ts';
import { openTable } from './aws/clients.ts';
import { deliveryState } from './aws/delivery/delivery-state.ts';
import { broadcasts } from './aws/inbox/broadcasts.ts';
import { claims } from './aws/inbox/claims.ts';
import { inbox } from './aws/inbox/inbox.ts';
import { rateLimits } from './aws/model/rate-limits.ts';
import { recipients } from './aws/model/recipients.ts';
import { heldRequests } from './aws/schedule/held-requests.ts';
import { taskQueue } from './aws/schedule/task-queue.ts';
import { openQueues } from './aws/send-messages.ts';
import { socketCloser } from './aws/sockets/close-socket.ts';
import { connections } from './aws/sockets/connections.ts';
import { logouts } from './aws/sockets/logouts.ts';
import { sender } from './aws/sockets/sender.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import { readEnvironment } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type SocketDeps = ReturnType<typeof socketDeps>;

export function socketDeps(base: BaseDeps) {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL', 'DISPATCH_QUEUE_URL', 'LIMITS');
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    connections: connections(table, base.clock),
    subscriptions: subscriptions(table, base.clock),
    recipients: recipients(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    claims: claims(table),
    sender: sender(env.CALLBACK_URL),
    closer: socketCloser(env.CALLBACK_URL),
    logouts: logouts(table),
    held: heldRequests(table),
    tasks: taskQueue(openQueues(), env.DISPATCH_QUEUE_URL),
    deliveryState: deliveryState(table),
    rateLimits: rateLimits(table),
    limits: JSON.parse(env.LIMITS) as ServiceLimits,
  };
}
