// Many deadlines must behave as the clock's own entries do.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { activity } from '../../../local/activity.ts';
import { movableClock } from '../../../local/clock.ts';
import { deadlines } from '../../../local/gateway/deadlines.ts';

it('run in order of time, once, unless cancelled', async () => {
  const entry = fc.record({ afterSeconds: fc.integer({ min: 1, max: 1_000 }), cancel: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 30 }), async (entries) => {
      const clock = movableClock(activity());
      const timers = deadlines(clock);
      const start = clock.now();
      const ran: number[] = [];
      const cancels = entries.map(({ afterSeconds }, i) => timers.at(start + afterSeconds * 1000, () => ran.push(i)));
      for (const [i, { cancel }] of entries.entries()) if (cancel) cancels[i]!();
      await clock.advance(500);
      await clock.advance(501);
      const expected = entries
        .map((item, i) => ({ ...item, i }))
        .filter(({ cancel }) => !cancel)
        .sort((a, b) => a.afterSeconds - b.afterSeconds || a.i - b.i);
      expect(ran).toEqual(expected.map(({ i }) => i));
      timers.close();
      clock.close();
    }),
    { numRuns: 30 },
  );
});

it('may be set and cancelled while one runs', async () => {
  const clock = movableClock(activity());
  const timers = deadlines(clock);
  const ran: string[] = [];
  const start = clock.now();
  const cancelLater = timers.at(start + 2_000, () => ran.push('cancelled'));
  timers.at(start + 1_000, () => {
    ran.push('first');
    cancelLater();
    timers.at(start + 3_000, () => ran.push('second'));
  });
  await clock.advance(4);
  expect(ran).toEqual(['first', 'second']);
  timers.close();
  clock.close();
});
