// A strict schema of every frame from the server: the source of docs/schemas and of the tests. Build time only: no
// function imports this.
import * as z from 'zod';
import { claimSchema } from './claim.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { notificationSchema } from './notification.ts';
import { unreadCountSchema } from './notification-change.ts';
import type { ServerFrame } from './server-frame.ts';

const count = unreadCountSchema.shape;
const optionalCount = unreadCountSchema.partial().shape;

export const serverFrameSchemas = {
  notification: frame('notification', {
    notification: notificationSchema,
    alert: z.boolean().optional(),
    confirm_shown: z.literal(true).optional(),
    ...optionalCount,
  }),
  notifications: frame('notifications', { notifications: z.array(notificationSchema), ...count }),
  notification_removed: frame('notification_removed', { notification_id: z.uuid(), ...optionalCount }),
  event: frame('event', {
    id: z.uuid(),
    topic: z.string(),
    event_type: z.string(),
    payload: z.record(z.string(), z.unknown()),
    title: z.string().optional(),
    message: z.string().optional(),
  }),
  unread_count: frame('unread_count', {
    ...count,
    changed: z
      .strictObject({
        at: z.iso.datetime(),
        notifications: z
          .array(z.strictObject({ id: z.uuid(), is_read: z.boolean(), is_archived: z.boolean() }))
          .optional(),
        read_up_to: z.uuid().optional(),
        cleared_up_to: z.uuid().optional(),
      })
      .optional(),
  }),
  synced: frame('synced', { ...count, recovered: z.boolean() }),
  claim: frame('claim', { claim: claimSchema }),
  pong: frame('pong', {}),
  acked: frame('acked', { notification_ids: z.array(z.uuid()) }),
  subscribed: frame('subscribed', { topics: z.array(z.string()) }),
  unsubscribed: frame('unsubscribed', { topics: z.array(z.string()) }),
  error: frame('error', {
    code: z.enum(Object.keys(ERROR_CODES) as ErrorCode[]),
    message: z.string(),
    retry_after_seconds: z.int().positive().optional(),
  }),
};
export type DocumentedFrame = {
  [K in keyof typeof serverFrameSchemas]: z.output<(typeof serverFrameSchemas)[K]>;
}[keyof typeof serverFrameSchemas];

function frame<Type extends ServerFrame['type'], Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.strictObject({ type: z.literal(type), ...shape });
}
