// Every size and count a caller can run into, with whose limit it is.

/** Our choices, as the specification states them. */
export const USER_ID_MAX_CHARACTERS = 128;
export const USER_IDS_MAX = 10_000;
export const TITLE_MAX_CHARACTERS = 255;
export const MESSAGE_MAX_CHARACTERS = 16_384;
export const NOTIFICATION_TYPE_MAX_CHARACTERS = 100;
export const REQUEST_ID_MAX_CHARACTERS = 64;
export const PAYLOAD_MAX_BYTES = 24 * 1024;
export const TOPIC_MAX_CHARACTERS = 128;
/** An authorizer's result may be 8 KB (AWS limit), so a credential's topics must fit in it with room to spare. */
export const TOPICS_PER_CREDENTIAL_MAX = 50;
export const CREDENTIAL_TOPICS_MAX_BYTES = 6_144;
export const NOTIFICATION_IDS_PER_ACK_MAX = 100;
export const TOPICS_PER_FRAME_MAX = 50;
export const EVENTS_PER_BATCH_MAX = 10;
/** Different requests in one event: EventBridge and SQS bill by 64 KB. */
export const REQUESTS_PER_EVENT_MAX = 100;

/** A claim is one user's among so many at most: each change is a frame to every one of them. */
export const CLAIM_USERS_MAX = 100;
export const CLAIM_SECONDS_MIN = 10;
export const CLAIM_SECONDS_MAX = 86_400;

/** How long requests are gathered into one notification. */
export const DIGEST_SECONDS_MIN = 60;
export const DIGEST_SECONDS_MAX = 86_400;
export const DIGEST_MESSAGE_MAX_CHARACTERS = 1_000;
/** A digest lists the newest so many of its requests, each with so much of its message. */
export const DIGEST_ITEMS_MAX = 10;
export const DIGEST_ITEM_MESSAGE_MAX_CHARACTERS = 200;
export const DIGEST_ITEM_URL_MAX_CHARACTERS = 500;

/** Users of a request that `POST /internal/explain` looks at. */
export const EXPLAINED_USERS_MAX = 50;

/** The rollout of a notification to everyone may wait this long for its second part. */
export const ROLLOUT_MINUTES_MAX = 1_440;

/** One frame from a client: API Gateway closes the socket with 1009 above it (AWS limit). */
export const CLIENT_FRAME_MAX_BYTES = 32 * 1024;

export const TICKET_TTL_SECONDS_DEFAULT = 60;
export const TICKET_TTL_SECONDS_MAX = 3600;
/** An API Gateway WebSocket lives two hours at most (AWS limit). */
export const CONNECTION_LIFETIME_SECONDS = 2 * 60 * 60;

/** `sync` brings at most this many missed notifications; beyond it the client reloads its list over REST. */
export const SYNC_NOTIFICATIONS_MAX = 100;
/**
 * API Gateway bills a message for each 32 KB (AWS): `sync` packs missed notifications into frames of up to this size.
 */
export const SYNC_FRAME_MAX_BYTES = 32 * 1024;
/** Counts are exact up to here: interfaces show "99+", and the cost of a count stays bounded. */
export const UNREAD_COUNT_MAX = 100;

/** Our choices for the REST inbox. */
export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
export const MUTED_TYPES_MAX = 100;
export const MUTED_TOPICS_MAX = 100;
export const MUTED_GROUPS_MAX = 100;
/** A longer value of a payload's field names no group. */
export const MUTED_GROUP_MAX_CHARACTERS = 128;
/** Types whose frequency a user has chosen. */
export const TYPE_FREQUENCIES_MAX = 100;
/** A snooze ends at least so long after it was asked for: its wake-up must not come before the row says so. */
export const SNOOZE_SECONDS_MIN = 60;
export const SNOOZE_SECONDS_MAX = 366 * 24 * 60 * 60;
/** A filtered page looks through at most this many notifications, then answers with what it found and a cursor. */
export const NOTIFICATIONS_LOOKED_THROUGH_MAX = 1_000;
/** While it has found none, it looks through so many more: a read of 20 MB at most, some 5,000 read units. */
export const LOOKED_THROUGH_FOR_ONE_MAX = 20_000;
/**
 * A page, or what one `sync` sends, ends before it is larger than this; Lambda answers with at most 6 MB (AWS limit).
 */
export const PAGE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Our choices, which the setting `limits` changes: docs/deploy.md. `page` × `size` may reach this far; a cursor goes
 * further.
 */
export const PAGED_NOTIFICATIONS_MAX = 5_000;
/** Per user, in a minute: changes of the inbox, of preferences and of devices; tickets; GET requests. */
export const MUTATIONS_PER_MINUTE = 120;
export const TICKETS_PER_MINUTE = 120;
export const READS_PER_MINUTE = 600;
/** Per connection, in a minute: frames of every action but `ping` and `keep_alive`, and those of `sync`. */
export const FRAMES_PER_MINUTE = 120;
export const PRESENCE_PER_MINUTE = 12;
/** A report of presence counts this long: a page with a person at it says so again before. */
export const PRESENCE_MAX_AGE_SECONDS = 300;
export const HELD_USERS_MAX = 100;
export const SYNCS_PER_MINUTE = 6;
/** Open sockets of one user: beyond it the oldest is closed. */
export const CONNECTIONS_PER_USER_MAX = 50;
/** Notifications sent or pushed to one user in a minute, of all types together: the others are summarised. */
export const NOTIFICATIONS_PER_MINUTE = 100;
/** Registered devices of one user: each costs a publication a push. */
export const DEVICES_PER_USER_MAX = 20;
/** So many sockets of one user are served with the delivery; the others are left to the fan-out. */
export const SOCKETS_PER_DELIVERY_MAX = 20;
