// Everything a delivery must know about a user, loaded by one query.

import type { PresenceState } from '../../../protocol/client-frame.ts';
import { PRESENCE_MAX_AGE_SECONDS } from '../../../protocol/limits.ts';
import type { Frequency } from '../../../protocol/preferences.ts';
import type { SeenMark } from './seen-mark.ts';
import type { Watermark } from './watermark.ts';

export interface Connection {
  connection_id: string;
  user_id: string;
  org_id?: string;
  connected_at: string;
  /** When its credential was issued. */
  issued_at?: string;
  /** What its page said last, if it ever said so: whether a person is there. */
  presence?: PresenceState;
  presence_at?: string;
  /** When its credential ends: from then on it is sent nothing, and closed when a delivery meets it. */
  expires_at?: string;
}

export const hasEnded = ({ expires_at: expiresAt }: Pick<Connection, 'expires_at'>, nowMs: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;

/**
 * A page said lately that a person is there. One that never says so does not count, nor one that has ceased to renew
 * what it said, such as that of a machine that sleeps.
 */
export const isPresent = (connections: readonly Connection[], nowMs: number): boolean =>
  connections.some(
    (connection) =>
      connection.presence === 'active' &&
      nowMs - Date.parse(connection.presence_at ?? '') <= PRESENCE_MAX_AGE_SECONDS * 1000 &&
      !hasEnded(connection, nowMs),
  );

/** The page that a person was last seen to come to; undefined where nobody is at any. */
export function lastUsed(connections: readonly Connection[], nowMs: number): Connection | undefined {
  const active = connections.filter((connection) => isPresent([connection], nowMs));
  return active.toSorted((a, b) => (b.presence_at ?? '').localeCompare(a.presence_at ?? ''))[0];
}

interface Registered {
  id: string;
  created_at: string;
  updated_at: string;
}
/** Reached through an SNS platform endpoint. */
export interface Phone extends Registered {
  platform: 'fcm' | 'apns' | 'apns_sandbox';
  token: string;
  endpoint_arn: string;
  subscription_arn?: string;
}
/** A browser's push subscription: https://www.w3.org/TR/push-api/#push-subscription */
export interface Browser extends Registered {
  platform: 'web';
  /** Where its push service takes messages. */
  endpoint: string;
  keys: { p256dh: string; auth: string };
}
export type Device = Phone | Browser;

export interface Preferences {
  websocket_notifications: boolean;
  push_notifications: boolean;
  email_notifications: boolean;
  muted_types: string[];
  muted_topics: string[];
  muted_groups: string[];
  quiet_hours: { start: string; end: string; time_zone: string } | null;
  /** By notification type; `off` is the same as muted. */
  type_frequencies: Record<string, Frequency>;
  daily_digest: { time: string; time_zone: string };
}
export const DEFAULT_PREFERENCES: Preferences = {
  websocket_notifications: true,
  push_notifications: true,
  email_notifications: true,
  muted_types: [],
  muted_topics: [],
  muted_groups: [],
  quiet_hours: null,
  type_frequencies: {},
  daily_digest: { time: '09:00', time_zone: 'UTC' },
};

/** Of these nothing is sent. */
export const mutedTypes = ({
  muted_types: muted,
  type_frequencies: frequencies,
}: Pick<Preferences, 'muted_types' | 'type_frequencies'>): string[] => [
  ...new Set([...muted, ...Object.keys(frequencies).filter((type) => frequencies[type] === 'off')]),
];

/** Later than every id. */
export const NEVER_SEEN = '~';

/** This user's own state of a broadcast. */
export interface BroadcastState {
  id: string;
  read_at?: string;
  archived_at?: string;
  snoozed_until?: string;
  snooze_ended?: string;
  /** Set when the user marked it unread again. */
  unread_key?: string;
  /** The broadcast's own, so that a count need not look it up. */
  expires_at?: string;
}

export interface Recipient {
  user_id: string;
  connections: Connection[];
  devices: Device[];
  preferences: Preferences;
  watermarks: Watermark[];
  /** Everything up to this id was cleared. Empty: nothing was. */
  cleared_before: string;
  seen: SeenMark;
  /**
   * Notifications to everyone up to this id came before the user was first seen. Empty: none; NEVER_SEEN: all so far.
   */
  known_since: string;
  /** Counts the changes of preferences and watermarks. */
  state_version: number;
  broadcast_states: BroadcastState[];
  /** The latest logout of this inbox. */
  logged_out_at_ms?: number;
}
