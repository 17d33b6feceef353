// What else is unread, for the count that goes with a notification.
import { UNREAD_COUNT_MAX } from '../../../protocol/limits.ts';
import type { UnreadCount } from '../../../protocol/server-frame.ts';
import { sendCount } from '../inbox/count-frame.ts';
import type { UnreadKey } from '../inbox/ports.ts';
import { countUnread, UNREAD_KEYS_MAX } from '../inbox/unread-count.ts';
import { hasEnded, type Recipient } from '../model/recipient.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import { unreadFloor } from '../model/watermark.ts';
import type { Batch } from './batch.ts';
import type { Deps } from './ports.ts';

export interface InboxLook {
  count: UnreadCount;
  /** False: there were more than a count shows before, read and seen, so both are the same now. */
  isCountChanged: boolean;
  keys: UnreadKey[];
}

/**
 * An eventual read may not show this very row yet, nor those that this batch stored a moment ago: they are added here.
 */
export async function lookAtInbox(
  deps: Pick<Deps, 'inbox' | 'clock'>,
  batch: Batch,
  recipient: Recipient,
  stored: StoredNotification,
): Promise<InboxLook> {
  const floor = unreadFloor(recipient.watermarks);
  const [found, broadcasts] = await Promise.all([
    // This one may be among them, and the others alone must show whether there were more than a count does.
    deps.inbox.unreadKeys(recipient.user_id, floor, UNREAD_KEYS_MAX + 1),
    batch.broadcastKeys(),
  ]);
  const known = new Set(found.map((key) => key.id));
  const fresh = batch.justStored(recipient.user_id, stored).filter((key) => !known.has(key.id));
  const keys = [...found, ...fresh];
  const newer = broadcasts.filter((key) => key.id > floor);
  const countOf = (some: readonly UnreadKey[]) => countUnread(recipient, some, newer, deps.clock.now());
  const before = countOf(keys.filter((key) => key.id !== stored.id));
  return { count: countOf(keys), isCountChanged: isBelowMost(before), keys };
}

const isBelowMost = ({ unread_count_exact: isExact, unseen_count: unseen }: UnreadCount): boolean =>
  isExact !== false || unseen < UNREAD_COUNT_MAX;

type SendCountDeps = Parameters<typeof sendCount>[0];

/**
 * The user wants no frame of it, yet the count has changed: what opens while it is being stored is found by a second
 * look.
 */
export async function sendCountOnly(
  deps: SendCountDeps,
  batch: Batch,
  recipient: Recipient,
  stored: StoredNotification,
): Promise<void> {
  const open = recipient.connections.filter((connection) => !hasEnded(connection, deps.clock.now()));
  if (open.length === 0 && (await deps.recipients.connections(recipient.user_id)).length === 0) return;
  if ((await lookAtInbox(deps, batch, recipient, stored)).isCountChanged) await sendCount(deps, recipient.user_id);
}
