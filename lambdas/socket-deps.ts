// Everything `socket` may reach, built once per container.

import { openTable } from './aws/clients.ts';
import { deliveryState } from './aws/delivery/delivery-state.ts';
import { broadcasts } from './aws/inbox/broadcasts.ts';
import { inbox } from './aws/inbox/inbox.ts';
import { recipients } from './aws/model/recipients.ts';
import { schedules } from './aws/schedule/schedules.ts';
import { taskQueue } from './aws/schedule/task-queue.ts';
import { openQueues } from './aws/send-messages.ts';
import { connections } from './aws/sockets/connections.ts';
import { sender } from './aws/sockets/sender.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import { readEnvironment, SCHEDULE_VARIABLES, scheduleTarget } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type SocketDeps = ReturnType<typeof socketDeps>;

export function socketDeps(base: BaseDeps) {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL', 'DISPATCH_QUEUE_URL', ...SCHEDULE_VARIABLES);
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    connections: connections(table, base.clock),
    subscriptions: subscriptions(table, base.clock),
    recipients: recipients(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
    deliveryState: deliveryState(table),
    tasks: taskQueue(openQueues(), env.DISPATCH_QUEUE_URL),
    schedules: schedules(scheduleTarget(env)),
  };
}
