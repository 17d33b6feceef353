// Body and reply of `POST /internal/events`: PutEvents for back ends without an AWS SDK.
import * as z from 'zod';
import { isJsonObject } from './carried-json.ts';
import { EVENTS_PER_BATCH_MAX } from './limits.ts';

const NOT_AN_OBJECT = 'must be a JSON object, or the text of one';

/** `detail` as an object or, as PutEvents has it, as JSON text. Not copied: it is sent on as it came. */
const detail = z
  .unknown()
  .transform((value, context): Record<string, unknown> => {
    const found = typeof value === 'string' ? parsed(value) : value;
    if (isJsonObject(found)) return found;
    context.addIssue({ code: 'custom', message: NOT_AN_OBJECT });
    return z.NEVER;
  })
  .meta({ anyOf: [{ type: 'object' }, { type: 'string' }] });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // One answer for every text that is not a JSON object.
  }
}

const name = (maxCharacters: number, error: string) =>
  z
    .string({ error })
    .min(1, { error: 'must not be empty' })
    .max(maxCharacters, { error: `must have at most ${maxCharacters} characters` });

/** PutEvents's own spelling is understood too, so that entries can be moved over unchanged. */
function inOurSpelling(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  const spelling = new Map([
    ['Source', 'source'],
    ['DetailType', 'detail_type'],
    ['Detail', 'detail'],
  ]);
  return Object.fromEntries(
    Object.entries(entry)
      .filter(([name]) => name !== 'EventBusName') // This endpoint has one bus.
      .map(([name, value]) => [spelling.get(name) ?? name, value]),
  );
}

export const eventBatchSchema = z.preprocess(
  (body) => {
    if (Array.isArray(body)) return { entries: body.map(inOurSpelling) };
    if (typeof body !== 'object' || body === null) return body;
    const { Entries, ...rest } = body as { Entries?: unknown; entries?: unknown };
    const entries = rest.entries ?? Entries;
    return Array.isArray(entries) ? { ...rest, entries: entries.map(inOurSpelling) } : rest;
  },
  z.strictObject(
    {
      entries: z
        .array(
          z.strictObject({
            source: name(256, 'must be a string').default('carillon.internal'),
            detail_type: name(128, 'must be a string such as notification.requested'),
            detail,
          }),
          { error: 'must be a list of events' },
        )
        .min(1, { error: 'must hold at least one event' })
        .max(EVENTS_PER_BATCH_MAX, { error: `must hold at most ${EVENTS_PER_BATCH_MAX} events` }),
    },
    { error: 'must be a JSON object with entries' },
  ),
);
export type EventBatch = z.output<typeof eventBatchSchema>;

/** `fast=1`: past the bus. */
export const eventBatchQuerySchema = z.strictObject({ fast: z.literal('1', { error: 'must be 1' }).optional() });

export const eventBatchResultSchema = z.object({
  failed_entry_count: z.int(),
  entries: z.array(
    z.object({
      event_id: z.string().optional(),
      error_code: z.string().optional(),
      error_message: z.string().optional(),
    }),
  ),
});
export type EventBatchResult = z.output<typeof eventBatchResultSchema>;
