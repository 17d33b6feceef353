// Several tasks in one message of the queue, which is sent, received and deleted at the price of one. Each still
// succeeds or fails alone.
import { toQueueText } from '../../../protocol/carried-json.ts';
import type { DeliverTask, RequestTask } from './task.ts';

type Packed = DeliverTask | RequestTask;

/** `each` is what differs: a task is `of` with one of them. */
export interface TaskPack {
  task: 'pack';
  of: Partial<Packed>;
  each: Partial<Packed>[];
}

/** Our choices: ten deliveries take about as long as one, and a message with more than 64 KB is billed as several. */
const PACK_TASKS = 10;
const PACK_MAX_BYTES = 60 * 1024;

/** In the order given. What is alone stays a task. */
export function inPacks<Of extends Partial<Packed>, One extends Partial<Packed>>(
  of: Of,
  each: readonly One[],
  perMessage = PACK_TASKS,
): (TaskPack | (Of & One))[] {
  const packs: { ones: One[]; bytes: number }[] = [];
  const ofBytes = Buffer.byteLength(JSON.stringify(of));
  for (const one of each) {
    const bytes = Buffer.byteLength(JSON.stringify(one));
    const last = packs.at(-1);
    if (last && last.ones.length < perMessage && last.bytes + bytes <= PACK_MAX_BYTES) {
      last.ones.push(one);
      last.bytes += bytes;
    } else {
      packs.push({ ones: [one], bytes: ofBytes + bytes });
    }
  }
  return packs.map(({ ones }) => (ones.length > 1 ? { task: 'pack', of, each: ones } : { ...of, ...ones[0]! }));
}

/** The texts of its tasks; undefined when the message is no pack. */
export function unpacked(body: string): string[] | undefined {
  if (!body.startsWith('{"task":"pack"')) return undefined;
  let pack: TaskPack;
  try {
    pack = JSON.parse(body) as TaskPack;
  } catch {
    return undefined;
  }
  return Array.isArray(pack.each) ? pack.each.map((one) => toQueueText({ ...pack.of, ...one })) : undefined;
}
