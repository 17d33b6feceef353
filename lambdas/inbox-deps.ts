// Everything `inbox` may reach, built once per container.

import type { InboxRules } from '../protocol/inbox-rules.ts';
import type { ServiceLimits } from '../protocol/service-limits.ts';
import { checkTable } from './aws/check-table.ts';
import { openTable } from './aws/clients.ts';
import { eventBus } from './aws/delivery/event-bus.ts';
import { eventQueue } from './aws/delivery/event-queue.ts';
import { fanoutProgress } from './aws/delivery/fanout-progress.ts';
import { rateSlots } from './aws/delivery/rate-slots.ts';
import { userRows } from './aws/delivery/user-rows.ts';
import { broadcasts } from './aws/inbox/broadcasts.ts';
import { claims } from './aws/inbox/claims.ts';
import { history } from './aws/inbox/history.ts';
import { inbox } from './aws/inbox/inbox.ts';
import { readMarks } from './aws/inbox/read-marks.ts';
import { userStates } from './aws/inbox/user-states.ts';
import { rateLimits } from './aws/model/rate-limits.ts';
import { recipients } from './aws/model/recipients.ts';
import { devices } from './aws/push/devices.ts';
import { push } from './aws/push/push.ts';
import { readSecret } from './aws/push/read-secret.ts';
import { webPushKeys } from './aws/push/web-push-keys.ts';
import { digests } from './aws/schedule/digests.ts';
import { requests } from './aws/schedule/requests.ts';
import { taskQueue } from './aws/schedule/task-queue.ts';
import { openQueues } from './aws/send-messages.ts';
import { audience } from './aws/sockets/audience.ts';
import { socketCloser } from './aws/sockets/close-socket.ts';
import { connections } from './aws/sockets/connections.ts';
import { logouts } from './aws/sockets/logouts.ts';
import { sender } from './aws/sockets/sender.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import { tickets } from './aws/sockets/tickets.ts';
import { PUSH_VARIABLES, pushTargets, readEnvironment, WEB_PUSH_VARIABLES, webPushSettings } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type InboxDeps = ReturnType<typeof inboxDeps>;

export function inboxDeps(base: BaseDeps) {
  const env = readEnvironment(
    'TABLE_NAME',
    'EVENT_BUS_NAME',
    'DISPATCH_QUEUE_URL',
    'RETENTION_DAYS',
    'MAPPED_DETAIL_TYPES',
    'ACCEPT_UNTYPED_TOKENS',
    'WEBSOCKET_URL',
    'CALLBACK_URL',
    'LIMITS',
    'INBOX_RULES',
    'POSTS_PER_SECOND',
    ...PUSH_VARIABLES,
    ...WEB_PUSH_VARIABLES,
  );
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    bus: eventBus(env.EVENT_BUS_NAME),
    fastBus: eventQueue(openQueues(), env.DISPATCH_QUEUE_URL, base.clock),
    tasks: taskQueue(openQueues(), env.DISPATCH_QUEUE_URL),
    retentionDays: Number(env.RETENTION_DAYS),
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    subscriptions: subscriptions(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    claims: claims(table),
    sender: sender(env.CALLBACK_URL),
    closer: socketCloser(env.CALLBACK_URL),
    logouts: logouts(table),
    tickets: tickets(table),
    devices: devices(table, base.clock),
    push: push(pushTargets(env)),
    webPushKeys: webPushKeys({ ...webPushSettings(env), readSecret: readSecret(env.WEB_PUSH_SECRET_ARN) }),
    history: history(table, base.clock),
    readMarks: readMarks(table),
    userStates: userStates(table, base.clock),
    rateLimits: rateLimits(table),
    limits: JSON.parse(env.LIMITS) as ServiceLimits,
    inboxRules: JSON.parse(env.INBOX_RULES) as InboxRules,
    requests: requests(table),
    digests: digests(table, base.clock),
    rateSlots: rateSlots(table, base.clock),
    userRows: userRows(table),
    audience: audience(table, base.clock),
    fanoutProgress: fanoutProgress(table),
    wsUrl: env.WEBSOCKET_URL,
    checkTable: () => checkTable(table),
    tokenRules: { acceptsUntyped: env.ACCEPT_UNTYPED_TOKENS === 'true' },
    mappedDetailTypes: JSON.parse(env.MAPPED_DETAIL_TYPES) as string[],
    postsPerSecond: Number(env.POSTS_PER_SECOND),
  };
}
