// A request: what a producer asks for, the Detail of a `notification.requested` event.
import * as z from 'zod';
import { isJsonObject, jsonProblem } from './carried-json.ts';
import { digestRequestSchema } from './digest.ts';
import {
  CLAIM_SECONDS_MAX,
  CLAIM_SECONDS_MIN,
  CLAIM_USERS_MAX,
  HELD_USERS_MAX,
  MESSAGE_MAX_CHARACTERS,
  NOTIFICATION_TYPE_MAX_CHARACTERS,
  PAYLOAD_MAX_BYTES,
  REQUEST_ID_MAX_CHARACTERS,
  ROLLOUT_MINUTES_MAX,
  TITLE_MAX_CHARACTERS,
  USER_IDS_MAX,
} from './limits.ts';
import { PRIORITIES } from './priority.ts';
import { timestampSchema } from './timestamp.ts';
import { NOTIFICATIONS_TOPIC, ownerOf, topicSchema } from './topic.ts';
import { EVERYONE, ID_PATTERN, userIdSchema } from './user-id.ts';

/** A producer's own idempotency key. */
export const requestIdSchema = z
  .string({ error: 'must be a string' })
  .min(1, { error: 'must not be empty' })
  .max(REQUEST_ID_MAX_CHARACTERS, { error: `must have at most ${REQUEST_ID_MAX_CHARACTERS} characters` })
  .regex(ID_PATTERN, { error: 'must not contain #, white space, control or invisible characters' });

export const notificationTypeSchema = z
  .string({ error: 'must be a string, such as system or chat_message' })
  .min(1, { error: 'must not be empty' })
  .max(NOTIFICATION_TYPE_MAX_CHARACTERS, { error: `must have at most ${NOTIFICATION_TYPE_MAX_CHARACTERS} characters` })
  .regex(/^\S+$/u, { error: 'must not contain white space' });

/**
 * Not looked into but for what no wire carries exactly, and never copied: it is delivered as the JSON that was sent.
 */
const payloadSchema = z
  .unknown()
  .superRefine((payload, context) => {
    if (!isJsonObject(payload)) return context.addIssue({ code: 'custom', message: 'must be a JSON object' });
    const problem = jsonProblem(payload);
    if (problem) return context.addIssue({ code: 'custom', path: [...problem.path], message: problem.reason });
    if (Buffer.byteLength(JSON.stringify(payload)) <= PAYLOAD_MAX_BYTES) return;
    const message = `must be at most ${PAYLOAD_MAX_BYTES} bytes as JSON; send an id and let the reader fetch the rest`;
    context.addIssue({ code: 'custom', message });
  })
  .meta({ type: 'object' }) as unknown as z.ZodType<Record<string, unknown>, Record<string, unknown>>;

const text = (maxCharacters: number) =>
  z
    .string({ error: 'must be a string' })
    .min(1, { error: 'must not be empty' })
    .max(maxCharacters, { error: `must have at most ${maxCharacters} characters` });

/** To a share of the users first, to the others later. */
const rolloutSchema = z.strictObject(
  {
    percent: z
      .int({ error: 'must be a whole number of percent' })
      .min(1, { error: 'must be at least 1' })
      .max(99, { error: 'must be at most 99' }),
    minutes: z
      .int({ error: 'must be a whole number of minutes' })
      .min(1, { error: 'must be at least 1' })
      .max(ROLLOUT_MINUTES_MAX, { error: `must be at most ${ROLLOUT_MINUTES_MAX}` }),
  },
  { error: 'must be an object such as {"percent":5,"minutes":10}' },
);

/** What is done with a notification whose reader was not there in time. */
const OTHERWISE = ['push', 'inbox', 'drop'] as const;

/** The first of several users to claim it has it for so long. */
const claimSchema = z.strictObject(
  {
    expires_seconds: z
      .int({ error: 'must be a whole number of seconds' })
      .min(CLAIM_SECONDS_MIN, { error: `must be at least ${CLAIM_SECONDS_MIN}` })
      .max(CLAIM_SECONDS_MAX, { error: `must be at most ${CLAIM_SECONDS_MAX}` }),
  },
  { error: 'must be an object such as {"expires_seconds":900}' },
);

/** Until the user is at a page, at most until a time. */
const deliverWhenSchema = z.strictObject(
  {
    state: z.literal('present', { error: 'must be present' }),
    until: timestampSchema,
    otherwise: z.enum(OTHERWISE, { error: `must be one of ${OTHERWISE.join(', ')}` }),
  },
  { error: 'must be an object such as {"state":"present","until":"2026-11-22T18:00:00Z","otherwise":"push"}' },
);

