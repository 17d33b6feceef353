// Everything `fanout` may reach, built once per container.
import { broadcasts } from './aws/broadcasts.ts';
import { openTable } from './aws/clients.ts';
import { connections } from './aws/connections.ts';
import { inbox } from './aws/inbox.ts';
import { recipients } from './aws/recipients.ts';
import { sender } from './aws/sender.ts';
import { subscriptions } from './aws/subscriptions.ts';
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
