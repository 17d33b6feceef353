// A user's preferences: which channels, which types not, and when to be left alone.
import * as z from 'zod';
import {
  MUTED_GROUP_MAX_CHARACTERS,
  MUTED_GROUPS_MAX,
  MUTED_TOPICS_MAX,
  MUTED_TYPES_MAX,
  TYPE_FREQUENCIES_MAX,
} from './limits.ts';
import { notificationTypeSchema } from './request.ts';
import { NOTIFICATIONS_TOPIC, topicSchema } from './topic.ts';

const flag = () => z.boolean({ error: 'must be true or false' });
const timeOfDay = () =>
  z
    .string({ error: 'must be a time of day, such as 22:00' })
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day, such as 22:00' });

function isTimeZone(name: string): boolean {
  // Offsets are understood by some engines and not by others, and know no daylight saving.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const timeZone = () =>
  z
    .string({ error: 'must be the name of a time zone, such as Europe/Rome' })
    .max(100)
    .refine(isTimeZone, { error: 'must be the name of a time zone, such as Europe/Rome' });

export const quietHoursSchema = z
  .strictObject(
    {
      start: timeOfDay(),
      end: timeOfDay(),
      time_zone: timeZone(),
    },
    { error: 'must be null or an object with start, end and time_zone' },
  )
  .refine((hours) => hours.start !== hours.end, {
    path: ['end'],
    error: 'must differ from start; use null for no quiet hours',
  });

/** How often a user wants to be sent notifications of a type; `off`: stored, and never sent. */
export const FREQUENCIES = ['immediate', 'hourly', 'daily', 'off'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

const frequencySchema = z.enum(FREQUENCIES, { error: `must be one of ${FREQUENCIES.join(', ')}` });

const dailyDigestSchema = z.strictObject(
  { time: timeOfDay(), time_zone: timeZone() },
  { error: 'must be an object with time and time_zone' },
);

const fields = {
  websocket_notifications: flag(),
  push_notifications: flag(),
  email_notifications: flag(),
  muted_types: z
    .array(notificationTypeSchema, { error: 'must be a list of notification types' })
    .max(MUTED_TYPES_MAX, { error: `must name at most ${MUTED_TYPES_MAX} types` })
    .transform((types) => [...new Set(types)]),
  muted_topics: z
    .array(
      topicSchema.refine((topic) => topic !== NOTIFICATIONS_TOPIC, {
        error: 'must not be notifications; use websocket_notifications and push_notifications',
      }),
      { error: 'must be a list of topics' },
    )
    .max(MUTED_TOPICS_MAX, { error: `must name at most ${MUTED_TOPICS_MAX} topics` })
    .transform((topics) => [...new Set(topics)]),
  muted_groups: z
    .array(
      z
        .string({ error: 'must be a string' })
        .min(1, { error: 'must not be empty' })
        .max(MUTED_GROUP_MAX_CHARACTERS, { error: `must have at most ${MUTED_GROUP_MAX_CHARACTERS} characters` }),
      { error: 'must be a list of groups' },
    )
    .max(MUTED_GROUPS_MAX, { error: `must name at most ${MUTED_GROUPS_MAX} groups` })
    .transform((groups) => [...new Set(groups)]),
  quiet_hours: quietHoursSchema.nullable(),
  /** By notification type. What is not named comes as its producer sends it. */
  type_frequencies: z
    .record(notificationTypeSchema, frequencySchema, { error: 'must be an object of types, such as {"chat":"hourly"}' })
    .refine((types) => Object.keys(types).length <= TYPE_FREQUENCIES_MAX, {
      error: `must name at most ${TYPE_FREQUENCIES_MAX} types`,
    }),
  /** When daily ones come. Its time zone is also that of the full hours at which hourly ones come. */
  daily_digest: dailyDigestSchema,
};

export const preferencesSchema = z
  .object({
    ...fields,
    muted_types: z.array(z.string()),
    muted_topics: z.array(z.string()),
    muted_groups: z.array(z.string()),
    type_frequencies: z.record(z.string(), frequencySchema),
  })
  .meta({ id: 'Preferences' });

/** Whole or in part: what is not named stays as it is. */
export const preferencesChangeSchema = z
  .strictObject(fields, { error: 'must be a JSON object' })
  .partial()
  .meta({ id: 'PreferencesChange' });
export type PreferencesChange = z.output<typeof preferencesChangeSchema>;
