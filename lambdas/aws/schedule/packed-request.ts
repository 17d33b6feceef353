// A parked request as bytes: deflated, in pieces that each fit an item. 10,000 UUIDs are 380 KB as text and 190 KB so.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { NotificationRequest } from '../../../protocol/request.ts';

/** An item may have 400 KB in all (AWS limit). */
const PIECE_BYTES = 350 * 1024;

export function packed(request: NotificationRequest): Uint8Array[] {
  const bytes = deflateRawSync(JSON.stringify(request));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) pieces.push(bytes.subarray(at, at + PIECE_BYTES));
  return pieces;
}

export function unpacked(pieces: readonly Uint8Array[]): NotificationRequest {
  return JSON.parse(inflateRawSync(Buffer.concat(pieces)).toString()) as NotificationRequest;
}
