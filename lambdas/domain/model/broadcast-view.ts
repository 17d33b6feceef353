// A notification to everyone as one user has it: the shared row with that user's own state.
import { newestOf } from './notification-id.ts';
import type { BroadcastState, Recipient } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';
import { HASH_SPACE, userHash } from './user-hash.ts';

/** A broadcast is unread until its reader's own state, or a watermark, says otherwise. */
export function asSeenBy(
  item: StoredNotification,
  recipient: Pick<Recipient, 'known_since'>,
  state: BroadcastState | undefined,
): StoredNotification {
  const unread_key = unreadKeyOf(item.id, recipient, state);
  const { unread_key: _shared, ...shared } = item;
  // The row is everyone's: what this reader did is only in the reader's own state.
  const updatedAt = newestOf(shared.updated_at ?? '', state?.read_at ?? '', state?.archived_at ?? '');
  return {
    ...shared,
    ...(updatedAt !== '' && { updated_at: updatedAt }),
    ...(unread_key !== undefined && { unread_key }),
    ...(state?.read_at !== undefined && { read_at: state.read_at }),
    ...(state?.archived_at !== undefined && { archived_at: state.archived_at }),
    ...(state?.snoozed_until !== undefined && { snoozed_until: state.snoozed_until }),
  };
}

/** What came before a user was first seen is read from the start: nobody begins with months of old announcements. */
export function unreadKeyOf(
  id: string,
  { known_since: knownSince }: Pick<Recipient, 'known_since'>,
  state: BroadcastState | undefined,
): string | undefined {
  if (state?.unread_key !== undefined) return state.unread_key;
  return state?.read_at !== undefined || id <= knownSince ? undefined : id;
}

/** The hashes of users who see a broadcast first, while it is rolled out: [0, this). */
export const canaryEnd = (percent: number): number => Math.floor((HASH_SPACE * percent) / 100);

/** While it is rolled out, only its first users see a broadcast. */
export const isVisibleTo = (userId: string, { canary_percent: percent }: { canary_percent?: number }): boolean =>
  percent === undefined || userHash(userId) < canaryEnd(percent);
