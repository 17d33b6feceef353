// Tickets: single-use credentials that open one socket.
import * as z from 'zod';
import {
  CREDENTIAL_TOPICS_MAX_BYTES,
  TICKET_TTL_SECONDS_DEFAULT,
  TICKET_TTL_SECONDS_MAX,
  TOPICS_PER_CREDENTIAL_MAX,
} from './limits.ts';
import { isGrantable, topicSchema } from './topic.ts';
import { EVERYONE, userIdSchema } from './user-id.ts';

const ttlSeconds = z
  .int({ error: 'must be a whole number of seconds' })
  .min(1, { error: 'must be at least 1' })
  .max(TICKET_TTL_SECONDS_MAX, { error: `must be at most ${TICKET_TTL_SECONDS_MAX}` })
  .default(TICKET_TTL_SECONDS_DEFAULT);

/** Body of `POST /api/v2/tickets`: the user is the token's. */
export const ticketRequestSchema = z
  .strictObject({ ttl_seconds: ttlSeconds }, { error: 'must be a JSON object' })
  .meta({ id: 'TicketRequest' });

/** Body of `POST /internal/tickets`: a back end vouches for the user. */
export const internalTicketRequestSchema = z
  .strictObject(
    {
      user_id: userIdSchema.refine((userId) => userId !== EVERYONE, { error: 'must be one user, not everyone' }),
      org_id: userIdSchema.optional(),
      topics: z
        .array(
          topicSchema.refine(isGrantable, {
            error: 'must not be notifications, global_notifications or wal:…; every connection of the user has them',
          }),
          { error: 'must be a list of topics' },
        )
        .max(TOPICS_PER_CREDENTIAL_MAX, { error: `must name at most ${TOPICS_PER_CREDENTIAL_MAX} topics` })
        .refine((topics) => Buffer.byteLength(JSON.stringify(topics)) <= CREDENTIAL_TOPICS_MAX_BYTES, {
          error: `must be at most ${CREDENTIAL_TOPICS_MAX_BYTES} bytes as JSON`,
        })
        .default([]),
      ttl_seconds: ttlSeconds,
    },
    { error: 'must be a JSON object' },
  )
  .meta({ id: 'InternalTicketRequest' });

export const ticketSchema = z
  .object({ ticket: z.string(), ws_url: z.string(), expires_at: z.iso.datetime() })
  .meta({ id: 'Ticket' });
export type Ticket = z.output<typeof ticketSchema>;
