// A million subscribers in memory, by the port the fan-out reads them through; counts what DynamoDB would bill.
import { HASH_SPACE, hashText } from '../../lambdas/domain/model/user-hash.ts';
import type { Subscriber, Subscriptions } from '../../lambdas/domain/sockets/ports.ts';
import type { Random } from './random.ts';

/** Of a subscriber's row with ids as Cognito and API Gateway make them. */
const ROW_BYTES = 170;
const BYTES_PER_READ_UNIT = 4_096;

export interface VirtualAudience {
  size: number;
  page: Subscriptions['page'];
  readUnits(): number;
}

/** Connection ids are the numbers 0 to `size` - 1. */
export function virtualAudience(size: number, random: Random): VirtualAudience {
  const hashes = Float64Array.from({ length: size }, () => Math.floor(random.next() * HASH_SPACE)).sort();
  let readUnits = 0;
  /** The first index whose hash is at least this. */
  const find = (hash: number): number => {
    let [low, high] = [0, size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const positionOf = (index: number) => `${hashText(hashes[index]!)}#${index}`;
  return {
    size,
    async page(segment, after, limit) {
      const first = after === undefined ? find(segment.low) : Number(after.slice(9)) + 1;
      const end = find(segment.high);
      const last = Math.min(end, first + limit);
      const subscribers: Subscriber[] = [];
      for (let index = first; index < last; index++) {
        subscribers.push({ connection_id: String(index), user_id: String(index), position: positionOf(index) });
      }
      // Eventually consistent, so half a unit for each 4 KB begun.
      readUnits += Math.max(1, Math.ceil((subscribers.length * ROW_BYTES) / BYTES_PER_READ_UNIT)) / 2;
      const read = subscribers.length;
      return { subscribers, read, ...(last < end && { nextAfter: positionOf(last - 1) }) };
    },
    readUnits: () => readUnits,
  };
}
