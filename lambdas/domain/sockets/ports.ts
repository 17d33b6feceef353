// What opening, using and closing sockets may reach: connections, subscribers of topics, frames, tickets and tokens.
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import type { Connection } from '../model/recipient.ts';
import type * as schedule from '../schedule/ports.ts';

export interface Connections {
  /** Records a connection where deliveries, fan-outs and `$disconnect` look for it. */
  add(connection: Connection): Promise<void>;
  /** Deletes it everywhere; unknown connections are no error. */
  remove(connection: Pick<Connection, 'connection_id'> & Partial<Connection>): Promise<void>;
}

export interface Sender {
  /** 'gone': the socket is closed (410). Anything else that goes wrong is thrown. */
  post(connectionId: string, frame: ServerFrame): Promise<'sent' | 'gone'>;
}

export interface SocketCloser {
  /** A socket that is closed already is no error. */
  close(connectionId: string): Promise<void>;
}

export interface Subscriber {
  connection_id: string;
  user_id: string;
}

/** Where a topic's subscribers are listed, and how far a fan-out has come through them. */
export interface Subscriptions {
  /** The lists that together hold all subscribers of the topic, by opaque names. */
  partitionsOf(topic: string): string[];
  /** Live subscribers. A page may be empty without being the last: `nextAfter` is absent only at the end. */
  page(
    partition: string,
    afterConnectionId: string | undefined,
    limit: number,
  ): Promise<{ subscribers: Subscriber[]; nextAfter?: string }>;
  readCursor(fanoutId: string, partition: string): Promise<string | undefined>;
  writeCursor(fanoutId: string, partition: string, connectionId: string, ttlSeconds: number): Promise<void>;
}

export interface Audience {
  /** Everyone with a live connection. */
  count(): Promise<{ users: number; connections: number }>;
}

export interface TicketGrant {
  user_id: string;
  org_id?: string;
  topics: string[];
  issued_at: string;
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
  /** By a consistent read. */
  loggedOutAtMs(userId: string): Promise<number | undefined>;
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
