// When a row may be deleted.
import { expect, it } from 'vitest';
import { hasExpired, rowTtlSeconds } from '../../../../lambdas/domain/model/expiry.ts';

const NOW = Date.parse('2026-11-21T07:00:00.000Z');
const DAY_SECONDS = 24 * 60 * 60;
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();

it.each([
  ['after the retention', undefined, 90 * DAY_SECONDS],
  ['at expires_at when that is earlier', inSeconds(3_600), 3_600],
  ['a second after a broken one, never before it', inSeconds(3_600.5), 3_601],
  ['after the retention when expires_at is later', inSeconds(91 * DAY_SECONDS), 90 * DAY_SECONDS],
])('a row ends %s', (_when, expiresAt, seconds) => {
  const request = expiresAt === undefined ? {} : { expires_at: expiresAt };
  expect(rowTtlSeconds(request, NOW, 90) - NOW / 1_000).toBe(seconds);
});

it('a notification has expired from the moment of its expires_at on', () => {
  expect([-1, 0, 1].map((seconds) => hasExpired({ expires_at: inSeconds(seconds) }, NOW))).toEqual([true, true, false]);
  expect(hasExpired({}, NOW)).toBe(false);
});
