// What delivery may reach: delivery state, rate-limit slots, the fan-out, rejected and dead-letter queues, the bus.
import type { EventBatch, EventBatchResult } from '../../../protocol/event-batch.ts';
import type { EventFrame } from '../../../protocol/server-frame.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import type * as push from '../push/ports.ts';

/** What happened to a notification after it was stored. Each fact is recorded once. */
export interface DeliveryState {
  /** Sets the audit fields of one more try; false when that try, or a later one, was made already. */
  countRetry(userId: string, id: string, retryCount: number, at: string): Promise<boolean>;
  /** False when it was pushed before. */
  markPushed(userId: string, id: string, at: string): Promise<boolean>;
  /** False when the user has no such notification. Acknowledging twice keeps the first time. */
  acknowledge(userId: string, id: string, at: string): Promise<boolean>;
  /** False when everyone was pushed before, or another attempt is at it. */
  claimBroadcastPush(id: string, at: string): Promise<boolean>;
  /** Nothing was pushed: the next attempt may. */
  releaseBroadcastPush(id: string): Promise<void>;
}

/** Which notifications of one type were sent to a user lately: those beyond the limit get no slot. */
export interface RateSlots {
  /** False when `limit` others newer than `sinceId` have slots. Idempotent. */
  take(userId: string, notificationType: string, id: string, sinceId: string, limit: number): Promise<boolean>;
}

export interface RejectedQueue {
  /** `body` unmodified, as it arrived. */
  send(body: string, rejection: { field: string; reason: string }): Promise<void>;
}

/** One partition of a topic's subscribers, to be served by `fanout`. */
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
}

export interface FailedMessages {
  /** Sends the message to its queue anew, with what is known of it: the queue's own count begins again. */
  putBack(message: ReceivedMessage, delaySeconds: number): Promise<void>;
  /** The queue returns the message after this time instead of its own visibility timeout. */
  retryIn(handle: string, seconds: number): Promise<void>;
  /** Dead-letters it with the reason, which SQS's own redrive can't give. */
  toDeadLetters(body: string, about: { reason: string; messageId: string; receiveCount: number }): Promise<void>;
}

export interface Deps extends push.Deps {
  deliveryState: DeliveryState;
  rateSlots: RateSlots;
  rejected: RejectedQueue;
  fanout: FanoutQueue;
  bus: EventBus;
  failedMessages: FailedMessages;
}
