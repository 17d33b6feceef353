// One notification of a user by its id: the user's own, or one to everyone with the user's state of it.
import { CallerError } from '../../../protocol/error-codes.ts';
import type { Notification } from '../../../protocol/notification.ts';
import { asSeenBy, isVisibleTo } from '../model/broadcast-view.ts';
import type { Recipient } from '../model/recipient.ts';
import { type StoredNotification, toNotification } from '../model/stored-notification.ts';
import type { Deps } from './ports.ts';

export interface Found {
  item: StoredNotification;
  notification: Notification;
  recipient: Recipient;
  /** Present for a notification to everyone. */
  broadcast?: { ttlSeconds: number };
}

type FindDeps = Pick<Deps, 'recipients' | 'history' | 'clock'>;

/** Archived ones are found too. Another user's is as unknown as one that never was. */
export async function findNotification(deps: FindDeps, userId: string, id: string): Promise<Found> {
  const [recipient, [own], broadcast] = await Promise.all([
    deps.recipients.load(userId, { consistent: true }),
    deps.history.many(userId, [id], []),
    deps.history.broadcast(id),
  ]);
  const state = recipient.broadcast_states.find((known) => known.id === id);
  const isVisible = broadcast !== undefined && isVisibleTo(userId, broadcast.item);
  const item = own ?? (isVisible ? asSeenBy(broadcast.item, recipient, state) : undefined);
  if (item === undefined) throw new CallerError('not_found', 'There is no such notification.');
  return {
    item,
    notification: toNotification(item, userId, recipient.watermarks, recipient.cleared_before),
    recipient,
    ...(own === undefined && broadcast && { broadcast: { ttlSeconds: broadcast.ttlSeconds } }),
  };
}
