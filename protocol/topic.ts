// Topics: named audiences of connections.
import * as z from 'zod';
import { TOPIC_MAX_CHARACTERS } from './limits.ts';

/** The user's own feed; every connection has it. */
export const NOTIFICATIONS_TOPIC = 'notifications';
/** Everyone; every connection has it. */
export const GLOBAL_TOPIC = 'global_notifications';
export const walTopic = (userId: string): string => `wal:${userId}`;

/** `wal:{user_id}` carries any user id; every other name is narrower. */
const TOPIC_PATTERN = /^(wal:[^#\s]+|[a-z][a-z0-9_]*(:[A-Za-z0-9_-]+)?)$/u;
const LENGTH_MAX = TOPIC_MAX_CHARACTERS + 'wal:'.length;

// Marked pure, so that functions which only need the names above do not bundle the schema library (a third of their start-up).
export const topicSchema = /* @__PURE__ */ z
  .string({ error: 'must be a string' })
  .max(LENGTH_MAX, { error: `must have at most ${TOPIC_MAX_CHARACTERS} characters` })
  .regex(TOPIC_PATTERN, {
    error: 'must look like name or name:id, such as chat:42 (lower-case name; letters, digits, _ and - in the id)',
  });

export const isTopic = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LENGTH_MAX && TOPIC_PATTERN.test(value);

/** What a credential authorises: the three topics every user has, and those it names itself. */
export function authorisedTopics(userId: string, named: readonly string[]): string[] {
  return [...new Set([NOTIFICATIONS_TOPIC, GLOBAL_TOPIC, walTopic(userId), ...named])];
}
