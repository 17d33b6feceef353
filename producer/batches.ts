// Cuts what is to be sent into calls of PutEvents.
import type { DetailType } from '../protocol/detail-type.ts';
import { EVENTS_PER_BATCH_MAX } from '../protocol/limits.ts';

export interface Outgoing {
  /** Its place among what the caller gave. */
  index: number;
  id: string;
  type: DetailType;
  source: string;
  /** The detail as JSON. */
  text: string;
}

/**
 * All entries of a call together, AWS limit of classic buses:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const BYTES_PER_BATCH_MAX = 256 * 1024;

/** In order. What is too large for a call of its own is in `tooLarge`. */
export function inBatches(outgoing: readonly Outgoing[]): { batches: Outgoing[][]; tooLarge: Outgoing[] } {
  const batches: Outgoing[][] = [];
  const tooLarge: Outgoing[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of outgoing) {
    const size = Buffer.byteLength(one.source + one.type + one.text);
    if (size > BYTES_PER_BATCH_MAX) {
      tooLarge.push(one);
      continue;
    }
    const isFull = batches.at(-1)?.length === EVENTS_PER_BATCH_MAX;
    if (isFull || bytes + size > BYTES_PER_BATCH_MAX) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(one);
    bytes += size;
  }
  return { batches, tooLarge };
}
