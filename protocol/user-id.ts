// User ids are the caller's own: opaque text that must be safe inside a table key.
import * as z from 'zod';
import { USER_ID_MAX_CHARACTERS } from './limits.ts';

/** The nil UUID as `user_id` means everyone. */
export const EVERYONE = '00000000-0000-0000-0000-000000000000';

export const userIdSchema = z
  .string({ error: 'must be a string' })
  .min(1, { error: 'must not be empty' })
  .max(USER_ID_MAX_CHARACTERS, { error: `must have at most ${USER_ID_MAX_CHARACTERS} characters` })
  .regex(/^[^#\s]*$/u, { error: 'must not contain # or white space' });

export const isUserId = (value: unknown): value is string => userIdSchema.safeParse(value).success;
