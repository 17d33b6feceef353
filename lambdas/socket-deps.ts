// Everything `socket` may reach, built once per container.
import { broadcasts } from './aws/broadcasts.ts';
import { openTable } from './aws/clients.ts';
import { connections } from './aws/connections.ts';
import { deliveryMarks } from './aws/delivery-marks.ts';
import { inbox } from './aws/inbox.ts';
import { openQueues, taskQueue } from './aws/queues.ts';
import { recipients } from './aws/recipients.ts';
import { schedules } from './aws/schedules.ts';
import { sender } from './aws/sender.ts';
import { readEnvironment, SCHEDULE_VARIABLES, scheduleTarget } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type SocketDeps = ReturnType<typeof socketDeps>;

export function socketDeps(base: BaseDeps) {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL', 'DISPATCH_QUEUE_URL', ...SCHEDULE_VARIABLES);
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    connections: connections(table, base.clock),
    recipients: recipients(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
    marks: deliveryMarks(table),
    tasks: taskQueue(openQueues(), env.DISPATCH_QUEUE_URL),
    schedules: schedules(scheduleTarget(env)),
  };
}
