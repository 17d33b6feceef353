// Under what a request is known: an id is its source's own, and the same id for two audiences is two requests.
import { createHash } from 'node:crypto';
import type { NotificationRequest } from '../../../protocol/request.ts';

export interface RequestKey {
  /** The event's `Source`. */
  source: string;
  /** The producer's own id, or else the event's. */
  id: string;
  audience: string;
}

type Audience = Pick<NotificationRequest, 'user_id' | 'user_ids' | 'topic'>;

export function audienceOf({ user_id: userId, user_ids: userIds, topic }: Audience): string {
  if (userId !== undefined) return `user:${userId}`;
  if (topic !== undefined) return `topic:${topic}`;
  // As a set: the same users in another order, or named twice, are the same audience.
  const named = [...new Set(userIds)].sort().join('\0');
  return `users:${createHash('sha256').update(named).digest('hex').slice(0, 32)}`;
}

/** A UUID made from the request: what its recipients' copies have in common. */
export function claimIdOf({ source, id, audience }: RequestKey): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([source, id, audience]))
    .digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-9${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

type Id = Pick<RequestKey, 'source' | 'id'>;

/** What ids of notifications are made from, beside time and user. `among`: see `amongOf`. */
export const seedOf = ({ source, id }: Id, among?: string): string =>
  among === undefined ? `${source}\0${id}` : `${source}\0${id}\0${among}`;

/**
 * The audience of several users, where it distinguishes two requests: the same id may have been given to one of them
 * alone, in the same millisecond. An id of the event's own is given once. What is held until its user is present is
 * held as a request to that user.
 */
export const amongOf = (
  { audience }: RequestKey,
  { id, user_ids: userIds, deliver_when: when }: Pick<NotificationRequest, 'id' | 'user_ids' | 'deliver_when'>,
): string | undefined => (id !== undefined && userIds !== undefined && when === undefined ? audience : undefined);

/** Every seed that a notification of this id for one user may have been made from. */
export const seedsOf = (id: Id, known: readonly { audience: string }[]): string[] => [
  seedOf(id),
  ...known.flatMap(({ audience }) => (audience.startsWith('users:') ? [seedOf(id, audience)] : [])),
];
