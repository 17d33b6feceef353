// The one abstraction: what the domain may reach, as small records of capabilities. AWS and the tests' fakes implement them.
import type { EventBatch, EventBatchResult } from '../../protocol/event-batch.ts';
import type { NotificationRequest } from '../../protocol/request.ts';
import type { EventFrame, ServerFrame } from '../../protocol/server-frame.ts';
import type { PushContent } from './push-content.ts';
import type { ReaderDeps } from './reader-deps.ts';
import type { Connection, Device, Recipient } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';
import type { Task, TimedTask } from './task.ts';

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

/** What became of a notification after it was stored, each mark set once. */
export interface DeliveryMarks {
  /** Sets the audit fields of one more try; false when that try, or a later one, was made already. */
  countRetry(userId: string, id: string, retryCount: number, at: string): Promise<boolean>;
  /** False when it was pushed before. */
  markPushed(userId: string, id: string, at: string): Promise<boolean>;
  /** False when the user has no such notification. Acknowledging twice keeps the first time. */
  acknowledge(userId: string, id: string, at: string): Promise<boolean>;
  /** How many of one type arrived from `fromId` up to `upToId`. */
  countOfType(userId: string, notificationType: string, fromId: string, upToId: string): Promise<number>;
  markBroadcastPushed(id: string, at: string): Promise<void>;
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

export interface SeenRequest {
  event_id: string;
  accepted_at_ms: number;
}
/** What is kept under a request id. Without a state it was delivered at once. */
export interface KnownRequest extends SeenRequest {
  state?: 'parked' | 'delivered' | 'cancelled';
  deliver_at_ms?: number;
  /** The queue message that carries out a live-only request: a second wake-up must not show it twice. */
  taken_by?: string;
}
export interface ParkedRequest extends SeenRequest {
  deliver_at_ms: number;
  request: NotificationRequest;
}

/** A cancellation withdraws what was accepted no later than itself, so a tombstone gives way to a later request. */
export interface Requests {
  /** Remembers a producer's own id; gives what was first seen under it, which is this very request when it is new. */
  remember(requestId: string, seen: SeenRequest, ttlSeconds: number): Promise<KnownRequest>;
  /** Keeps it whole until its time; or gives what is kept under the id already. */
  park(requestId: string, parked: ParkedRequest, ttlSeconds: number): Promise<'parked' | KnownRequest>;
  load(requestId: string): Promise<(KnownRequest & { request?: NotificationRequest }) | undefined>;
  /** Of several wake-ups one gets it. The content stays, for that one's redelivery. */
  take(requestId: string, acceptedAtMs: number, takenBy: string): Promise<boolean>;
  /** Delivered: only a tombstone stays. */
  finish(requestId: string, acceptedAtMs: number, ttlSeconds: number): Promise<void>;
  /** Leaves a tombstone unless it was delivered; gives what was there. */
  cancel(
    requestId: string,
    acceptedAtMs: number,
    ttlSeconds: number,
  ): Promise<{ withdrawn: boolean; was?: KnownRequest }>;
}

/** One-time wake-ups further ahead than a queue can delay. */
export interface Schedules {
  /** 'refused': the scheduler takes no such time, as one that is past. One that exists already counts as created. */
  create(name: string, atMs: number, task: TimedTask): Promise<'created' | 'refused'>;
  /** Unknown ones are no error. */
  remove(name: string): Promise<void>;
}

export interface Devices {
  /** Who has the device, if anyone. */
  owner(deviceId: string): Promise<string | undefined>;
  /** False when it was not `from` (undefined: nobody) who had it. */
  changeOwner(deviceId: string, from: string | undefined, to: string): Promise<boolean>;
  put(userId: string, device: Device): Promise<void>;
  get(userId: string, deviceId: string): Promise<Device | undefined>;
  /** From the user's list only. `asOf`: unless it was registered again since. */
  forget(userId: string, deviceId: string, asOf?: string): Promise<'forgotten' | 'changed'>;
  /** Unless someone else has it by now. */
  disown(deviceId: string, userId: string): Promise<void>;
  list(userId: string): Promise<Device[]>;
}

/** Mobile push. */
export interface Push {
  /** 'dead': there is nobody at this endpoint any more. */
  toDevice(device: Device, content: PushContent): Promise<'pushed' | 'dead'>;
  /** To every registered device, by one call. */
  toEveryone(content: PushContent): Promise<void>;
  endpointIsDead(endpointArn: string): Promise<boolean>;
  removeEndpoint(device: Pick<Device, 'endpoint_arn' | 'subscription_arn'>): Promise<void>;
  /** Makes or revives the endpoint of a token; gives its ARN. */
  register(platform: Device['platform'], token: string, userId: string): Promise<string>;
  /** To what is pushed to everyone; gives the subscription's ARN. Again is no second one. */
  subscribe(endpointArn: string): Promise<string>;
  unsubscribe(subscriptionArn: string): Promise<void>;
  /** Whether devices of this platform can be reached at all. */
  isConfigured(platform?: Device['platform']): boolean;
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

export interface SocketCloser {
  /** One that is closed already is no error. */
  close(connectionId: string): Promise<void>;
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

export interface Deps extends ReaderDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  recipients: Recipients;
  connections: Connections;
  inbox: Inbox;
  broadcasts: Broadcasts;
  requests: Requests;
  subscriptions: Subscriptions;
  tickets: Tickets;
  tokens: Tokens;
  sender: Sender;
  tasks: TaskQueue;
  rejected: RejectedQueue;
  fanout: FanoutQueue;
  bus: EventBus;
  marks: DeliveryMarks;
  schedules: Schedules;
  devices: Devices;
  push: Push;
  closer: SocketCloser;
  /** Lets less than a second pass. */
  wait(milliseconds: number): Promise<void>;
}
