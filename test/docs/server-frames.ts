// A strict schema for every frame of the server, to hold the document's examples against.
import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../protocol/error-codes.ts';
import { notificationSchema } from '../../protocol/notification.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';

export const frames = {
  notification: frame('notification', { notification: notificationSchema, unread_count: z.int().optional() }),
  notification_removed: frame('notification_removed', { notification_id: z.uuid(), unread_count: z.int().optional() }),
  event: frame('event', {
    id: z.uuid(),
    topic: z.string(),
    event_type: z.string(),
    payload: z.record(z.string(), z.unknown()),
    title: z.string().optional(),
    message: z.string().optional(),
  }),
  unread_count: frame('unread_count', { unread_count: z.int() }),
  synced: frame('synced', { unread_count: z.int(), recovered: z.boolean() }),
  pong: frame('pong', {}),
  acked: frame('acked', { notification_ids: z.array(z.uuid()) }),
  subscribed: frame('subscribed', { topics: z.array(z.string()) }),
  unsubscribed: frame('unsubscribed', { topics: z.array(z.string()) }),
  error: frame('error', { code: z.enum(Object.keys(ERROR_CODES) as ErrorCode[]), message: z.string() }),
};
export type DocumentedFrame = { [K in keyof typeof frames]: z.output<(typeof frames)[K]> }[keyof typeof frames];

function frame<Type extends ServerFrame['type'], Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.strictObject({ type: z.literal(type), ...shape });
}
