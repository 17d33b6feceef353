// Times on every wire: ISO 8601 in UTC with milliseconds, `2026-11-21T07:00:00.000Z`.
import * as z from 'zod';

export const toTimestamp = (unixMs: number): string => new Date(unixMs).toISOString();

/** Accepts any ISO 8601 time with a zone and gives it back in our form. Marked pure: see userIdSchema. */
export const timestampSchema = /* @__PURE__ */ z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with a zone, such as 2026-11-21T07:00:00.000Z' })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is not a time that exists' })
  .transform((text) => toTimestamp(Date.parse(text)))
  .meta({ type: 'string', format: 'date-time', examples: ['2026-11-21T07:00:00.000Z'] });
