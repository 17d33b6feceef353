// Everything `dispatch` may reach, built once per container.
import { broadcasts } from './aws/broadcasts.ts';
import { openTable } from './aws/clients.ts';
import { socketCloser } from './aws/close-socket.ts';
import { connections } from './aws/connections.ts';
import { deliveryMarks } from './aws/delivery-marks.ts';
import { devices } from './aws/devices.ts';
import { inbox } from './aws/inbox.ts';
import { push } from './aws/push.ts';
import { failedMessages, fanoutQueue, openQueues, rejectedQueue, taskQueue } from './aws/queues.ts';
import { recipients } from './aws/recipients.ts';
import { requests } from './aws/requests.ts';
import { schedules } from './aws/schedules.ts';
import { sender } from './aws/sender.ts';
import { turns } from './aws/turns.ts';
import type { DispatchDeps } from './domain/dispatch-message.ts';
import type { FailureDeps } from './domain/failed-message.ts';
import { PUSH_VARIABLES, pushTargets, readEnvironment, SCHEDULE_VARIABLES, scheduleTarget } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type DispatchHandlerDeps = BaseDeps &
  DispatchDeps &
  FailureDeps & {
    retentionDays: number;
  };

export function dispatchDeps(base: BaseDeps): DispatchHandlerDeps {
  const env = readEnvironment(
    'TABLE_NAME',
    'CALLBACK_URL',
    'DISPATCH_QUEUE_URL',
    'REJECTED_QUEUE_URL',
    'FANOUT_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'MAX_RECEIVES',
    'RETENTION_DAYS',
    ...SCHEDULE_VARIABLES,
    ...PUSH_VARIABLES,
  );
  const table = openTable(env.TABLE_NAME);
  const queues = openQueues();
  return {
    ...base,
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    marks: deliveryMarks(table),
    turns: turns(table, base.clock),
    requests: requests(table),
    devices: devices(table),
    sender: sender(env.CALLBACK_URL),
    closer: socketCloser(env.CALLBACK_URL),
    tasks: taskQueue(queues, env.DISPATCH_QUEUE_URL),
    rejected: rejectedQueue(queues, env.REJECTED_QUEUE_URL),
    fanout: fanoutQueue(queues, env.FANOUT_QUEUE_URL),
    schedules: schedules(scheduleTarget(env)),
    push: push(pushTargets(env)),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    failedMessages: failedMessages(queues, env.DISPATCH_QUEUE_URL, env.DEAD_LETTER_QUEUE_URL),
    retentionDays: Number(env.RETENTION_DAYS),
    maxReceives: Number(env.MAX_RECEIVES),
    random: Math.random,
  };
}
