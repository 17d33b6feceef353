// Watermarks: what they cover is read, what came or was marked unread later is not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstKeyAt, momentKey } from '../../../../lambdas/domain/model/notification-id.ts';
import { isUnread, unreadFloor, type Watermark, withWatermark } from '../../../../lambdas/domain/model/watermark.ts';

/** Marks in the order they were made: each covers ids up to `before`, at a moment later than the one before. */
const marks = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }).map((befores) =>
  befores.reduce<{ list: Watermark[]; all: Watermark[] }>(
    ({ list, all }, before, at) => {
      const mark = { before: firstKeyAt(before), at: momentKey(100 + at) };
      return { list: withWatermark(list, mark), all: [...all, mark] };
    },
    { list: [], all: [] },
  ),
);

describe('withWatermark', () => {
  it('forgets only marks that change nothing', () => {
    fc.assert(
      fc.property(
        marks,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 99, max: 120 }),
        ({ list, all }, id, unreadAt) => {
          const key = firstKeyAt(id);
          for (const unreadKey of [key, momentKey(unreadAt)]) {
            expect(isUnread(key, unreadKey, list)).toBe(isUnread(key, unreadKey, all));
          }
          expect(list.length).toBeLessThanOrEqual(all.length);
        },
      ),
    );
  });

  it('keeps one mark for a reader who always marks everything', () => {
    const list = [1, 2, 3].reduce<Watermark[]>(
      (kept, ms) => withWatermark(kept, { before: firstKeyAt(ms), at: momentKey(ms) }),
      [],
    );
    expect(list).toEqual([{ before: firstKeyAt(3), at: momentKey(3) }]);
  });

  it('covers an id from a clock that runs ahead', () => {
    const [mark] = withWatermark([], { before: firstKeyAt(10), at: momentKey(5) });
    expect(isUnread(firstKeyAt(10), firstKeyAt(10), [mark!])).toBe(false);
  });
});

describe('isUnread', () => {
  it('is false for what was read by itself', () => expect(isUnread(firstKeyAt(5), undefined, [])).toBe(false));

  it('is true again for what was marked unread after the mark', () => {
    const mark = { before: firstKeyAt(5), at: momentKey(10) };
    expect(isUnread(firstKeyAt(4), momentKey(11), [mark])).toBe(true);
    expect(isUnread(firstKeyAt(4), momentKey(9), [mark])).toBe(false);
  });

  it('finds everything unread above the floor', () => {
    fc.assert(
      fc.property(marks, fc.integer({ min: 0, max: 60 }), ({ list }, id) => {
        const key = firstKeyAt(id);
        if (isUnread(key, key, list)) expect(key > unreadFloor(list)).toBe(true);
      }),
    );
  });
});
