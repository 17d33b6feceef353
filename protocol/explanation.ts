// What `POST /internal/explain` takes and answers: what a request would do, to whom, why, and for how many dollars.
import * as z from 'zod';
import { EXPLAINED_USERS_MAX } from './limits.ts';

const count = z.int().nonnegative();
const time = z.iso.datetime();

/** Of one user. */
export const USER_OUTCOMES = [
  'delivered',
  'pushed',
  'digested',
  'held',
  'waiting',
  'muted',
  'rate_limited',
  'inbox',
  'live',
  'expired',
] as const;
export type UserOutcome = (typeof USER_OUTCOMES)[number];

/** Of the request as a whole. */
export const REQUEST_OUTCOMES = ['rejected', 'duplicate', 'scheduled', 'expired', 'dispatched'] as const;

/** `source`: of the event; with it, and an `id` in the request, duplicates are found. */
export const explainRequestSchema = z
  .strictObject(
    {
      source: z.string().min(1).max(256).optional(),
      /** As it would be put on the bus; looked at by the same rules, and invalid ones are explained too. */
      request: z.record(z.string(), z.unknown(), { error: 'must be a JSON object' }),
    },
    { error: 'must be a JSON object such as {"request":{"user_id":"alice"}}' },
  )
  .meta({ id: 'ExplainRequest' });

export const userExplanationSchema = z.object({
  user_id: z.string(),
  outcome: z.enum(USER_OUTCOMES),
  reason: z.string(),
  /** Sockets that it is sent to. */
  sockets: count,
  /** Phones and browsers that it is pushed to, now or when quiet hours have ended. */
  phones: count,
  /** When quiet hours end, or when it waits no longer. */
  held_until: time.nullable(),
  /** When the window of its digest ends. */
  digested_until: time.nullable(),
});
export type UserExplanation = z.output<typeof userExplanationSchema>;

export const explanationSchema = z
  .object({
    outcome: z.enum(REQUEST_OUTCOMES),
    reason: z.string(),
    /** Of a rejected request: the field at fault, as the rejected queue names it. */
    field: z.string().nullable(),
    /** Of a scheduled request. Its users are looked at as they would be then, if they changed nothing until then. */
    deliver_at: time.nullable(),
    /** Users it is for; of a topic and of everyone, those who are connected. */
    recipients: count,
    /** Sockets it is sent to; of many users, those of the users below. */
    connections: count,
    /** The first of them; none for a topic and for everyone. */
    users: z.array(userExplanationSchema).max(EXPLAINED_USERS_MAX),
    /** At list prices of us-east-1, by itself: what comes in bursts costs less, because it shares calls. */
    dollars: z.number().nonnegative(),
  })
  .meta({ id: 'Explanation' });
export type Explanation = z.output<typeof explanationSchema>;
