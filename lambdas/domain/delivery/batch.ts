// What the messages of one batch share, so that it is read once.

import type { NotificationRequest } from '../../../protocol/request.ts';
import type { BroadcastKey } from '../inbox/ports.ts';
import { rowTtlSeconds } from '../model/expiry.ts';
import type { Deps } from './ports.ts';

export interface Batch {
  /** All broadcasts that are kept. */
  broadcastKeys(): Promise<BroadcastKey[]>;
  /** Ids that this batch stored for the user, `id` now among them. */
  justStored(userId: string, id: string): string[];
  /** Unix seconds after which a row may go: the retention, or the request's own end where that is earlier. */
  ttlSeconds(request: Pick<NotificationRequest, 'expires_at'>, nowMs: number): number;
}

export function newBatch(deps: Pick<Deps, 'broadcasts'>, retentionDays: number): Batch {
  let keys: Promise<BroadcastKey[]> | undefined;
  const stored = new Map<string, string[]>();
  return {
    broadcastKeys() {
      keys ??= deps.broadcasts.keysNewerThan('');
      return keys;
    },
    justStored(userId, id) {
      const ids = stored.get(userId) ?? [];
      if (!ids.includes(id)) ids.push(id);
      stored.set(userId, ids);
      return ids;
    },
    ttlSeconds: (request, nowMs) => rowTtlSeconds(request, nowMs, retentionDays),
  };
}
