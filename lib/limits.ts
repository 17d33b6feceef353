// What one user and one connection may use: settings, whose defaults are in protocol/limits.ts.
import { DEFAULT_LIMITS, type ServiceLimits } from '../protocol/service-limits.ts';

/** What one user, or one connection, may use. Every property is optional. */
export interface Limits {
  /**
   * Frames a connection may send in a minute, `ping` not counted.
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
}

export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as (keyof ServiceLimits)[];
/** Our choice: more than this is a mistake, and would keep a container's memory busy. */
const LIMIT_MAX = 100_000;

export function checkedLimits(given: Limits = {}): ServiceLimits {
  for (const [name, value] of Object.entries(given)) {
    if (Number.isInteger(value) && value >= 1 && value <= LIMIT_MAX) continue;
    throw new Error(`limits.${name} must be a whole number from 1 to ${LIMIT_MAX}, not ${value}.`);
  }
  return { ...DEFAULT_LIMITS, ...given };
}
