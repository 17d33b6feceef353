// The limits that a deployment may change, and their defaults.
import * as limits from './limits.ts';

export interface ServiceLimits {
  /** Of one connection, in a minute. */
  framesPerMinute: number;
  syncsPerMinute: number;
  presencePerMinute: number;
  /** Of one user, in a minute. */
  readsPerMinute: number;
  mutationsPerMinute: number;
  ticketsPerMinute: number;
  connectionsPerUser: number;
  devicesPerUser: number;
  socketsPerDelivery: number;
  pagedNotifications: number;
  /** Sent or pushed to one user, of all types together, in a minute. */
  notificationsPerMinute: number;
}

export const DEFAULT_LIMITS: ServiceLimits = {
  framesPerMinute: limits.FRAMES_PER_MINUTE,
  syncsPerMinute: limits.SYNCS_PER_MINUTE,
  presencePerMinute: limits.PRESENCE_PER_MINUTE,
  readsPerMinute: limits.READS_PER_MINUTE,
  mutationsPerMinute: limits.MUTATIONS_PER_MINUTE,
  ticketsPerMinute: limits.TICKETS_PER_MINUTE,
  connectionsPerUser: limits.CONNECTIONS_PER_USER_MAX,
  devicesPerUser: limits.DEVICES_PER_USER_MAX,
  socketsPerDelivery: limits.SOCKETS_PER_DELIVERY_MAX,
  pagedNotifications: limits.PAGED_NOTIFICATIONS_MAX,
  notificationsPerMinute: limits.NOTIFICATIONS_PER_MINUTE,
};
