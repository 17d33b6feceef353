// Frames from a client to the server. `action` selects the route.
import * as z from 'zod';
import { CallerError } from './error-codes.ts';
import { rejectionOf } from './event.ts';
import { NOTIFICATION_IDS_PER_ACK_MAX, TOPICS_PER_FRAME_MAX } from './limits.ts';
import { topicSchema } from './topic.ts';

/** Whether a person is at the page of a connection. */
export const PRESENCE_STATES = ['active', 'idle'] as const;
export type PresenceState = (typeof PRESENCE_STATES)[number];

/** API Gateway answers `ping` itself, and takes `keep_alive` without an answer: neither reaches a function. */
export const GATEWAY_ACTIONS = ['ping', 'keep_alive'] as const;
export const ACTIONS = [
  ...GATEWAY_ACTIONS,
  'ack',
  'subscribe',
  'unsubscribe',
  'sync',
  'claim',
  'presence',
  'shown',
] as const;

/** Ids are lower-case; a client that writes them otherwise means the same. */
export const notificationIdSchema = z.guid({ error: 'must be the UUID of a notification' }).toLowerCase();

const ids = z
  .array(notificationIdSchema, { error: 'must be a list of notification ids' })
  .min(1)
  .max(NOTIFICATION_IDS_PER_ACK_MAX);
const topics = z
  .array(topicSchema, { error: 'must be a list of topics' })
  .min(1, { error: 'must name at least one topic' })
  .max(TOPICS_PER_FRAME_MAX, { error: `must name at most ${TOPICS_PER_FRAME_MAX} topics` });

const ackSchema = z
  .object({
    action: z.literal('ack'),
    notification_id: notificationIdSchema.optional(),
    notification_ids: ids.optional(),
  })
  .refine((frame) => (frame.notification_id === undefined) !== (frame.notification_ids === undefined), {
    path: ['notification_id'],
    error: 'or notification_ids must be there, one of the two',
  })
  .transform((frame) => ({
    action: frame.action,
    notification_ids: frame.notification_ids ?? [frame.notification_id!],
  }));

export const clientFrameSchemas = {
  ack: ackSchema,
  subscribe: z.object({ action: z.literal('subscribe'), topics }),
  unsubscribe: z.object({ action: z.literal('unsubscribe'), topics }),
  sync: z.object({ action: z.literal('sync'), since: notificationIdSchema.nullish() }),
  claim: z.object({ action: z.literal('claim'), notification_id: notificationIdSchema }),
  presence: z.object({
    action: z.literal('presence'),
    state: z.enum(PRESENCE_STATES, { error: 'must be active or idle' }),
  }),
  shown: z.object({ action: z.literal('shown'), notification_ids: ids }),
};
export type ClientFrame = {
  [K in keyof typeof clientFrameSchemas]: z.output<(typeof clientFrameSchemas)[K]>;
}[keyof typeof clientFrameSchemas];

/** Reads what a client sent. Throws CallerError for anything that is not one of our frames. */
export function parseClientFrame(body: string | undefined | null): ClientFrame {
  let json: unknown;
  try {
    json = JSON.parse(body ?? '');
  } catch {
    throw new CallerError('invalid_frame', 'A frame must be JSON, such as {"action":"sync"}.');
  }
  const action = typeof json === 'object' && json !== null ? (json as { action?: unknown }).action : undefined;
  if (typeof action !== 'string') {
    throw new CallerError(
      'invalid_frame',
      `A frame must be a JSON object with an action: one of ${ACTIONS.join(', ')}.`,
    );
  }
  if (!Object.hasOwn(clientFrameSchemas, action)) {
    throw new CallerError('unknown_action', `Unknown action. Use one of ${ACTIONS.join(', ')}.`);
  }
  const frame = clientFrameSchemas[action as keyof typeof clientFrameSchemas].safeParse(json, { reportInput: true });
  if (frame.success) return frame.data;
  const { field, reason } = rejectionOf(frame.error, 'frame');
  throw new CallerError('invalid_frame', `${field} ${reason}`, { field });
}
