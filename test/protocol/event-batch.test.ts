// What a back end reads when its batch of events is refused: the field, and what would be right.
import { expect, it } from 'vitest';
import { eventBatchSchema } from '../../protocol/event-batch.ts';

const entry = { detail_type: 'user.logged_out', detail: { user_id: 'alice' } };

it.each([
  [{ ...entry, detail: 5 }, 'detail', 'must be a JSON object, or the text of one'],
  [{ ...entry, detail: '[]' }, 'detail', 'must be a JSON object, or the text of one'],
  [{ ...entry, detail: undefined }, 'detail', 'must be a JSON object, or the text of one'],
  [{ ...entry, detail_type: '' }, 'detail_type', 'must not be empty'],
  [{ ...entry, detail_type: 'x'.repeat(129) }, 'detail_type', 'must have at most 128 characters'],
  [{ ...entry, source: '' }, 'source', 'must not be empty'],
  [{ ...entry, source: 'x'.repeat(257) }, 'source', 'must have at most 256 characters'],
])('%j', (bad, field, message) => {
  const { error } = eventBatchSchema.safeParse({ entries: [entry, bad] });
  expect(error?.issues).toEqual([expect.objectContaining({ path: ['entries', 1, field], message })]);
});

it('takes the longest names', () => {
  const longest = { ...entry, detail_type: 'x'.repeat(128), source: 'y'.repeat(256) };
  expect(eventBatchSchema.parse({ entries: [longest] }).entries).toEqual([longest]);
});
