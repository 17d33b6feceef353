// Everything `dispatch` may reach, built once per container.

import type { InboxRules } from '../protocol/inbox-rules.ts';
import type { ServiceLimits } from '../protocol/service-limits.ts';
import { openTable } from './aws/clients.ts';
import { deliveryState } from './aws/delivery/delivery-state.ts';
import { encodedSender } from './aws/delivery/encoded-sender.ts';
import { failedMessages } from './aws/delivery/failed-messages.ts';
import { fanoutProgress } from './aws/delivery/fanout-progress.ts';
import { fanoutQueue } from './aws/delivery/fanout-queue.ts';
import { rateSlots } from './aws/delivery/rate-slots.ts';
import { rejectedQueue } from './aws/delivery/rejected-queue.ts';
import { broadcasts } from './aws/inbox/broadcasts.ts';
import { claims } from './aws/inbox/claims.ts';
import { history } from './aws/inbox/history.ts';
import { inbox } from './aws/inbox/inbox.ts';
import { readMarks } from './aws/inbox/read-marks.ts';
import { recipients } from './aws/model/recipients.ts';
import { devices } from './aws/push/devices.ts';
import { push } from './aws/push/push.ts';
import { readSecret } from './aws/push/read-secret.ts';
import { webPush } from './aws/push/web-push.ts';
import { bulkRequests } from './aws/schedule/bulk-requests.ts';
import { digests } from './aws/schedule/digests.ts';
import { dueRequests } from './aws/schedule/due-requests.ts';
import { heldRequests } from './aws/schedule/held-requests.ts';
import { requests } from './aws/schedule/requests.ts';
import { schedules } from './aws/schedule/schedules.ts';
import { taskQueue } from './aws/schedule/task-queue.ts';
import { openQueues } from './aws/send-messages.ts';
import { audience } from './aws/sockets/audience.ts';
import { socketCloser } from './aws/sockets/close-socket.ts';
import { connections } from './aws/sockets/connections.ts';
import { logouts } from './aws/sockets/logouts.ts';
import { sender } from './aws/sockets/sender.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import type { DispatchBatchDeps } from './domain/dispatch-batch.ts';
import {
  PUSH_VARIABLES,
  pushTargets,
  readEnvironment,
  SCHEDULE_VARIABLES,
  scheduleTarget,
  WEB_PUSH_VARIABLES,
  webPushSettings,
} from './environment.ts';
import type { BaseDeps } from './start.ts';

export type DispatchHandlerDeps = BaseDeps & DispatchBatchDeps;

export function dispatchDeps(base: BaseDeps): DispatchHandlerDeps {
  const env = readEnvironment(
    'TABLE_NAME',
    'CALLBACK_URL',
    'DISPATCH_QUEUE_URL',
    'REJECTED_QUEUE_URL',
    'FANOUT_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'LIMITS',
    'INBOX_RULES',
    'MAX_RECEIVES',
    'RETENTION_DAYS',
    ...SCHEDULE_VARIABLES,
    ...PUSH_VARIABLES,
    ...WEB_PUSH_VARIABLES,
  );
  const table = openTable(env.TABLE_NAME);
  const queues = openQueues();
  return {
    ...base,
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    claims: claims(table),
    deliveryState: deliveryState(table),
    rateSlots: rateSlots(table, base.clock),
    requests: requests(table),
    bulk: bulkRequests(table),
    digests: digests(table, base.clock),
    dueRequests: dueRequests(table),
    held: heldRequests(table),
    devices: devices(table, base.clock),
    sender: sender(env.CALLBACK_URL),
    closer: socketCloser(env.CALLBACK_URL),
    logouts: logouts(table),
    audience: audience(table, base.clock),
    history: history(table, base.clock),
    readMarks: readMarks(table),
    tasks: taskQueue(queues, env.DISPATCH_QUEUE_URL),
    rejected: rejectedQueue(queues, env.REJECTED_QUEUE_URL),
    subscriptions: subscriptions(table, base.clock),
    fanoutProgress: fanoutProgress(table),
    encodedSender: encodedSender(env.CALLBACK_URL),
    fanout: fanoutQueue(queues, env.FANOUT_QUEUE_URL),
    schedules: schedules(scheduleTarget(env)),
    push: push(pushTargets(env)),
    webPush: webPush({ ...webPushSettings(env), readSecret: readSecret(env.WEB_PUSH_SECRET_ARN) }, base.clock),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    failedMessages: failedMessages(queues, {
      queueUrl: env.DISPATCH_QUEUE_URL,
      deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
      origin: 'dispatch',
    }),
    limits: JSON.parse(env.LIMITS) as ServiceLimits,
    inboxRules: JSON.parse(env.INBOX_RULES) as InboxRules,
    retentionDays: Number(env.RETENTION_DAYS),
    maxReceives: Number(env.MAX_RECEIVES),
    random: Math.random,
  };
}
