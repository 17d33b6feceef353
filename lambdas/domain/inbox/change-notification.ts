// A reader reads, unreads or archives one notification.
import type { Notification } from '../../../protocol/notification.ts';
import type { UnreadCount } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { BroadcastState } from '../model/recipient.ts';
import { isOnPhones, toNotification } from '../model/stored-notification.ts';
import { unreadAgainKey } from '../model/watermark.ts';
import { sendCount } from './count-frame.ts';
import { type Found, findNotification } from './find-notification.ts';
import type { ChangeOptions, Deps, ItemChange } from './ports.ts';
import { unreadCount } from './unread-count.ts';
import { withdrawFromPhones } from './withdraw-from-phones.ts';

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
  | 'tasks'
>;

export type Changed = { notification: Notification } & UnreadCount;

/**
 * Doing twice what was done changes nothing. Nor does marking an archived one unread: another tab may have removed it a
 * moment ago, and what no list shows must not count.
 */
export async function changeNotification(deps: ChangeDeps, userId: string, id: string, act: Act): Promise<Changed> {
  const found = await findNotification(deps, userId, id);
  const change = changeFor(found, act, deps.clock.now());
  if (change === undefined) return unchanged(deps, found);
  // What no list shows must not count. One that is cleared may still be snoozed: removing it ends that.
  return storeChange(deps, userId, found, change, act === 'unread' ? IF_LISTED : {});
}

const IF_LISTED: ChangeOptions = { unlessArchived: true, ifSnoozedUntil: null };

export async function unchanged(deps: ChangeDeps, { notification, recipient }: Found): Promise<Changed> {
  return { notification, ...(await unreadCount(deps, recipient)) };
}

/**
 * Writes the change and notifies the user's sockets; where the row does not allow it any more, answers what it is
 * now.
 */
export async function storeChange(
  deps: ChangeDeps,
  userId: string,
  found: Found,
  change: ItemChange,
  options: ChangeOptions,
): Promise<Changed> {
  if ((await store(deps, userId, found, change, options)) === 'unchanged')
    return unchanged(deps, await findNotification(deps, userId, found.item.id));
  const { watermarks, cleared_before: clearedBefore } = found.recipient;
  const notification = toNotification({ ...found.item, ...change }, userId, watermarks, clearedBefore);
  const { is_read, is_archived } = notification;
  if ((is_read || is_archived) && isOnPhones(found.item))
    await withdrawFromPhones(deps, userId, [{ notification_id: notification.id }], found.recipient);
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
      if (notification.is_archived && item.snoozed_until === undefined) return undefined;
      return {
        unread_key: undefined,
        read_at: notification.read_at ?? now,
        archived_at: now,
        // It does not come back, also when it is snoozed at the same moment.
        snoozed_until: undefined,
        updated_at: now,
      };
  }
}

function store(deps: ChangeDeps, userId: string, found: Found, change: ItemChange, options: ChangeOptions) {
  if (found.broadcast === undefined) return deps.readMarks.changeOwn(userId, found.item.id, change, options);
  const state = { ...stateOf(change), expires_at: found.item.expires_at };
  return deps.readMarks.changeBroadcast(userId, found.item.id, state, found.broadcast.ttlSeconds, options);
}

/** All users share a broadcast's row: its `updated_at` says nothing about one reader. */
function stateOf({ updated_at: _everyones, ...state }: ItemChange): Omit<BroadcastState, 'id'> {
  return state;
}