const fields = z.strictObject(
  {
    id: requestIdSchema.optional(),
    user_id: userIdSchema.optional(),
    user_ids: z
      .array(
        userIdSchema.refine((userId) => userId !== EVERYONE, {
          error: 'must not hold the nil UUID; send it as user_id',
        }),
        { error: 'must be a list of user ids' },
      )
      .min(1, { error: 'must name at least one user' })
      .max(USER_IDS_MAX, { error: `must name at most ${USER_IDS_MAX} users` })
      .optional(),
    topic: topicSchema.optional(),
    /** The users' inboxes in this organisation. */
    org_id: userIdSchema.optional(),
    title: text(TITLE_MAX_CHARACTERS).optional(),
    message: text(MESSAGE_MAX_CHARACTERS).optional(),
    notification_type: notificationTypeSchema,
    priority: z.enum(PRIORITIES, { error: `must be one of ${PRIORITIES.join(', ')}` }).default('normal'),
    payload: payloadSchema.default({}),
    deliver_at: timestampSchema.optional(),
    requires_ack: z.boolean({ error: 'must be true or false' }).default(false),
    expires_at: timestampSchema.optional(),
    store: z.boolean({ error: 'must be true or false' }).default(true),
    rollout: rolloutSchema.optional(),
    claim: claimSchema.optional(),
    digest: digestRequestSchema.optional(),
    deliver_when: deliverWhenSchema.optional(),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

export const requestSchema = fields
  .superRefine((request, context) => {
    const problem = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const audiences = (['user_id', 'user_ids', 'topic'] as const).filter((field) => request[field] !== undefined);
    if (audiences.length === 0)
      problem('user_id', 'is missing: name the audience with exactly one of user_id, user_ids, topic');
    if (audiences.length > 1)
      problem(audiences[1]!, `must not come with ${audiences[0]}: name exactly one of user_id, user_ids, topic`);
    const stored = request.store && request.topic === undefined;
    if (stored && request.title === undefined) problem('title', 'is missing: a stored notification needs a title');
    if (stored && request.message === undefined)
      problem('message', 'is missing: a stored notification needs a message');
    if (!stored && request.requires_ack)
      problem('requires_ack', 'must be false for a live-only request: nothing is stored to acknowledge');
    if (request.rollout !== undefined && (request.user_id !== EVERYONE || !request.store))
      problem('rollout', 'is for stored notifications to everyone only');
    if (request.claim !== undefined && (!request.store || request.user_ids === undefined))
      problem('claim', 'is for stored notifications to several users only: name them in user_ids');
    if (request.claim !== undefined && (request.user_ids?.length ?? 0) > CLAIM_USERS_MAX)
      problem('user_ids', `must name at most ${CLAIM_USERS_MAX} users where there is a claim`);
    if (request.digest !== undefined && (!stored || request.user_id === EVERYONE))
      problem('digest', 'is for stored notifications to named users only: name them in user_id or user_ids');
    if (request.digest !== undefined && request.requires_ack)
      problem('requires_ack', 'must be false where there is a digest: a digest is not acknowledged');
    if (request.digest !== undefined && request.claim !== undefined)
      problem('claim', 'must not come with digest: what is gathered cannot be claimed');
    const when = request.deliver_when;
    if (when !== undefined && (!request.store || request.topic !== undefined || request.user_id === EVERYONE))
      problem('deliver_when', 'is for stored notifications to named users only');
    if (when !== undefined && (request.user_ids?.length ?? 0) > HELD_USERS_MAX)
      problem('user_ids', `must name at most ${HELD_USERS_MAX} users where there is deliver_when`);
    if (when !== undefined && request.claim !== undefined)
      problem('deliver_when', 'must not come with claim: a claim is for those who can take it now');
    if (when !== undefined && request.digest !== undefined)
      problem('deliver_when', 'must not come with digest, which has a time of its own');
    if (when !== undefined && request.deliver_at !== undefined && when.until <= request.deliver_at)
      problem('deliver_when', 'must have an until that is later than deliver_at');
    if (request.user_id === EVERYONE && request.requires_ack)
      problem('requires_ack', 'must be false for everyone: nobody waits for the acknowledgements of all users');
    if (request.org_id !== undefined && request.user_id === EVERYONE)
      problem('org_id', 'must not come with everyone: send to the topic org:{org_id}, or name the users in user_ids');
    if (request.org_id !== undefined && request.topic !== undefined && ownerOf(request.topic) === undefined)
      problem('org_id', 'must not come with this topic: send to the topic org:{org_id}, or name the users in user_ids');
    if (request.topic === NOTIFICATIONS_TOPIC)
      problem('topic', "must not be notifications, which is each user's own feed: name the user in user_id");
    if (
      request.expires_at !== undefined &&
      request.deliver_at !== undefined &&
      request.expires_at <= request.deliver_at
    ) {
      problem('expires_at', 'must be later than deliver_at');
    }
  })
  .transform((request) => (request.topic === undefined ? request : { ...request, store: false }));

export type NotificationRequest = z.output<typeof requestSchema>;
/** What a producer writes. */
export type NotificationRequestInput = z.input<typeof requestSchema>;
