// User ids are the caller's own: opaque text that must be safe inside a table key.
import * as z from 'zod';
import { USER_ID_MAX_CHARACTERS } from './limits.ts';

/** The nil UUID as `user_id` means everyone. */
export const EVERYONE = '00000000-0000-0000-0000-000000000000';

/** Nor what can't be seen or changes how text around it reads: control, bidirectional and zero-width characters. */
export const ID_PATTERN = /^[^#\s\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]*$/u;

// Marked pure, so that a function which only asks isUserId does not bundle the schema library (a third of its
// start-up).
export const userIdSchema = /* @__PURE__ */ (() =>
  z
    .string({ error: 'must be a string' })
    .min(1, { error: 'must not be empty' })
    .max(USER_ID_MAX_CHARACTERS, { error: `must have at most ${USER_ID_MAX_CHARACTERS} characters` })
    .regex(ID_PATTERN, {
      error: 'must not contain #, white space, control or invisible characters',
    }))();

export const isUserId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= USER_ID_MAX_CHARACTERS && ID_PATTERN.test(value);
