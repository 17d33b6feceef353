// What one user and one connection may use: settings, whose defaults are in protocol/limits.ts.
import { DEFAULT_LIMITS, type ServiceLimits } from '../protocol/service-limits.ts';

/** What one user, or one connection, may use. Every property is optional. */
export interface Limits {
  /**
   * Frames a connection may send in a minute, `ping` and `keep_alive` not counted.
   * @default 120
   */
  readonly framesPerMinute?: number;
  /**
   * How many of them may be `sync`.
   * @default 6
   */
  readonly syncsPerMinute?: number;
  /**
   * How many of them may be `presence`.
   * @default 12
   */
  readonly presencePerMinute?: number;
  /**
   * GET requests of a user in a minute.
   * @default 600
   */
  readonly readsPerMinute?: number;
  /**
   * Changes of a user's inbox, preferences and devices in a minute.
   * @default 120
   */
  readonly mutationsPerMinute?: number;
  /**
   * Tickets a user may get in a minute.
   * @default 120
   */
  readonly ticketsPerMinute?: number;
  /**
   * Open sockets of a user; beyond it the oldest is closed.
   * @default 50
   */
  readonly connectionsPerUser?: number;
  /**
   * Registered devices of a user.
   * @default 20
   */
  readonly devicesPerUser?: number;
  /**
   * How many sockets of a user a delivery serves itself; the others are served by `fanout`.
   * @default 20
   */
  readonly socketsPerDelivery?: number;
  /**
   * How far `page` × `size` of the notification list may reach. A cursor goes further.
   * @default 5000
   */
  readonly pagedNotifications?: number;
  /**
   * Notifications of all types that one user is sent in a minute, at most 500. What comes beyond is stored, and one
   * notification at the end of the minute says how many there are. `critical` ones are always sent.
   * @default 100
   */
  readonly notificationsPerMinute?: number;
}

export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as (keyof ServiceLimits)[];
/** Our choice: more than this is a mistake, and would keep a container's memory busy. */
const LIMIT_MAX = 100_000;

/** Our choice: the ids of so many are kept in one row, which is written for each in a crowd. */
const NOTIFICATIONS_PER_MINUTE_MAX = 500;

export function checkedLimits(given: Limits = {}): ServiceLimits {
  for (const [name, value] of Object.entries(given)) {
    const most = name === 'notificationsPerMinute' ? NOTIFICATIONS_PER_MINUTE_MAX : LIMIT_MAX;
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new Error(`limits.${name} must be a whole number from 1 to ${most}, not ${value}.`);
  }
  return { ...DEFAULT_LIMITS, ...given };
}
