// What every part of the domain may reach: time, logs, metrics, the recipient of a delivery, rate limits.
import type { InboxRules } from '../../../protocol/inbox-rules.ts';
import type { ServiceLimits } from '../../../protocol/service-limits.ts';
import type { Connection, Recipient } from './recipient.ts';

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
}

export type MetricName =
  | 'accepted'
  | 'rejected'
  | 'duplicate'
  | 'stored'
  | 'delivered_by_socket'
  | 'gone'
  | 'post_refused'
  | 'unreachable'
  | 'left_in_inbox'
  | 'expired'
  | 'retried'
  | 'put_back'
  | 'dead_lettered'
  | 'fanout_failed'
  | 'scheduled'
  | 'overdue'
  | 'cancelled'
  | 'cancel_without_effect'
  | 'recalled'
  | 'recall_without_effect'
  | 'rollout_stopped'
  | 'acknowledged'
  | 'sent_again'
  | 'alerted_again'
  | 'muted'
  | 'rate_limited'
  | 'digested'
  | 'pushed'
  | 'push_failed'
  | 'push_held'
  | 'device_pruned'
  | 'logged_out'
  | 'credential_expired'
  | 'count_frame_failed'
  | 'too_many_requests'
  | 'too_many_connections'
  | 'internal_error'
  | 'unauthorized';

export interface Metrics {
  count(name: MetricName, amount?: number): void;
  /** Milliseconds from the time the bus accepted an event to the time the last socket accepted its frame. */
  latency(milliseconds: number): void;
  /** How many there are at this moment. */
  gauge(name: 'live_connections', value: number): void;
}

/** Structured. Never contains a title, a message, a payload, a token or a ticket. */
export interface Log {
  info(message: string, data?: Record<string, string | number | boolean | undefined>): void;
  error(message: string, error: unknown, data?: Record<string, string | number | boolean | undefined>): void;
}

export interface Recipients {
  /** One query: live connections, devices, preferences, watermarks, broadcast states. */
  load(userId: string, options?: { consistent?: boolean }): Promise<Recipient>;
  /**
   * Records since when a user is known; a user who has been seen before stays as is. In an organisation, that the user
   * has an inbox there, first.
   */
  introduce(userId: string, since: string): Promise<void>;
  /** Live connections alone, by a consistent read. */
  connections(userId: string): Promise<Connection[]>;
  /** The user's own, and those in organisations in which the user was seen, by a consistent read. */
  inboxes(userId: string): Promise<string[]>;
}

export interface RateLimits {
  /**
   * Takes one of `limit` calls in the window; false when none is left. Containers that count apart may let a few more
   * pass.
   */
  take(userId: string, bucket: string, window: number, limit: number, ttlSeconds: number): Promise<boolean>;
}

export interface Deps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  recipients: Recipients;
  rateLimits: RateLimits;
  limits: ServiceLimits;
  inboxRules: InboxRules;
}
