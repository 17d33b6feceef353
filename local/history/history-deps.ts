// What the history must know of the rest of the runtime.
import type { LiveQueue } from '../../protocol/local/live-state.ts';
import type { Traces } from './traces.ts';

export interface KnownQueue {
  arn: string;
  label: string;
  role: LiveQueue['role'];
  maxReceives: number;
  /** Undefined when the message is not there any more. */
  hiddenUntil(messageId: string): number | undefined;
}

export interface HistoryDeps {
  traces: Traces;
  now(): number;
  /** By URL or ARN. */
  queue(reference: string): KnownQueue | undefined;
  /** Of an open connection, or of one that was open: the user's id, with the organisation where there is one. */
  inboxOf(connectionId: string): string | undefined;
  /** Undefined when the ARN is no phone's endpoint. */
  phoneOf(endpointArn: string): { platform: string; token: string; inbox: string | undefined } | undefined;
  scheduleDue(scheduleArn: string): number | undefined;
}
