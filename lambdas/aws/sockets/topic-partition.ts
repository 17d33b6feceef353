// Where a topic's subscribers are listed; the topic everyone has is spread over shards so that no partition is hot.
import { createHash } from 'node:crypto';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';

/** Our choice: at 1,000 writes a second a partition (AWS limit), 16 take 16,000 connects a second. */
export const GLOBAL_SHARDS = 16;

export function shardOf(connectionId: string): number {
  return createHash('sha256').update(connectionId).digest().readUInt32BE(0) % GLOBAL_SHARDS;
}

export const globalPartition = (shard: number): string => `TOPIC#${GLOBAL_TOPIC}#${shard}`;
export const partitionsOf = (topic: string): string[] =>
  topic === GLOBAL_TOPIC ? globalPartitions() : [`TOPIC#${topic}`];
export const globalPartitions = (): string[] =>
  Array.from({ length: GLOBAL_SHARDS }, (_, shard) => globalPartition(shard));
