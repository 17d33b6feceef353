// What back ends ask over /internal/: who is connected, how many listen to a topic, how a broadcast goes and what it
// would cost.
import * as z from 'zod';
import { PRESENCE_STATES } from './client-frame.ts';
import { requestSchema } from './request.ts';
import { NOTIFICATIONS_TOPIC, topicSchema } from './topic.ts';
import { EVERYONE, userIdSchema } from './user-id.ts';

const count = z.int().nonnegative();
const time = z.iso.datetime();

export const presenceSchema = z
  .object({
    user_id: z.string(),
    /** The organisation that was asked for. */
    org_id: z.string().optional(),
    is_online: z.boolean(),
    /** One for each open tab or device. */
    connections: z.array(
      z.object({
        connected_at: time,
        org_id: z.string().optional(),
        expires_at: time.optional(),
        /** What its page said last, and when; absent where it never did. */
        presence: z.enum(PRESENCE_STATES).optional(),
        presence_at: time.optional(),
      }),
    ),
    /** A page says that a person is there. */
    is_present: z.boolean(),
    /** Now for who is connected; otherwise when the last connection closed, as far as that is known. */
    last_seen_at: time.nullable(),
  })
  .meta({ id: 'Presence' });
export type Presence = z.output<typeof presenceSchema>;

export const topicSubscribersSchema = z
  .object({
    topic: z.string(),
    connections: count,
    users: count,
    /** False for so many that they were estimated. */
    is_exact: z.boolean(),
    counted_at: time,
  })
  .meta({ id: 'TopicSubscribers' });
export type TopicSubscribers = z.output<typeof topicSubscribersSchema>;

/** `notifications` is each user's own: there is no such audience. */
export const countedTopicSchema = topicSchema.refine((topic) => topic !== NOTIFICATIONS_TOPIC, {
  error: "must not be notifications, which is each user's own feed",
});

export const presenceUserSchema = userIdSchema.refine((userId) => userId !== EVERYONE, {
  error: 'must be one user, not everyone',
});

/** In this organisation only; without it, in all of them and in none. */
export const presenceQuerySchema = z.strictObject({ org_id: userIdSchema.optional() });

/** `source`: of the event, where the id is the request's or the event's. */
export const broadcastQuerySchema = z.strictObject({ source: z.string().min(1).max(256).optional() });

export const BROADCAST_STATES = ['sending', 'rolling_out', 'stopped', 'recalled', 'sent'] as const;

export const broadcastStatusSchema = z
  .object({
    /** Of the notification. */
    id: z.string(),
    state: z.enum(BROADCAST_STATES),
    /** Sockets that accepted it. */
    sent: count,
    /** Sockets that turned out to be closed. */
    gone: count,
    /** Sockets of users who want no such frame. */
    skipped: count,
    /** Sockets that refused it in every round: `sync` brings it to them. */
    failed: count,
    /** Sockets still to be tried, by an estimate until all are done. */
    remaining: count,
    created_at: time,
    recalled_at: time.nullable(),
    rollout: z.object({ percent: z.int(), minutes: z.int(), resumes_at: time }).nullable(),
  })
  .meta({ id: 'BroadcastStatus' });
export type BroadcastStatus = z.output<typeof broadcastStatusSchema>;

/** The request as it would be put on the bus; without one, a short text is assumed. */
export const broadcastEstimateRequestSchema = z
  .strictObject({ request: requestSchema.optional() }, { error: 'must be a JSON object' })
  .meta({ id: 'BroadcastEstimateRequest' });

export const broadcastEstimateSchema = z
  .object({
    /** Users who are connected. */
    recipients: count,
    /** Their sockets: each is posted to. */
    connections: count,
    is_exact: z.boolean(),
    frame_bytes: count,
    /** At list prices of us-east-1, without mobile push. */
    dollars: z.number().nonnegative(),
    /** At the most posts a second that this stack makes. */
    seconds: z.number().nonnegative(),
  })
  .meta({ id: 'BroadcastEstimate' });
export type BroadcastEstimate = z.output<typeof broadcastEstimateSchema>;
