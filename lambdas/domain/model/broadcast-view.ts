// A notification to everyone as one user has it: the shared row with that user's own state.
import type { BroadcastState } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';

/** A broadcast is unread until its reader's own state, or a watermark, says otherwise. */
export function asSeenBy(item: StoredNotification, state: BroadcastState | undefined): StoredNotification {
  if (state === undefined) return { ...item, unread_key: item.id };
  return { ...item, unread_key: unreadKeyOf(item.id, state), read_at: state.read_at, archived_at: state.archived_at };
}

export function unreadKeyOf(id: string, state: BroadcastState | undefined): string | undefined {
  if (state === undefined) return id;
  return state.unread_key ?? (state.read_at === undefined ? id : undefined);
}
