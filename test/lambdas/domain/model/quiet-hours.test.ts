import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../../../lambdas/domain/model/quiet-hours.ts';

const night = { start: '22:00', end: '07:00', time_zone: 'Europe/Berlin' };
const until = (hours: Parameters<typeof quietUntil>[0], now: string): string | undefined => {
  const end = quietUntil(hours, Date.parse(now));
  return end === undefined ? undefined : new Date(end).toISOString();
};

describe('quiet hours', () => {
  it.each([
    ['before they start', '2026-11-21T20:59:59Z', undefined],
    ['at their first minute', '2026-11-21T21:00:00Z', '2026-11-22T06:00:00.000Z'],
    ['after midnight', '2026-11-22T03:30:30.500Z', '2026-11-22T06:00:00.000Z'],
    ['in their last second', '2026-11-22T05:59:59Z', '2026-11-22T06:00:00.000Z'],
    ['when they have ended', '2026-11-22T06:00:00Z', undefined],
    ['on New Year’s Eve', '2026-12-31T22:00:00Z', '2027-01-01T06:00:00.000Z'],
    ['on a leap day', '2028-02-28T23:00:00Z', '2028-02-29T06:00:00.000Z'],
  ])('%s', (_, now, end) => expect(until(night, now)).toBe(end));

  it('none, of no length, and within a day', () => {
    expect(until(null, '2026-11-21T12:00:00Z')).toBeUndefined();
    expect(until({ ...night, start: '07:00' }, '2026-11-21T06:00:00Z')).toBeUndefined();
    const lunch = { start: '12:00', end: '13:30', time_zone: 'Asia/Kolkata' };
    expect(until(lunch, '2026-11-21T07:00:00Z')).toBe('2026-11-21T08:00:00.000Z');
    expect(until(lunch, '2026-11-21T08:00:00Z')).toBeUndefined();
  });

  it.each([
    ['a night of 23 hours', night, '2026-03-28T21:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['a night of 25 hours', night, '2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
    [
      'an end that the clocks jump over',
      { ...night, end: '02:30' },
      '2026-03-28T22:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'an end in a gap of half an hour',
      { ...night, end: '02:15', time_zone: 'Australia/Lord_Howe' },
      '2026-10-03T12:00:00Z',
      '2026-10-03T15:30:00.000Z',
    ],
    [
      'an end at midnight that the clocks jump over',
      { start: '20:00', end: '00:30', time_zone: 'Africa/Cairo' },
      '2026-04-23T20:00:00Z',
      '2026-04-23T22:00:00.000Z',
    ],
    [
      'an end that comes twice: the first',
      { ...night, end: '02:30' },
      '2026-10-24T22:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    ['between the two: the second', { ...night, end: '02:30' }, '2026-10-25T01:10:00Z', '2026-10-25T01:30:00.000Z'],
    [
      'a change of half an hour',
      { ...night, time_zone: 'Australia/Lord_Howe' },
      '2026-10-03T12:00:00Z',
      '2026-10-03T20:00:00.000Z',
    ],
    [
      'a zone without changes',
      { ...night, time_zone: 'Pacific/Kiritimati' },
      '2026-06-01T09:00:00Z',
      '2026-06-01T17:00:00.000Z',
    ],
  ])('%s', (_, hours, now, end) => expect(until(hours, now)).toBe(end));

  it('always end later than now, within a day and an hour, whatever the zone and the moment', () => {
    for (const time_zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']) {
      for (let hour = 0; hour < 366 * 24; hour += 5) {
        const now = Date.UTC(2026, 0, 1) + hour * 3_600_000 + 1_234;
        const end = quietUntil({ start: '21:15', end: '02:45', time_zone }, now);
        if (end === undefined) continue;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThan(25 * 3_600_000);
        expect(quietUntil({ start: '21:15', end: '02:45', time_zone }, end)).toBeUndefined();
      }
    }
  });
});
