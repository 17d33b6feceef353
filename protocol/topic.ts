// Topics: named audiences of connections.
import * as z from 'zod';
import { userOfInbox } from './inbox-id.ts';
import {
  CREDENTIAL_TOPICS_MAX_BYTES,
  TOPIC_MAX_CHARACTERS,
  TOPICS_PER_CREDENTIAL_MAX,
  USER_ID_MAX_CHARACTERS,
} from './limits.ts';
import { isUserId } from './user-id.ts';

/** The user's own feed; every connection has it. */
export const NOTIFICATIONS_TOPIC = 'notifications';
/** Everyone; every connection has it. */
export const GLOBAL_TOPIC = 'global_notifications';
/** A user's own data changes; every connection of the user has it. */
export const walTopic = (userId: string): string => `wal:${userId}`;
/** `wal:` topics are addressed as inboxes are; clients know the one of their user. */
export const shownTopic = (topic: string): string => (topic.startsWith(walTopic('')) ? userOfInbox(topic) : topic);
/** An organisation; every connection whose credential carries it has it. */
export const orgTopic = (orgId: string): string => `org:${orgId}`;

/** `wal:` takes any user id and `org:` any organisation's, of their own length; every other name is narrower. */
const OPEN_PREFIXES = [walTopic(''), orgTopic('')];
const TOPIC_PATTERN = /^[a-z][a-z0-9_]*(:[A-Za-z0-9_-]+)?$/u;

function looksLikeTopic(text: string): boolean {
  const prefix = OPEN_PREFIXES.find((one) => text.startsWith(one));
  if (prefix !== undefined) return isUserId(text.slice(prefix.length));
  return text.length <= TOPIC_MAX_CHARACTERS && TOPIC_PATTERN.test(text);
}

// Marked pure, so that functions which only need the names above do not bundle the schema library (a third of their
// start-up).
export const topicSchema = /* @__PURE__ */ (() =>
  z
    .string({ error: 'must be a string' })
    .refine(looksLikeTopic, {
      error:
        'must look like name or name:id, such as chat:42 (lower-case name; letters, digits, _ and - in the id), of at most ' +
        `${TOPIC_MAX_CHARACTERS} characters`,
    })
    .meta({
      maxLength: 'wal:'.length + USER_ID_MAX_CHARACTERS,
      pattern: '^((wal|org):.+|[a-z][a-z0-9_]*(:[A-Za-z0-9_-]+)?)$',
    }))();

export const isTopic = (value: unknown): value is string => typeof value === 'string' && looksLikeTopic(value);

/** Every connection has the `wal:` topic of its own user: its subscribers are that user's connections. */
export function ownerOf(topic: string): string | undefined {
  const prefix = walTopic('');
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
}

/** Topics a connection has from the start and can't leave: the user's own, everyone's and the organisation's. */
export function connectionTopics(userId: string, orgId: string | undefined): string[] {
  return [NOTIFICATIONS_TOPIC, GLOBAL_TOPIC, walTopic(userId), ...(orgId === undefined ? [] : [orgTopic(orgId)])];
}

/** What a credential authorises: the topics its connections have from the start, and those it names itself. */
export function authorisedTopics(userId: string, orgId: string | undefined, named: readonly string[]): string[] {
  return [...new Set([...connectionTopics(userId, orgId), ...named])];
}

/** Whether a credential may name it: every connection has these anyway, and nobody has another user's `wal:`. */
export const isGrantable = (topic: string): boolean =>
  topic !== NOTIFICATIONS_TOPIC && topic !== GLOBAL_TOPIC && !topic.startsWith(walTopic(''));

/** The topics of a token's claim that it may name; beyond the limits of a credential the rest is left out. */
export function claimedTopics(named: readonly unknown[]): string[] {
  const topics = named.filter(isTopic).filter(isGrantable).slice(0, TOPICS_PER_CREDENTIAL_MAX);
  while (Buffer.byteLength(JSON.stringify(topics)) > CREDENTIAL_TOPICS_MAX_BYTES) topics.pop();
  return topics;
}
