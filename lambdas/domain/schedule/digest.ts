// What a digest is made of: a window of time in which the requests of one user and one name are gathered.
import { createHash } from 'node:crypto';

/** One request in a digest, with as much of it as the digest may show. */
export interface DigestMember {
  /** Made from request and user: the same request again is the same member. */
  id: string;
  accepted_at_ms: number;
  notification_type: string;
  title: string;
  message: string;
  url?: string;
  is_high?: boolean;
}

/** Windows of one user and one name follow one another; at most the newest is open. */
export interface DigestWindow {
  name: string;
  number: number;
  opened_at_ms: number;
  closes_at_ms: number;
  /** Set once it is over: what is added later belongs to the next one. */
  closing_at_ms?: number;
  /** The member that was delivered at once, by itself. */
  leader?: string;
  template?: DigestTemplate;
}

export const isOpen = (
  { closing_at_ms: closingAtMs, closes_at_ms: closesAtMs }: DigestWindow,
  nowMs: number,
): boolean => closingAtMs === undefined && closesAtMs > nowMs;

/** The texts of the producer, with `{count}`. */
export interface DigestTemplate {
  title: string;
  message: string;
}

/** Members that were added by one write. */
export interface DigestEntry {
  /** The same for the same members, so that a repeated write replaces itself. */
  name: string;
  ids: string[];
  /** Those of them that the digest may show, newest first. */
  newest: DigestMember[];
}

/** What a window that is over holds, decided once. */
export interface DigestContent {
  count: number;
  newest: DigestMember[];
  /** Entries that are in it. */
  entries: string[];
  /** There were more entries than are counted: those that are not named are in it too. */
  is_cut?: boolean;
  is_high?: boolean;
}

/** Our choice: a reader looks at the first few. */
export const SHOWN_MAX = 10;

export function entryOf(members: readonly DigestMember[]): DigestEntry {
  const ids = members.map(({ id }) => id).sort();
  return { name: hashOf(ids.join()).slice(0, 12), ids, newest: newestOf(members) };
}

/** The newest first; of the same moment in an order that is always the same. */
export const newestOf = (members: readonly DigestMember[]): DigestMember[] =>
  [...new Map(members.map((member) => [member.id, member])).values()]
    .sort((a, b) => b.accepted_at_ms - a.accepted_at_ms || (a.id < b.id ? -1 : 1))
    .slice(0, SHOWN_MAX);

/** Of a request and its user, whatever the time of its delivery. */
export const memberIdOf = (requestId: string, userId: string): string => hashOf(`${requestId}\0${userId}`).slice(0, 22);

/** What the rows of a name begin with: names may have any characters. */
export const digestHash = (name: string): string => hashOf(name).slice(0, 16);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
