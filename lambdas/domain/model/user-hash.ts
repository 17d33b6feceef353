// Where a user's sockets sort among a topic's subscribers: a hash spreads users evenly, whatever their ids look like.
import { createHash } from 'node:crypto';

/** Hashes are whole numbers below this: 32 bits, written as 8 hexadecimal digits. */
export const HASH_SPACE = 2 ** 32;

export function userHash(userId: string): number {
  return createHash('sha256').update(userId).digest().readUInt32BE(0);
}

export const hashText = (hash: number): string => hash.toString(16).padStart(8, '0');
