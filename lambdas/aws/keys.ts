// The table's keys: one place that knows how rows are named.
import { hashText, userHash } from '../domain/model/user-hash.ts';
import type { OpenConnection } from '../domain/sockets/ports.ts';
import { partitionFor } from '../domain/sockets/segments.ts';

export const userKey = (userId: string): string => `USER#${userId}`;
export const CONNECTION_PREFIX = '#CONN#';
export const DEVICE_PREFIX = '#DEVICE#';
export const STATE = '#STATE';
export const NOTIFICATION_PREFIX = 'N#';
export const BROADCAST_STATE_PREFIX = 'B#';
/** Sorts after every row of a recipient (#…, B#…) and before the notifications. */
export const RECIPIENT_END = 'C';
export const BROADCAST = 'BROADCAST';
export const UNREAD_INDEX = 'unread';

/** Sorts between the recipient's rows and the notifications, so that no delivery reads it. */
export const lastSeenKey = (userId: string) => ({ pk: userKey(userId), sk: 'LAST_SEEN' });
export const connectionKey = ({ user_id: userId, connection_id: connectionId }: OpenConnection) => ({
  pk: userKey(userId),
  sk: CONNECTION_PREFIX + connectionId,
});
export const ticketKey = (ticketHash: string) => ({ pk: `TICKET#${ticketHash}`, sk: 'TICKET' });
/** Among the recipient's rows, so that a socket that opens reads it with them. */
export const LOGOUT = '#LOGOUT';
export const logoutKey = (userId: string) => ({ pk: userKey(userId), sk: LOGOUT });
export const deviceKey = (userId: string, deviceId: string) => ({ pk: userKey(userId), sk: DEVICE_PREFIX + deviceId });
/** Sorts between the recipient's rows and the notifications, so that no delivery reads it. */
export const devicePlacesKey = (userId: string) => ({ pk: userKey(userId), sk: 'DEVICE_PLACES' });
export const deviceOwnerKey = (deviceId: string) => ({ pk: `DEVICE#${deviceId}`, sk: 'DEVICE' });
/** `partition` as a segment names it; subscribers sort by the hash of their user. */
export const topicKey = (partition: string): string => `TOPIC#${partition}`;
export const subscriberKey = (topic: string, { user_id: userId, connection_id: connectionId }: OpenConnection) => {
  const hash = userHash(userId);
  return { pk: topicKey(partitionFor(topic, hash)), sk: `${hashText(hash)}#${connectionId}` };
};
export const audienceKey = (topic: string) => ({ pk: `AUDIENCE#${topic}`, sk: 'COUNT' });
export const fanoutKey = (fanoutId: string): string => `FANOUT#${fanoutId}`;
export const fanoutStopKey = (fanoutId: string) => ({ pk: fanoutKey(fanoutId), sk: 'STOP' });
export const FANOUT_PART_PREFIX = 'PART#';
export const fanoutPartKey = (fanoutId: string, part: string) => ({
  pk: fanoutKey(fanoutId),
  sk: FANOUT_PART_PREFIX + part,
});
/**
 * Rows of digests sort between the recipient's rows and the notifications, so that no delivery reads them. `hash`: of
 * the digest's name.
 */
export const DIGEST_PREFIX = 'DIGEST#';
export const digestWindowPrefix = (hash: string): string => `${DIGEST_PREFIX}${hash}#WINDOW#`;
export const digestContentKey = (userId: string, hash: string, number: string) => ({
  pk: userKey(userId),
  sk: `${DIGEST_PREFIX}${hash}#CONTENT#${number}`,
});
export const digestEntryPrefix = (hash: string, number: string): string => `${DIGEST_PREFIX}${hash}#ENTRY#${number}#`;
/** Who has claimed what several users were sent. */
export const CLAIM_PREFIX = 'CLAIM#';
export const claimKey = (id: string) => ({ pk: CLAIM_PREFIX + id, sk: 'CLAIM' });
export const claimAudienceKey = (id: string) => ({ pk: CLAIM_PREFIX + id, sk: 'USERS' });
/** No row has it: a read of it shows whether the table answers. */
export const HEALTH_KEY = { pk: 'HEALTH', sk: 'HEALTH' };
/** How far the sweep for lost wake-ups has come. */
export const SWEEP_KEY = { pk: 'SWEEP', sk: 'SWEEP' };
export const stateKey = (userId: string) => ({ pk: userKey(userId), sk: STATE });
export const rateKey = (userId: string, bucket: string, window: number) => ({
  pk: `RATE#${userId}`,
  sk: `${bucket}#${window}`,
});
/** Without a type: of all types together. */
export const rateSlotsKey = (userId: string, notificationType: string | undefined) => ({
  pk: `RATE#${userId}`,
  sk: notificationType === undefined ? 'slots' : `slots#${notificationType}`,
});
/** Sorts after the notifications: an organisation in which the user has an inbox. */
export const ORGANISATION_PREFIX = 'ORG#';
/** The next sort key after all of them. */
export const ORGANISATIONS_END = 'ORG$';
export const organisationKey = (userId: string, orgId: string) => ({
  pk: userKey(userId),
  sk: ORGANISATION_PREFIX + orgId,
});
/** What waits for the user to be present: each row points to a parked request. */
export const HELD_PREFIX = 'HELD#';
export const notificationKey = (userId: string, id: string) => ({ pk: userKey(userId), sk: NOTIFICATION_PREFIX + id });
export const broadcastKey = (id: string) => ({ pk: BROADCAST, sk: NOTIFICATION_PREFIX + id });
/** Under which id the broadcast of a request is stored. */
export const broadcastNameKey = (requestId: string) => ({ pk: `BROADCAST_OF#${requestId}`, sk: 'ID' });
export const broadcastStateKey = (userId: string, id: string) => ({
  pk: userKey(userId),
  sk: BROADCAST_STATE_PREFIX + id,
});

/** DynamoDB removes an expired row within days, and returns it until then: every read asks this. */
export function isAlive(row: { ttl?: unknown }, nowMs: number): boolean {
  return typeof row.ttl !== 'number' || row.ttl * 1000 > nowMs;
}

/** Some ids were given up by a request that was filed later: their rows are no notifications. */
export function isNotification(row: { ttl?: unknown; filed_at_ms?: unknown }, nowMs: number): boolean {
  return row.filed_at_ms === undefined && isAlive(row, nowMs);
}

/** A notification may have an end of its own, to the millisecond where `ttl` has whole seconds. */
export function isShown(row: Record<string, unknown>, nowMs: number): boolean {
  if (!isNotification(row, nowMs) || row.recalled_at !== undefined || row.recalls !== undefined) return false;
  return typeof row.expires_at !== 'string' || Date.parse(row.expires_at) > nowMs;
}
