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

/** What ids of notifications are made from, beside time and user. */
export const seedOf = ({ source, id }: Pick<RequestKey, 'source' | 'id'>): string => `${source}\0${id}`;
