// A digest: how a request asks to be gathered with others, and what the one notification of them all lists.
import * as z from 'zod';
import {
  DIGEST_ITEMS_MAX,
  DIGEST_MESSAGE_MAX_CHARACTERS,
  DIGEST_SECONDS_MAX,
  DIGEST_SECONDS_MIN,
  REQUEST_ID_MAX_CHARACTERS,
  TITLE_MAX_CHARACTERS,
} from './limits.ts';
import { ID_PATTERN } from './user-id.ts';

const text = (maxCharacters: number) =>
  z
    .string({ error: 'must be a text, in which {count} is replaced by the number of requests' })
    .min(1, { error: 'must not be empty' })
    .max(maxCharacters, { error: `must have at most ${maxCharacters} characters` });

const seconds = `must be a whole number of seconds from ${DIGEST_SECONDS_MIN} to ${DIGEST_SECONDS_MAX}`;

/** All requests of one user with this key within the window make one notification. */
export const digestRequestSchema = z.strictObject(
  {
    key: z
      .string({ error: 'must be a string, such as comments-on-42' })
      .min(1, { error: 'must not be empty' })
      .max(REQUEST_ID_MAX_CHARACTERS, { error: `must have at most ${REQUEST_ID_MAX_CHARACTERS} characters` })
      .regex(ID_PATTERN, { error: 'must not contain #, white space, control or invisible characters' }),
    window_seconds: z
      .int({ error: seconds })
      .min(DIGEST_SECONDS_MIN, { error: seconds })
      .max(DIGEST_SECONDS_MAX, { error: seconds }),
    /** Of the request that opens the window; `{count}` is the number of requests. */
    title: text(TITLE_MAX_CHARACTERS),
    message: text(DIGEST_MESSAGE_MAX_CHARACTERS),
    /** The request that opens the window is delivered at once, by itself; the digest has those after it. */
    leading: z.boolean({ error: 'must be true or false' }).optional(),
  },
  { error: 'must be an object with key, window_seconds, title and message' },
);

/** One of the requests that a digest groups. */
export const digestItemSchema = z.object({
  id: z.string(),
  notification_type: z.string(),
  title: z.string(),
  message: z.string(),
  requested_at: z.iso.datetime(),
  /** The request's `payload.url`, if that was a text. */
  url: z.string().optional(),
});

/** In the payload of a digest, as `digest`. */
export const digestContentSchema = z
  .object({
    /** `key`: the producer's; `type`: the user wants this type hourly or daily; `rate`: more came than are sent. */
    by: z.enum(['key', 'type', 'rate']),
    /** Of the producer. */
    key: z.string().optional(),
    /** How many requests it groups. */
    count: z.int().positive(),
    /** False: there were more. */
    count_exact: z.boolean().optional(),
    /** The newest of them, newest first. */
    items: z.array(digestItemSchema).max(DIGEST_ITEMS_MAX),
  })
  .meta({ id: 'Digest' });
export type Digest = z.output<typeof digestContentSchema>;
export type DigestItem = z.output<typeof digestItemSchema>;
