// What delivery may reach: delivery state, rate-limit slots, the fan-out, rejected and dead-letter queues, the bus.
import type { EventBatch, EventBatchResult } from '../../../protocol/event-batch.ts';
import type * as push from '../push/ports.ts';
import type { FanoutRange, FanoutTask } from './fan-out-task.ts';

/** What happened to a notification after it was stored. Each fact is recorded once. */
export interface DeliveryState {
  /** Sets the audit fields of one more try; false when that try, or a later one, was made already. */
  countRetry(userId: string, id: string, retryCount: number, at: string): Promise<boolean>;
  /** False when it was pushed before. */
  /** `wasHeld`: its `last_error` says so, and is removed. */
  markPushed(userId: string, id: string, at: string, options?: { wasHeld?: boolean }): Promise<boolean>;
  /**
   * 'unknown': the user has no such notification. 'on_phones': acknowledged for the first time, and a phone may show
   * it. Acknowledging twice keeps the first time.
   */
  acknowledge(userId: string, id: string, at: string): Promise<'unknown' | 'acknowledged' | 'on_phones'>;
  /** The first time stays. No error where the user has no such notification. */
  markShown(userId: string, id: string, at: string): Promise<void>;
  /** `by`: this attempt. False when everyone was pushed before, or another attempt is at it. */
  claimBroadcastPush(id: string, by: string, at: string): Promise<boolean>;
  /** Nothing was pushed: the next attempt may. Leaves the claim of another attempt. */
  releaseBroadcastPush(id: string, by: string): Promise<void>;
}

/**
 * Which notifications of one type, or of all types where none is named, were sent to a user lately: those beyond the
 * limit get no slot.
 */
export interface RateSlots {
  /** False when `limit` others newer than `sinceId` have slots. Idempotent. */
  take(
    userId: string,
    notificationType: string | undefined,
    id: string,
    sinceId: string,
    limit: number,
  ): Promise<boolean>;
  /** Whether a new one would get a slot now; takes none. */
  hasRoom(userId: string, notificationType: string | undefined, sinceId: string, limit: number): Promise<boolean>;
}

export interface RejectedQueue {
  /** `body` unmodified, as it arrived. */
  send(body: string, rejection: { field: string; reason: string }): Promise<void>;
}

export interface FanoutQueue {
  send(tasks: readonly FanoutTask[], delaySeconds?: number): Promise<void>;
  /**
   * The queue hands the message out again after this time, unless it is deleted before: a crash is noticed that soon.
   */
  hold(handle: string, seconds: number): Promise<void>;
}

/** Which run of which queue message works on a part. */
export interface FanoutRun {
  message: string;
  run: string;
}

/**
 * How often the frame was posted to each outcome. `skipped`: the user wants no such frame. `refused`: left to a retry.
 */
export interface FanoutCounts {
  sent: number;
  gone: number;
  skipped: number;
  refused: number;
  failed: number;
}

/** How far one part of a fan-out has come. */
export interface FanoutPart extends FanoutCounts {
  /** Every subscriber up to this position is in the counts. */
  after?: string;
  /** The rest was cut into these, or is to be: written before they are sent. */
  rest?: FanoutRange[];
  /** How many subscribers there were when it began, by an estimate. */
  expected?: number;
  is_done?: boolean;
}

export interface FanoutProgress {
  /** 'taken': another queue message has the part. What an earlier run of this message saved is given back. */
  begin(fanoutId: string, part: string, run: FanoutRun, ttlSeconds: number): Promise<FanoutPart | 'taken'>;
  /** False when another run has taken over: this one must stop. */
  save(fanoutId: string, part: string, run: FanoutRun, progress: FanoutPart): Promise<boolean>;
  /** Every part that was begun. */
  parts(fanoutId: string): Promise<(FanoutPart & { part: string })[]>;
  /** From now on nothing of it is posted any more. */
  stop(fanoutId: string, ttlSeconds: number): Promise<void>;
  isStopped(fanoutId: string): Promise<boolean>;
}

export interface EncodedSender {
  /** 'refused': not now (429, 5xx, no answer in time). Throws for a fault of ours, such as a missing permission. */
  post(connectionId: string, frame: Uint8Array): Promise<'sent' | 'gone' | 'refused'>;
}

export interface EventBus {
  put(batch: EventBatch): Promise<EventBatchResult>;
}

/** A message a queue handed over. */
export interface ReceivedMessage {
  /** Stays the same when the message is put back, or comes from a dead-letter queue. */
  id: string;
  /** The queue's own id of what it handed over. */
  receivedAs: string;
  body: string;
  /** What the queue needs to find this receipt of it again. */
  handle: string;
  /** Tries so far, including this one. */
  receiveCount: number;
  /** When the queue first took it in. */
  sentAtMs: number;
  /** An earlier attempt broke off somewhere, or it comes back from the dead-letter queue. */
  isRedelivery: boolean;
  /** How often it was put back. */
  putBacks: number;
  /** Came with others in one message, which must not come again for this one alone. */
  isPart?: boolean;
}

export interface FailedMessages {
  /** Sends the message to its queue anew, with what is known of it: the queue's own count begins again. */
  putBack(message: ReceivedMessage, delaySeconds: number): Promise<void>;
  /**
   * The queue returns the message after this time instead of its own visibility timeout. 'not_in_flight': it can't, for
   * a second copy of the message was served and deleted meanwhile.
   */
  retryIn(handle: string, seconds: number): Promise<'put_off' | 'not_in_flight'>;
  /** Dead-letters it with the reason, which SQS's own redrive can't give. */
  toDeadLetters(body: string, about: { reason: string; messageId: string; receiveCount: number }): Promise<void>;
}

export interface Deps extends push.Deps {
  deliveryState: DeliveryState;
  rateSlots: RateSlots;
  rejected: RejectedQueue;
  fanout: FanoutQueue;
  fanoutProgress: FanoutProgress;
  encodedSender: EncodedSender;
  bus: EventBus;
  /** Past the bus, onto the dispatch queue. */
  fastBus: EventBus;
  failedMessages: FailedMessages;
}
