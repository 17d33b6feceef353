// Everything `inbox` may reach, built once per container.
import { audience } from './aws/audience.ts';
import { broadcasts } from './aws/broadcasts.ts';
import { openTable } from './aws/clients.ts';
import { connections } from './aws/connections.ts';
import { devices } from './aws/devices.ts';
import { eventBus } from './aws/event-bus.ts';
import { history } from './aws/history.ts';
import { inbox } from './aws/inbox.ts';
import { push } from './aws/push.ts';
import { rateLimits } from './aws/rate-limits.ts';
import { readMarks } from './aws/read-marks.ts';
import { recipients } from './aws/recipients.ts';
import { sender } from './aws/sender.ts';
import { tickets } from './aws/tickets.ts';
import { userStates } from './aws/user-states.ts';
import { PUSH_VARIABLES, pushTargets, readEnvironment } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type InboxDeps = ReturnType<typeof inboxDeps>;

export function inboxDeps(base: BaseDeps) {
  const env = readEnvironment('TABLE_NAME', 'EVENT_BUS_NAME', 'WEBSOCKET_URL', 'CALLBACK_URL', ...PUSH_VARIABLES);
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    bus: eventBus(env.EVENT_BUS_NAME),
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
    tickets: tickets(table),
    devices: devices(table),
    push: push(pushTargets(env)),
    history: history(table, base.clock),
    readMarks: readMarks(table),
    userStates: userStates(table),
    rateLimits: rateLimits(table),
    audience: audience(table, base.clock),
    wsUrl: env.WEBSOCKET_URL,
  };
}
