// Rows of the version before, whose subscribers sorted by connection id: connections that were open during an upgrade
// have them.
import { createHash } from 'node:crypto';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { topicKey } from '../keys.ts';

const PARTITIONS = 16;

export function formerSubscriberKey(connectionId: string) {
  const number = createHash('sha256').update(connectionId).digest().readUInt32BE(0) % PARTITIONS;
  return { pk: topicKey(`${GLOBAL_TOPIC}#${number}`), sk: connectionId };
}

/** `{hash}#{connection}`, or the connection alone. */
export const connectionIdOf = (sk: string): string => (/^[0-9a-f]{8}#/.test(sk) ? sk.slice(9) : sk);
