// How rows about one request are named: all under its id, one per audience, and the parts of large ones.
import { createHash } from 'node:crypto';
import type { RequestKey } from '../../domain/schedule/request-key.ts';

type Id = Pick<RequestKey, 'source' | 'id'>;

/** A producer's id has no `#`; one of an event may. */
export const requestPartition = ({ source, id }: Id): string => `REQUEST#${id.replaceAll('#', '%23')}#${source}`;

export const REQUEST_PREFIX = 'REQUEST#';
export const requestKey = (key: RequestKey) => ({ pk: requestPartition(key), sk: REQUEST_PREFIX + key.audience });
export const cancellationKey = (id: Id) => ({ pk: requestPartition(id), sk: 'CANCELLED' });
export const rejectionKey = (id: Id) => ({ pk: requestPartition(id), sk: 'REJECTED' });
export const contentKey = (key: RequestKey) => ({ pk: requestPartition(key), sk: `CONTENT#${key.audience}` });
export const sentKey = (key: RequestKey) => ({ pk: requestPartition(key), sk: `SENT#${key.audience}` });

/** Of one event: a request that is parked anew under the same key has parts of its own. */
export const partsPrefix = (key: RequestKey, eventId: string): string => `PART#${key.audience}#${short(eventId)}#`;

const HOUR_MS = 60 * 60 * 1000;
/** Our choice: a partition takes 1,000 writes a second (AWS limit), and an hour may be a popular one. */
const SHARDS = [0, 1, 2, 3];

export const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS) * HOUR_MS;
export const duePartitions = (hourMs: number): string[] => SHARDS.map((shard) => duePartition(hourMs, shard));

/** The row by which a parked request is found when its wake-up was lost. */
export function dueKey(key: RequestKey, deliverAtMs: number) {
  const name = short(JSON.stringify([key.source, key.id, key.audience]));
  const shard = Number.parseInt(name.slice(0, 2), 16) % SHARDS.length;
  return { pk: duePartition(hourOf(deliverAtMs), shard), sk: `${new Date(deliverAtMs).toISOString()}#${name}` };
}

const duePartition = (hourMs: number, shard: number): string =>
  `DUE#${new Date(hourMs).toISOString().slice(0, 13)}#${shard}`;

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
