// When a snoozed notification may come back, in the user's own time zone: whatever zone these tests run in.
import { expect, it } from 'vitest';
import { snoozeTimes } from '../../../client/element/snooze-times.ts';

const offered = (now: Date) => snoozeTimes(now.getTime()).map(({ word, at }) => [word, at]);

it('offers later today, three hours ahead, and nine in the morning', () => {
  expect(offered(new Date(2026, 10, 21, 14, 20))).toEqual([
    ['laterToday', new Date(2026, 10, 21, 17, 20)],
    ['tomorrow', new Date(2026, 10, 22, 9)],
  ]);
});

it('offers only the morning where three hours ahead is tomorrow, at the end of a year too', () => {
  expect(offered(new Date(2026, 11, 31, 21, 0))).toEqual([['tomorrow', new Date(2027, 0, 1, 9)]]);
});
