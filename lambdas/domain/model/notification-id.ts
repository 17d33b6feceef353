// Ids of notifications: UUIDv7 made from the request, so that the same request makes the same id and ids sort by time.
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';

/** `timeMs` is when it is to be delivered; the rest is a hash of request and user: the same twice is one row. */
export function notificationId(timeMs: number, requestId: string, userId: string): string {
  const random = createHash('sha256').update(`${requestId}\0${userId}`).digest().subarray(0, 16);
  return v7({ msecs: timeMs, random });
}

/** The last possible id of a millisecond: everything up to that moment sorts at or below it. */
export function momentKey(timeMs: number): string {
  return v7({ msecs: timeMs, random: new Uint8Array(16).fill(0xff) });
}

/** The first possible id of a millisecond. */
export function firstKeyAt(timeMs: number): string {
  return v7({ msecs: timeMs, random: new Uint8Array(16) });
}

/** Ids, and keys made of them, sort as text by time; '' is before all. */
export const newestOf = (...ids: (string | undefined)[]): string =>
  ids
    .map((id) => id ?? '')
    .sort()
    .at(-1) ?? '';

export function idTimeMs(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
