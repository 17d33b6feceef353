// What opening, using and closing sockets may reach: connections, subscribers of topics, frames, tickets and tokens.
import type { PresenceState } from '../../../protocol/client-frame.ts';
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import type { Connection } from '../model/recipient.ts';
import type * as schedule from '../schedule/ports.ts';
import type { Segment } from './segments.ts';

/** Where it is a subscriber, `expires_at` is when it ceases to be one: with its credential, or with its own life. */
export type OpenConnection = Pick<Connection, 'connection_id' | 'user_id'> &
  Partial<Pick<Connection, 'connected_at' | 'expires_at'>>;

export interface Connections {
  /** Records a connection where deliveries and fan-outs look for it, and subscribes it to `topics`. */
  add(connection: Connection, topics?: readonly string[]): Promise<void>;
  /** Deletes it everywhere, with its subscriptions; unknown connections are no error. */
  remove(connection: OpenConnection): Promise<void>;
  /** What its page says of the person there; false when it is not open any more. */
  setPresence(connection: OpenConnection, state: PresenceState, at: string): Promise<boolean>;
  /** When the user's last connection was removed; undefined when none ever was, or long ago. */
  lastSeen(userId: string): Promise<string | undefined>;
}

export interface Sender {
  /** 'gone': the socket is closed (410). Anything else that goes wrong is thrown. */
  post(connectionId: string, frame: ServerFrame): Promise<'sent' | 'gone'>;
}

export interface SocketCloser {
  /** A socket that is closed already is no error. */
  close(connectionId: string): Promise<void>;
}

/** What a fan-out must know of a user, copied to each subscription. */
export interface SubscriberPreferences {
  muted_types?: string[];
  muted_topics?: string[];
  muted_groups?: string[];
  /** The user wants no sockets served. */
  sockets_off?: boolean;
}

export interface Subscriber extends OpenConnection, SubscriberPreferences {
  /** Where it sorts among the subscribers; opaque but for its order. */
  position: string;
}

export interface SubscriberPage {
  subscribers: Subscriber[];
  /** Rows that were read for it, expired ones too. */
  read: number;
  /** Absent only at the end: a page may be empty without being the last. */
  nextAfter?: string;
}

/** Which connections listen to which topics. */
export interface Subscriptions {
  /** 'closed': the connection is not open any more, and nothing is subscribed. Idempotent. */
  add(connection: OpenConnection, topics: readonly string[]): Promise<'subscribed' | 'closed'>;
  /** Idempotent. */
  remove(connection: OpenConnection, topics: readonly string[]): Promise<void>;
  /** Copies preferences to all subscriptions of the connection; an older `version` changes nothing. */
  setPreferences(connection: OpenConnection, preferences: SubscriberPreferences, version: number): Promise<void>;
  /** Live subscribers of the segment after a position, in order. */
  page(segment: Segment, after: string | undefined, limit: number): Promise<SubscriberPage>;
}

/** Live connections and the users who have them. */
export interface AudienceCount {
  users: number;
  connections: number;
  /** False: so many that only a part was read, and the rest estimated by it. */
  is_exact: boolean;
}

export interface Audience {
  /** Reads the topic's subscribers, up to a bound. */
  count(topic: string): Promise<AudienceCount>;
  /** The last count that was kept, and when it was made. */
  kept(topic: string): Promise<(AudienceCount & { counted_at_ms: number }) | undefined>;
  keep(topic: string, count: AudienceCount, countedAtMs: number, ttlSeconds: number): Promise<void>;
  /** False when somebody else claimed the next count and the claim still holds. */
  claim(topic: string, nowMs: number, untilMs: number): Promise<boolean>;
}

export interface TicketGrant {
  user_id: string;
  org_id?: string;
  topics: string[];
  /** Of the token that the ticket was made with, where it says: what a logout ends, no ticket prolongs. */
  issued_at?: string;
  expires_at: string;
  /** When the token ends that the ticket was made with: so does the connection. */
  credential_expires_at?: string;
}

export interface Tickets {
  put(ticketHash: string, grant: TicketGrant): Promise<void>;
  /** Takes the ticket: of all who ask, one gets the grant. */
  take(ticketHash: string): Promise<TicketGrant | undefined>;
}

/** The user that a verified token identifies. */
export interface TokenIdentity {
  user_id: string;
  org_id?: string;
  topics: string[];
  expires_at: string;
  /** Absent where the token does not say. */
  issued_at?: string;
}

/** Who logged out when: tickets and tokens issued no later are refused. */
export interface Logouts {
  /** The latest moment stays. */
  note(userId: string, atMs: number, ttlSeconds: number): Promise<void>;
  loggedOutAtMs(userId: string, options: { consistent: boolean }): Promise<number | undefined>;
}

export interface Tokens {
  /** undefined: forged, expired, of another issuer or audience, or not a token at all. */
  verify(unverifiedToken: string): Promise<TokenIdentity | undefined>;
}

export interface Deps extends schedule.Deps {
  connections: Connections;
  sender: Sender;
  closer: SocketCloser;
  subscriptions: Subscriptions;
  audience: Audience;
  tickets: Tickets;
  tokens: Tokens;
  logouts: Logouts;
}
