// What delivering later may reach: the dispatch queue, one-time schedules, parked requests.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type * as model from '../model/ports.ts';
import type { DigestContent, DigestEntry, DigestWindow } from './digest.ts';
import type { RequestKey } from './request-key.ts';
import type { DigestEndTask, SnoozeEndTask, Task, TimedTask } from './task.ts';
import type { TaskPack } from './task-pack.ts';

/** The dispatch queue, as a place to send tasks to. */
export interface TaskQueue {
  /** The longest delay the queue takes. */
  readonly maxDelayMs: number;
  send(tasks: readonly (Task | TaskPack)[], delaySeconds?: number): Promise<void>;
}

/** The scheduler takes no such schedule: its time is past, or something else is wrong, in its own words. */
export interface ScheduleRefusal {
  refused: string;
}

/** One-time wake-ups further ahead than a queue can delay. */
export interface Schedules {
  /** How late a wake-up may come after its time. */
  readonly precisionMs: number;
  /** A schedule that exists counts as created. */
  create(name: string, atMs: number, task: TimedTask): Promise<'created' | ScheduleRefusal>;
  /** Unknown names are no error. */
  remove(name: string): Promise<void>;
}

export interface SeenRequest {
  event_id: string;
  accepted_at_ms: number;
  /** Ids of its notifications are made from its audience too (`amongOf`). Earlier versions made them without. */
  ids_by_audience?: true;
}

/** What is stored under a request id. Without a state the request was delivered at once. */
export interface KnownRequest extends SeenRequest {
  state?: 'parked' | 'delivered' | 'cancelled';
  deliver_at_ms?: number;
  /** When the same was last asked for again, while it was parked. */
  asked_at_ms?: number;
  /** When the cancellation was accepted that withdrew it. */
  cancelled_at_ms?: number;
  /** The queue message that carries out a live-only request: a second wake-up must not show it twice. */
  taken_by?: string;
}

export interface NotedRejection {
  field: string;
  reason: string;
  rejected_at_ms: number;
}

export interface ParkedRequest extends SeenRequest {
  deliver_at_ms: number;
  request: NotificationRequest;
}

/**
 * What is known of a request is one row per audience. A tombstone gives way to a request accepted after its
 * cancellation.
 */
export interface Requests {
  /** Remembers a producer's own id. Returns what was first seen under it: this very request when the id is new. */
  remember(key: RequestKey, seen: SeenRequest, ttlSeconds: number): Promise<KnownRequest>;
  /** Stores the request whole until its time, or returns what is stored under the key already. */
  park(key: RequestKey, parked: ParkedRequest, ttlSeconds: number): Promise<'parked' | KnownRequest>;
  /**
   * The same was asked for again while it is parked: a cancellation from before that does not withdraw it. False: it is
   * no longer parked.
   */
  askAgain(key: RequestKey, acceptedAtMs: number, askedAtMs: number): Promise<boolean>;
  load(key: RequestKey): Promise<(KnownRequest & { request?: NotificationRequest }) | undefined>;
  /** Without the content. */
  state(key: RequestKey): Promise<KnownRequest | undefined>;
  /** Of several wake-ups one gets it. The content stays, for that one's redelivery. */
  take(key: RequestKey, acceptedAtMs: number, takenBy: string): Promise<boolean>;
  /** Delivered: only a tombstone stays. */
  finish(key: RequestKey, acceptedAtMs: number, ttlSeconds: number): Promise<void>;
  /** Leaves a tombstone; false when it is delivered, or is another request by now. */
  withdraw(key: RequestKey, acceptedAtMs: number, cancelledAtMs: number, ttlSeconds: number): Promise<boolean>;
  /**
   * Notes that all requests of the id accepted no later are cancelled, whatever their audiences. The latest time stays.
   */
  cancel(id: Pick<RequestKey, 'source' | 'id'>, cancelledAtMs: number, ttlSeconds: number): Promise<void>;
  /** The time of the latest cancellation, by a consistent read. */
  cancelledAtMs(id: Pick<RequestKey, 'source' | 'id'>): Promise<number | undefined>;
  /** Notes that the request was invalid; the latest time stays. */
  reject(id: Pick<RequestKey, 'source' | 'id'>, rejection: NotedRejection, ttlSeconds: number): Promise<void>;
  rejection(id: Pick<RequestKey, 'source' | 'id'>): Promise<NotedRejection | undefined>;
  /** All requests of the id, by a consistent read. */
  ofId(id: Pick<RequestKey, 'source' | 'id'>): Promise<(KnownRequest & { audience: string })[]>;
}

