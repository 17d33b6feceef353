// The query of the notification list, and what it answers.
import * as z from 'zod';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits.ts';
import { notificationSchema } from './notification.ts';
import { unreadCountSchema } from './notification-change.ts';
import { notificationTypeSchema } from './request.ts';
import { parseTime, TIME_ERROR } from './timestamp.ts';

const wholeNumber = (least: number, most: number, byDefault?: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error })
    .meta({ type: 'integer', minimum: least, maximum: most, ...(byDefault !== undefined && { default: byDefault }) });
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_ERROR = `${TIME_ERROR}, or a date (UTC)`;

/** Unix milliseconds. A date without a time is its first millisecond, or its last. */
const moment = (edge: 'first' | 'last') =>
  z
    .string()
    .transform((text) => {
      if (!DATE.test(text)) return parseTime(text) ?? Number.NaN;
      const startMs = parseTime(`${text}T00:00Z`) ?? Number.NaN;
      return edge === 'first' ? startMs : startMs + 24 * 60 * 60 * 1000 - 1;
    })
    .refine((unixMs) => !Number.isNaN(unixMs), { error: DATE_ERROR })
    .meta({
      type: 'string',
      description: 'A time with a zone, or a date in UTC',
      examples: ['2026-11-21T07:00:00.000Z', '2026-11-21'],
    });

export const notificationQuerySchema = z
  .strictObject({
    size: wholeNumber(1, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT).default(PAGE_SIZE_DEFAULT),
    cursor: z.string().min(1, { error: 'must be the next_cursor of an earlier page' }).max(200).optional(),
    page: wholeNumber(1, 1_000_000).optional(),
    type: notificationTypeSchema.optional(),
    is_read: z
      .enum(['true', 'false'], { error: 'must be true or false' })
      .transform((text) => text === 'true')
      .meta({ type: 'boolean' })
      .optional(),
    start_date: moment('first').optional(),
    end_date: moment('last').optional(),
  })
  .superRefine((query, context) => {
    const problem = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (query.cursor !== undefined && query.page !== undefined)
      problem('page', 'must not come with cursor: a cursor knows its page');
    if (query.start_date !== undefined && query.end_date !== undefined && query.start_date > query.end_date) {
      problem('start_date', 'must not be after end_date');
    }
  });
export type NotificationQuery = z.output<typeof notificationQuerySchema>;

export const notificationPageSchema = z
  .object({
    notifications: z.array(notificationSchema),
    next_cursor: z.string().nullable(),
    page: z.int().positive(),
    size: z.int().positive(),
    ...unreadCountSchema.shape,
  })
  .meta({ id: 'NotificationPage' });
export type NotificationPage = z.output<typeof notificationPageSchema>;
