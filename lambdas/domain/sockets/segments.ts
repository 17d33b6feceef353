// A topic's subscribers, cut by hash into segments that can be read and served independently of one another.
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { HASH_SPACE } from '../model/user-hash.ts';

/** Subscribers in one partition of the table whose user's hash is at least `low` and below `high`. */
export interface Segment {
  /** The topic; for the topic that every connection has, also the number of the partition. */
  partition: string;
  low: number;
  high: number;
}

/**
 * Our choice: a partition takes 1,000 writes a second (AWS limit), so 16 take 16,000 connects a second. The table has a
 * local index, so DynamoDB can't split one key's items over more partitions by itself:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections.SizeLimit
 */
const GLOBAL_PARTITIONS = 16;
const PARTITION_HASHES = HASH_SPACE / GLOBAL_PARTITIONS;

/** The segments that together hold every subscriber of the topic, or those with a hash in the given range. */
export function segmentsOf(topic: string, low = 0, high = HASH_SPACE): Segment[] {
  return partitionsOf(topic)
    .map((part) => ({ ...part, low: Math.max(low, part.low), high: Math.min(high, part.high) }))
    .filter((part) => part.low < part.high);
}

/** The partition in which a topic lists a user's connections. */
export function partitionFor(topic: string, hash: number): string {
  return topic === GLOBAL_TOPIC ? `${GLOBAL_TOPIC}#${Math.floor(hash / PARTITION_HASHES)}` : topic;
}

/** All hashes that a partition may hold. */
export function hashesOf(partition: string): { low: number; high: number } {
  const [topic, number] = partition.split('#');
  if (topic !== GLOBAL_TOPIC || number === undefined) return { low: 0, high: HASH_SPACE };
  return { low: Number(number) * PARTITION_HASHES, high: (Number(number) + 1) * PARTITION_HASHES };
}

/** At most `parts` segments of equal width that make up the one given. The same arguments give the same segments. */
export function cut({ partition, low, high }: Segment, parts: number): Segment[] {
  const bounds = Array.from({ length: parts + 1 }, (_, at) => low + Math.floor(((high - low) * at) / parts));
  return bounds
    .slice(1)
    .map((end, at) => ({ partition, low: bounds[at]!, high: end }))
    .filter((part) => part.low < part.high);
}

function partitionsOf(topic: string): Segment[] {
  if (topic !== GLOBAL_TOPIC) return [{ partition: topic, low: 0, high: HASH_SPACE }];
  return Array.from({ length: GLOBAL_PARTITIONS }, (_, number) => {
    const partition = `${GLOBAL_TOPIC}#${number}`;
    return { partition, ...hashesOf(partition) };
  });
}
