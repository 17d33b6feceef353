// What a reader may change about notifications, and what each change answers: always the absolute unread count.
import * as z from 'zod';
import { notificationSchema } from './notification.ts';
import { parseTime, TIME_ERROR, toTimestamp } from './timestamp.ts';

/**
 * An id in a path, a query or a body, of any version: one that is none of ours is unknown. UUIDs are written in lower
 * case here.
 */
export const idSchema = z.guid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase());

/** Body, or query, of mark-all-read and mark-all-seen; query of clear-all. */
export const upToSchema = z
  .strictObject({ up_to: idSchema.nullish() }, { error: 'must be a JSON object' })
  .meta({ id: 'UpTo' });

/** As `timestampSchema` has it, described in words. */
const untilSchema = () =>
  z
    .string({ error: TIME_ERROR })
    .refine((text) => parseTime(text) !== undefined, { error: TIME_ERROR })
    .transform((text) => toTimestamp(parseTime(text)!))
    .meta({ type: 'string', description: 'A time with a zone', examples: ['2026-11-21T07:00:00.000Z'] });

export const snoozeSchema = z
  .strictObject({ until: untilSchema() }, { error: 'must be a JSON object' })
  .meta({ id: 'Snooze' });

/** What goes with every count. */
const aboutCount = {
  unseen_count: z.int().nonnegative(),
  unread_count_exact: z.literal(false).optional(),
  next_expiry_at: z.iso.datetime().optional(),
};

export const unreadCountSchema = z
  .object({ unread_count: z.int().nonnegative(), ...aboutCount })
  .meta({ id: 'UnreadCount' });

export const changedNotificationSchema = z
  .object({ notification: notificationSchema, ...unreadCountSchema.shape })
  .meta({ id: 'ChangedNotification' });

export const countSchema = z.object({ count: z.int().nonnegative(), ...aboutCount }).meta({ id: 'Count' });