/** A parked request as it is listed by the hour it is due in. */
export interface DueEntry {
  key: RequestKey;
  accepted_at_ms: number;
  deliver_at_ms: number;
  /** Of the end of a snooze or a digest: it is no request. */
  task?: SnoozeEndTask | DigestEndTask;
  /** How often the sweep has woken it, and when last. */
  woken?: number;
  woken_at_ms?: number;
}

export interface DueRequests {
  /**
   * Requests parked until some time of the hour that begins then, earliest first; also some that are no longer parked.
   */
  inHour(hourMs: number, limit: number): Promise<DueEntry[]>;
  /** Of a task; requests are listed with `park`. Idempotent. */
  note(entry: DueEntry, ttlSeconds: number): Promise<void>;
  forget(entry: DueEntry): Promise<void>;
  /** The sweep has woken it so often. Makes no entry where there is none any more. */
  noteWoken(entry: DueEntry, woken: number, atMs: number): Promise<void>;
  /** Up to which hour everything was found delivered or cancelled. */
  sweptToMs(): Promise<number | undefined>;
  setSweptToMs(hourMs: number): Promise<void>;
}

/** A parked request that waits for its user to be present. */
export interface HeldRequest {
  key: RequestKey;
  accepted_at_ms: number;
}

export interface HeldRequests {
  /** Idempotent. */
  note(userId: string, held: HeldRequest, ttlSeconds: number): Promise<void>;
  /** By a consistent read; some may be delivered already. */
  of(userId: string, limit: number): Promise<HeldRequest[]>;
  /** Unknown ones are no error. */
  forget(userId: string, key: RequestKey): Promise<void>;
}

/** What a request with many recipients keeps while their messages are sent and worked on. */
export interface BulkRequests {
  /** Stores what all recipients have in common, once. */
  keepContent(key: RequestKey, request: NotificationRequest, ttlSeconds: number): Promise<void>;
  content(key: RequestKey): Promise<NotificationRequest | undefined>;
  /** How many of the recipients have their message. */
  sent(key: RequestKey): Promise<number>;
  saveSent(key: RequestKey, count: number, ttlSeconds: number): Promise<void>;
}

type WindowKey = Pick<DigestWindow, 'name' | 'number'>;

/** Windows of digests and what is in them, by user and name. Every read is consistent. */
export interface Digests {
  /** At most `limit` windows with numbers below `below`, the newest first. */
  newest(userId: string, name: string, limit: number, below?: number): Promise<DigestWindow[]>;
  window(userId: string, key: WindowKey): Promise<DigestWindow | undefined>;
  /** False when there is a window of that number already. */
  open(userId: string, window: DigestWindow): Promise<boolean>;
  /** When it was first closed: now, or before. */
  close(userId: string, key: WindowKey, atMs: number): Promise<number>;
  /** Idempotent. */
  add(userId: string, window: DigestWindow, entry: DigestEntry): Promise<void>;
  /** One page, in the order of their names. */
  entries(userId: string, key: WindowKey, after?: string): Promise<{ entries: DigestEntry[]; next?: string }>;
  content(userId: string, key: WindowKey): Promise<DigestContent | undefined>;
  /** Stores what the window holds, or returns what was stored before. */
  decide(userId: string, window: DigestWindow, content: DigestContent): Promise<DigestContent>;
  /** The newest window that a member was added to, of any name. */
  holding(userId: string, memberId: string): Promise<DigestWindow | undefined>;
}

export interface Deps extends model.Deps {
  digests: Digests;
  tasks: TaskQueue;
  schedules: Schedules;
  requests: Requests;
  bulk: BulkRequests;
  dueRequests: DueRequests;
  held: HeldRequests;
  /** Waits less than a second. */
  wait(milliseconds: number): Promise<void>;
}
