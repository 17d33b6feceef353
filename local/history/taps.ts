// What the runtime's parts report while they work, so that the path of each event can be shown.
import type { BusEvent } from '../events/event-entry.ts';

/** One call of the AWS port, after it was answered. */
export interface ObservedCall {
  accessKeyId: string;
  function: string;
  service: string;
  operation: string;
  input: any;
  /** As it came over the wire. */
  body: Buffer;
  result?: any;
  error?: unknown;
  startedMs: number;
  ms: number;
  /** What AWS would bill for it. */
  dollars: number;
}

export interface ObservedInvocation {
  requestId: string;
  accessKeyId: string;
  function: string;
  /** The payload, JSON. */
  event: string;
}

export interface ObservedResult {
  durationMs: number;
  memoryMb: number;
  payload?: string;
  error?: { errorType: string; errorMessage: string };
}

export interface PushedBrowser {
  token: string;
  userId: string;
  sentBytes: number;
}

/** Every method returns at once and never throws: what is recorded never changes what happens. */
export interface Taps {
  accepted(event: BusEvent, bytes: number): void;
  matched(eventId: string, rule: string, target: string, messageId: string | undefined): void;
  unmatched(eventId: string): void;
  /** A message that a service, not a function, put on a queue. */
  queued(messageId: string, queueArn: string, body: string): void;
  called(call: ObservedCall): void;
  started(invocation: ObservedInvocation): void;
  ended(invocation: ObservedInvocation, result: ObservedResult): void;
  /** SQS itself moved a message: to a dead-letter queue, or back. */
  moved(messageId: string, newMessageId: string, fromArn: string, toArn: string): void;
  /** What a phone's provider did with a push. */
  pushed(messageId: string, phone: { platform: string; token: string; userId: string }, failure?: string): void;
  /** A push service took a message for a browser. */
  webPushed(message: { message_id: string; payload: unknown }, browser: PushedBrowser): void;
}
