// What the messages of one batch share, so that it is read once.

import type { NotificationRequest } from '../../../protocol/request.ts';
import type { BroadcastKey, UnreadKey } from '../inbox/ports.ts';
import { rowTtlSeconds } from '../model/expiry.ts';
import type { Recipient } from '../model/recipient.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import type { DeliverTask } from '../schedule/task.ts';
import { contentOf } from './deliver-to-users.ts';
import type { Waiting } from './gather.ts';
import type { Deps } from './ports.ts';

export interface Batch {
  /** Where it is present, requests for digests are left in it, to be added together afterwards. */
  waiting?: Waiting[];
  /** Loaded once for messages that follow one another closely. */
  recipient(userId: string): Promise<Recipient>;
  /** What a recipient's message of a request with many is about. */
  content(task: DeliverTask): Promise<NotificationRequest>;
  /** All broadcasts that are kept. */
  broadcastKeys(): Promise<BroadcastKey[]>;
  /** Keys of what this batch stored for the user, this one now among them. */
  justStored(userId: string, stored: Pick<StoredNotification, 'id' | 'expires_at'>): UnreadKey[];
  /** Unix seconds after which a row may go: the retention, or the request's own end where that is earlier. */
  ttlSeconds(request: Pick<NotificationRequest, 'expires_at'>, nowMs: number): number;
}

/** Our choice: older than this, a recipient is loaded anew, because sockets open and preferences change. */
const RECIPIENT_MAX_AGE_MS = 1_000;

export function newBatch(
  deps: Pick<Deps, 'broadcasts' | 'recipients' | 'bulk' | 'clock'>,
  retentionDays: number,
): Batch {
  let keys: Promise<BroadcastKey[]> | undefined;
  const recipients = new Map<string, { atMs: number; loaded: Promise<Recipient> }>();
  const stored = new Map<string, UnreadKey[]>();
  const contents = new Map<string, Promise<NotificationRequest>>();
  return {
    content(task) {
      if (task.request !== undefined) return Promise.resolve(task.request);
      const name = JSON.stringify([task.source, task.request_id, task.audience]);
      const loaded = contents.get(name) ?? contentOf(deps, task);
      contents.set(name, loaded);
      return loaded;
    },
    recipient(userId) {
      const nowMs = deps.clock.now();
      const known = recipients.get(userId);
      if (known && nowMs - known.atMs < RECIPIENT_MAX_AGE_MS) return known.loaded;
      const loaded = deps.recipients.load(userId);
      recipients.set(userId, { atMs: nowMs, loaded });
      // One that fails is not kept: the next message tries anew.
      loaded.catch(() => recipients.delete(userId));
      return loaded;
    },
    broadcastKeys() {
      keys ??= deps.broadcasts.keysNewerThan('');
      return keys;
    },
    justStored(userId, { id, expires_at }) {
      const keys = stored.get(userId) ?? [];
      const key = { id, unread_key: id, ...(expires_at !== undefined && { expires_at }) };
      if (!keys.some((known) => known.id === id)) keys.push(key);
      stored.set(userId, keys);
      return keys;
    },
    ttlSeconds: (request, nowMs) => rowTtlSeconds(request, nowMs, retentionDays),
  };
}
