// Receives in vain: five pollers that wait 20 s each, and fewer of them the more messages come.
import { expect, it } from 'vitest';
import { idleReceivesPerSecond } from '../../bench/idle-pollers.ts';

it('a queue without messages is asked 15 times a minute', () => {
  expect(idleReceivesPerSecond(0) * 60).toBe(15);
});

it('a message now and then changes little', () => {
  expect(idleReceivesPerSecond(0.001)).toBeCloseTo(0.25, 2);
});

it('a busy queue is not asked in vain', () => {
  expect(idleReceivesPerSecond(1)).toBeLessThan(0.02);
  expect(idleReceivesPerSecond(10)).toBeLessThan(1e-9);
});
