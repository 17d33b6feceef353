// What a reader may change about notifications, and what each change answers: always the absolute unread count.
import * as z from 'zod';
import { notificationSchema } from './notification.ts';
import { unreadFields } from './unread.ts';

/** An id in a path, a query or a body, of any version: one that is none of ours is unknown. UUIDs are written in lower case here. */
export const idSchema = z.guid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase());

/** Body, or query, of mark-all-read; query of clear-all. */
export const upToSchema = z
  .strictObject({ up_to: idSchema.nullish() }, { error: 'must be a JSON object' })
  .meta({ id: 'UpTo' });

export const changedNotificationSchema = z
  .object({ notification: notificationSchema, ...unreadFields })
  .meta({ id: 'ChangedNotification' });

export const unreadCountSchema = z.object(unreadFields).meta({ id: 'UnreadCount' });

export const countSchema = z
  .object({ count: unreadFields.unread_count, unread_count_exact: unreadFields.unread_count_exact })
  .meta({ id: 'Count' });
