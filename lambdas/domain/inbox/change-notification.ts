// A reader reads, unreads or archives one notification.
import type { Notification } from '../../../protocol/notification.ts';
import type { UnreadCount } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { BroadcastState } from '../model/recipient.ts';
import { toNotification } from '../model/stored-notification.ts';
import { unreadAgainKey } from '../model/watermark.ts';
import { sendCount } from './count-frame.ts';
import { type Found, findNotification } from './find-notification.ts';
import type { Deps, ItemChange } from './ports.ts';
import { unreadCount } from './unread-count.ts';

export type Act = 'read' | 'unread' | 'archive';

export type ChangeDeps = Pick<
  Deps,
  | 'recipients'
  | 'history'
  | 'readMarks'
  | 'inbox'
  | 'broadcasts'
  | 'connections'
  | 'sender'
  | 'closer'
  | 'clock'
  | 'metrics'
  | 'log'
>;

/**
 * Doing twice what was done changes nothing. Nor does marking an archived one unread: another tab may have removed it a
 * moment ago, and what no list shows must not count.
 */
export async function changeNotification(
  deps: ChangeDeps,
  userId: string,
  id: string,
  act: Act,
): Promise<{ notification: Notification } & UnreadCount> {
  const found = await findNotification(deps, userId, id);
  const change = changeFor(found, act, deps.clock.now());
  if (change === undefined || (await store(deps, userId, found, change, act)) === 'unchanged') {
    const now = change === undefined ? found : await findNotification(deps, userId, id);
    return { notification: now.notification, ...(await unreadCount(deps, now.recipient)) };
  }
  const { watermarks, cleared_before: clearedBefore } = found.recipient;
  const notification = toNotification({ ...found.item, ...change }, userId, watermarks, clearedBefore);
  const { is_read, is_archived } = notification;
  const changed = { at: toTimestamp(deps.clock.now()), notifications: [{ id: notification.id, is_read, is_archived }] };
  return { notification, ...(await sendCount(deps, userId, changed)) };
}

/** undefined: it is so already. */
function changeFor({ item, notification, recipient }: Found, act: Act, nowMs: number): ItemChange | undefined {
  const now = toTimestamp(nowMs);
  switch (act) {
    case 'read':
      return notification.is_read ? undefined : { unread_key: undefined, read_at: now, updated_at: now };
    case 'unread':
      if (!notification.is_read || notification.is_archived) return undefined;
      return { unread_key: unreadAgainKey(item.id, nowMs, recipient.watermarks), read_at: undefined, updated_at: now };
    case 'archive':
      if (notification.is_archived) return undefined;
      return { unread_key: undefined, read_at: notification.read_at ?? now, archived_at: now, updated_at: now };
  }
}

function store(deps: ChangeDeps, userId: string, found: Found, change: ItemChange, act: Act) {
  const options = { unlessArchived: act !== 'read' };
  if (found.broadcast === undefined) return deps.readMarks.changeOwn(userId, found.item.id, change, options);
  const state = { ...stateOf(change), expires_at: found.item.expires_at };
  return deps.readMarks.changeBroadcast(userId, found.item.id, state, found.broadcast.ttlSeconds, options);
}

/** All users share a broadcast's row: its `updated_at` says nothing about one reader. */
function stateOf({ updated_at: _everyones, ...state }: ItemChange): Omit<BroadcastState, 'id'> {
  return state;
}
