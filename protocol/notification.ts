// A notification: one item in one user's inbox, the same shape in the table, over REST and in frames.
import * as z from 'zod';
import { claimSchema } from './claim.ts';
import { PRIORITIES } from './priority.ts';

const time = () => z.iso.datetime();

export const notificationSchema = z
  .object({
    id: z.uuid(),
    user_id: z.string(),
    /** Present in an organisation's inbox. */
    org_id: z.string().optional(),
    notification_type: z.string(),
    title: z.string(),
    message: z.string(),
    payload: z.record(z.string(), z.unknown()),
    priority: z.enum(PRIORITIES),
    is_read: z.boolean(),
    read_at: time().nullable(),
    is_archived: z.boolean(),
    /** Present while it is snoozed; `is_archived` is true until then. */
    snoozed_until: time().optional(),
    created_at: time(),
    requested_at: time(),
    updated_at: time(),
    deliver_at: time().nullable(),
    expires_at: time().nullable(),
    requires_ack: z.boolean(),
    acknowledged: z.boolean(),
    acknowledged_at: time().nullable(),
    sent_at: time().nullable(),
    retry_count: z.int().nonnegative(),
    last_retry_at: time().nullable(),
    is_processed: z.boolean(),
    error_count: z.int().nonnegative(),
    last_error: z.string().nullable(),
    /** Where its request has a claim. */
    claim: claimSchema.optional(),
  })
  .meta({ id: 'Notification' });

export type Notification = z.output<typeof notificationSchema>;
