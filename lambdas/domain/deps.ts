// The one abstraction: what the domain may reach, as small records of capabilities. AWS and the tests' fakes implement them.
import type { EventBatch, EventBatchResult } from '../../protocol/event-batch.ts';
import type { EventFrame, ServerFrame } from '../../protocol/server-frame.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import type { ReaderDeps } from './reader-deps.ts';
import type { Connection, Recipient } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';
import type { Task } from './task.ts';

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
}

export interface Recipients {
  /** One query: connections still alive, devices, preferences, watermarks, states of broadcasts. */
  load(userId: string, options?: { consistent?: boolean }): Promise<Recipient>;
}

export interface Connections {
  /** Records a connection where deliveries, fan-outs and `$disconnect` look for it. */
  add(connection: Connection): Promise<void>;
  /** Forgets it everywhere; unknown ones are no error. */
  remove(connection: Pick<Connection, 'connection_id'> & Partial<Connection>): Promise<void>;
}

export interface UnreadKey {
  id: string;
  unread_key: string;
}

export interface Inbox {
  /** 'created', or the row that was already there: the same request, delivered again. */
  put(userId: string, item: StoredNotification, ttlSeconds: number): Promise<'created' | StoredNotification>;
  get(userId: string, id: string): Promise<StoredNotification | undefined>;
  /** What reality made of the plan. */
  update(userId: string, id: string, changes: Partial<StoredNotification>): Promise<void>;
  /** Keys of what may be unread above the floor and has not expired, at most `limit`: the never read by id, then what was marked unread again. */
  unreadKeys(userId: string, floor: string, limit: number, options?: { consistent?: boolean }): Promise<UnreadKey[]>;
  /** All that was marked unread again after `floor`. */
  unreadAgain(userId: string, floor: string): Promise<UnreadKey[]>;
  /** How many newer than `afterId` were never read; stops at `limit`. */
  countNeverRead(userId: string, afterId: string, limit: number): Promise<number>;
  /** Newer than `afterId`, oldest first, one page of at most `limit`. */
  newerThan(userId: string, afterId: string, limit: number): Promise<NewerPage>;
}

/** `nextAfterId`: where the next page starts; absent at the end. Rows that have expired are passed over. */
export interface NewerPage {
  items: StoredNotification[];
  nextAfterId?: string;
}

export interface BroadcastKey {
  id: string;
  expires_at?: string;
}

export interface Broadcasts {
  /** Ids of all that are kept and newer than `afterId`, oldest first. */
  keysNewerThan(afterId: string): Promise<BroadcastKey[]>;
  /** 'created', or the row that was already there. */
  put(item: StoredNotification, ttlSeconds: number): Promise<'created' | StoredNotification>;
  get(id: string): Promise<StoredNotification | undefined>;
  newerThan(afterId: string, limit: number): Promise<NewerPage>;
}

/** Where a topic's subscribers are listed, and how far a fan-out has come through them. */
export interface Subscriptions {
  /** Those still alive; a page may hold none and yet not be the last: `nextAfter` is absent only at the end. */
  page(
    partition: string,
    afterConnectionId: string | undefined,
    limit: number,
  ): Promise<{ subscribers: Subscriber[]; nextAfter?: string }>;
  readCursor(fanoutId: string, partition: string): Promise<string | undefined>;
  writeCursor(fanoutId: string, partition: string, connectionId: string, ttlSeconds: number): Promise<void>;
}
export interface Subscriber {
  connection_id: string;
  user_id: string;
}

export interface TicketGrant {
  user_id: string;
  org_id?: string;
  topics: string[];
  expires_at: string;
}

export interface Tickets {
  put(ticketHash: string, grant: TicketGrant): Promise<void>;
  /** Takes the ticket: of all who ask, one gets the grant. */
  take(ticketHash: string): Promise<TicketGrant | undefined>;
}

/** Who a verified token speaks for. */
export interface TokenIdentity {
  user_id: string;
  org_id?: string;
  topics: string[];
  expires_at: string;
}

export interface Tokens {
  /** undefined: forged, expired, of another issuer or audience, or not a token at all. */
  verify(unverifiedToken: string): Promise<TokenIdentity | undefined>;
}

export interface Sender {
  /** 'gone': the socket is closed. Anything else that goes wrong is thrown. */
  post(connectionId: string, frame: ServerFrame): Promise<'sent' | 'gone'>;
}

/** The dispatch queue, from inside. */
export interface TaskQueue {
  send(tasks: readonly Task[], delaySeconds?: number): Promise<void>;
}

export interface RejectedQueue {
  /** `body` whole, as it arrived. */
  send(body: string, rejection: { field: string; reason: string }): Promise<void>;
}

/** One partition of a topic's subscribers to be served by `fanout`. */
export interface FanoutTask {
  fanout_id: string;
  partition: string;
  content: { event: EventFrame } | { broadcast: StoredNotification };
}
export interface FanoutQueue {
  send(tasks: readonly FanoutTask[]): Promise<void>;
}

export interface EventBus {
  put(batch: EventBatch): Promise<EventBatchResult>;
}

export type MetricName =
  | 'accepted'
  | 'rejected'
  | 'duplicate'
  | 'stored'
  | 'delivered_by_socket'
  | 'gone'
  | 'left_in_inbox'
  | 'expired'
  | 'retried'
  | 'dead_lettered'
  | 'fanout_failed'
  | 'scheduled'
  | 'cancelled'
  | 'cancel_without_effect'
  | 'acknowledged'
  | 'sent_again'
  | 'muted'
  | 'rate_limited'
  | 'pushed'
  | 'push_failed'
  | 'push_held'
  | 'device_pruned'
  | 'logged_out'
  | 'credential_expired'
  | 'count_frame_failed'
  | 'too_many_requests'
  | 'connected'
  | 'disconnected';

export interface Metrics {
  count(name: MetricName, amount?: number): void;
  /** Milliseconds from the bus taking an event in to the last socket having it. */
  latency(milliseconds: number): void;
}

/** Structured; never holds a title, a message, a payload, a token or a ticket. */
export interface Log {
  info(message: string, data?: Record<string, string | number | boolean | undefined>): void;
  error(message: string, error: unknown, data?: Record<string, string | number | boolean | undefined>): void;
}

export interface Deps extends ReaderDeps, DeliveryDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  recipients: Recipients;
  connections: Connections;
  inbox: Inbox;
  broadcasts: Broadcasts;
  subscriptions: Subscriptions;
  tickets: Tickets;
  tokens: Tokens;
  sender: Sender;
  tasks: TaskQueue;
  rejected: RejectedQueue;
  fanout: FanoutQueue;
  bus: EventBus;
  /** Lets less than a second pass. */
  wait(milliseconds: number): Promise<void>;
}
