// Everything `fanout` may reach, built once per container.

import { openTable } from './aws/clients.ts';
import { broadcasts } from './aws/inbox/broadcasts.ts';
import { inbox } from './aws/inbox/inbox.ts';
import { recipients } from './aws/model/recipients.ts';
import { connections } from './aws/sockets/connections.ts';
import { sender } from './aws/sockets/sender.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import { readEnvironment } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type FanoutDeps = ReturnType<typeof fanoutDeps>;

export function fanoutDeps(base: BaseDeps) {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL');
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    subscriptions: subscriptions(table, base.clock),
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
  };
}
