// The reader's side of the inbox on a chosen implementation of the table; sockets accept everything unless they are in
// `gone`.
import type { Deps } from '../../lambdas/domain/delivery/ports.ts';
import { firstKeyAt } from '../../lambdas/domain/model/notification-id.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { arrivals } from './arrivals.ts';
import { noUserRows } from './no-user-rows.ts';
import { portsOn, type TableKind } from './ports-on.ts';

export type InboxSystem = Awaited<ReturnType<typeof inboxSystem>>;

export async function inboxSystem(kind: TableKind = 'memory', options: { isMetered?: boolean } = {}) {
  const ports = await portsOn(kind, options);
  const posted: { connectionId: string; frame: ServerFrame }[] = [];
  const gone = new Set<string>();
  const sender: Deps['sender'] = {
    async post(connectionId, frame) {
      if (gone.has(connectionId)) return 'gone';
      posted.push({ connectionId, frame });
      return 'sent';
    },
  };
  const deps = {
    ...ports.deps,
    sender,
    wsUrl: 'wss://example.test/v1',
    postsPerSecond: 5_000,
    retentionDays: 90,
    mappedDetailTypes: [],
    userRows: noUserRows,
    checkTable: async () => undefined,
    tokenRules: { acceptsUntyped: false },
  };
  /** As somebody who was there before everything that is sent to everyone. */
  const known = (userId: string) => deps.recipients.introduce(userId, firstKeyAt(0));
  return { ...ports, deps, posted, gone, known, ...arrivals(deps, ports.clock) };
}
