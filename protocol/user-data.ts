// What back ends are given of one user: all rows, what an erasure did, and how far a request has come.
import * as z from 'zod';
import { userIdSchema } from './user-id.ts';

const time = z.iso.datetime();
const count = z.int().nonnegative();
const nextCursor = z.string().nullable();

export const userDataQuerySchema = z.strictObject({ cursor: z.string().max(4_096).optional() });

export const userExportSchema = z
  .object({
    /** `row` is its key in the table; the rest is as it is stored. */
    rows: z.array(z.record(z.string(), z.unknown())),
    /** For the next call; null at the end. A page may be empty and not be the last. */
    next_cursor: nextCursor,
  })
  .meta({ id: 'UserExport' });
export type UserExport = z.output<typeof userExportSchema>;

export const erasedUserSchema = z
  .object({
    /** Rows erased by this call. */
    erased: count,
    /** For the next call; null when everything is erased. */
    next_cursor: nextCursor,
  })
  .meta({ id: 'ErasedUser' });
export type ErasedUser = z.output<typeof erasedUserSchema>;

/**
 * The producer's own id, or the one that `PutEvents` answered, with the index of the request where an event had
 * several.
 */
export const requestOrEventIdSchema = z.string().min(1).max(128);

/** `source` is the event's; with `user_id`, the audit trail of that user's notification is looked up. */
export const requestStatusQuerySchema = z.strictObject({
  source: z.string().min(1).max(256),
  user_id: z.string().min(1).max(128).optional(),
  org_id: userIdSchema.optional(),
});

export const REQUEST_STATES = ['accepted', 'parked', 'digested', 'delivered', 'cancelled', 'rejected'] as const;

/** Of one user's notification. */
export const STORED_OUTCOMES = ['sent', 'pushed', 'held', 'muted', 'rate_limited', 'inbox', 'failed'] as const;
export type StoredOutcome = (typeof STORED_OUTCOMES)[number];

export const requestStatusSchema = z
  .object({
    id: z.string(),
    source: z.string(),
    /** Of the audience that is least far; of a user's notification, `delivered` once it is stored. */
    state: z.enum(REQUEST_STATES),
    /**
     * One for each audience the id was used for. Ids that the producer did not choose are known only while they wait.
     */
    audiences: z.array(
      z.object({
        /** `user:{id}`, `topic:{topic}`, or `users:{hash}` of a list. */
        audience: z.string(),
        /** Where it names one user in an organisation. */
        org_id: z.string().optional(),
        state: z.enum(REQUEST_STATES),
        accepted_at: time,
        deliver_at: time.nullable(),
        cancelled_at: time.nullable(),
      }),
    ),
    rejection: z.object({ field: z.string(), reason: z.string(), rejected_at: time }).nullable(),
    /** The digest of `user_id` that contains it: `sent` when its window has ended. */
    digest: z.object({ state: z.enum(['waiting', 'sent']), closes_at: time }).nullable(),
    /** What happened to it in the inbox of `user_id`. */
    notification: z
      .object({
        id: z.string(),
        outcome: z.enum(STORED_OUTCOMES),
        /** The same words as `POST /internal/explain`. */
        reason: z.string(),
        stored_at: time,
        sent_at: time.nullable(),
        /** Set where the push was not part of the first attempt; otherwise `sent_at` is the push's. */
        pushed_at: time.nullable(),
        acknowledged_at: time.nullable(),
        read_at: time.nullable(),
        archived: z.boolean(),
        retry_count: count,
        error_count: count,
        last_error: z.string().nullable(),
        is_processed: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'RequestStatus' });
export type RequestStatus = z.output<typeof requestStatusSchema>;
