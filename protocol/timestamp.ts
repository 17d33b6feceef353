// Times on every wire: ISO 8601 in UTC with milliseconds, `2026-11-21T07:00:00.000Z`.
import * as z from 'zod';

export const toTimestamp = (unixMs: number): string => new Date(unixMs).toISOString();

/** Seconds and their decimals may be left out; the zone is `Z`, `+02`, `+0200` or `+02:00`. */
const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)$/;
const MINUTE_MS = 60_000;
/** Four digits for the year, in UTC too: our own times have no others. */
const EARLIEST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Unix milliseconds; undefined for what is no such time, 30 February for instance. */
export function parseTime(text: string): number | undefined {
  const [, minute, seconds = '00', decimals = '', sign, hours = '00', minutes = '00'] = ISO_TIME.exec(text) ?? [];
  if (minute === undefined) return undefined;
  const atOffset = `${minute}:${seconds}.${decimals.slice(0, 3).padEnd(3, '0')}Z`;
  const shownMs = Date.parse(atOffset);
  // A day that the month does not have becomes one of the next month.
  if (Number.isNaN(shownMs) || toTimestamp(shownMs) !== atOffset) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS * (sign === '-' ? -1 : 1);
  const unixMs = shownMs - offsetMs;
  return unixMs < EARLIEST_MS || unixMs > LATEST_MS ? undefined : unixMs;
}

export const TIME_ERROR = 'must be an ISO 8601 time with a zone, such as 2026-11-21T07:00:00.000Z';

/** Accepts the forms above and gives them back in our form. Marked pure: see userIdSchema. */
export const timestampSchema = /* @__PURE__ */ (() =>
  z
    .string({ error: TIME_ERROR })
    .refine((text) => parseTime(text) !== undefined, { error: TIME_ERROR })
    .transform((text) => toTimestamp(parseTime(text)!))
    .meta({ type: 'string', pattern: ISO_TIME.source, examples: ['2026-11-21T07:00:00.000Z'] }))();
