// The next time of day in a time zone, on days on which the clocks change too.
import { describe, expect, it } from 'vitest';
import { nextFullHour, nextTimeOfDay } from '../../../../lambdas/domain/model/wall-clock.ts';

const BERLIN = 'Europe/Berlin';
/** Every moment from a time on at which a daily digest would be sent. */
function days(time: string, time_zone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let atMs = Date.parse(from); found.length < count; ) {
    atMs = nextTimeOfDay({ time, time_zone }, atMs);
    found.push(new Date(atMs).toISOString().slice(0, 16));
  }
  return found;
}

describe('the next time of day', () => {
  it('follows the clock on the wall when summer time begins', () => {
    expect(days('09:00', BERLIN, '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T08:00',
      '2026-03-29T07:00',
      '2026-03-30T07:00',
    ]);
  });

  it('comes once on a day that shows it twice, at the first', () => {
    expect(days('02:30', BERLIN, '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    // Between the two.
    expect(days('02:30', BERLIN, '2026-10-25T00:45:00Z', 1)).toEqual(['2026-10-26T01:30']);
  });

  it('comes when the clocks jump over it', () => {
    expect(days('02:30', BERLIN, '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
  });

  it('is a day later when it is that time now', () => {
    expect(days('09:00', 'UTC', '2026-05-01T09:00:00Z', 1)).toEqual(['2026-05-02T09:00']);
  });

  it('comes on every date of a year once, in zones of all kinds', () => {
    for (const zone of [BERLIN, 'America/New_York', 'Australia/Lord_Howe']) {
      for (const time of ['00:00', '02:15']) {
        const found = days(time, zone, '2026-01-01T00:00:00Z', 366);
        const dates = found.map((at) => new Date(`${at}Z`).toLocaleDateString('en-CA', { timeZone: zone }));
        expect(new Set(dates).size, `${zone} ${time}`).toBe(366);
      }
    }
  });
});

describe('the next full hour', () => {
  it('is that of the zone', () => {
    const at = (zone: string) => new Date(nextFullHour(zone, Date.parse('2026-05-01T09:50:30Z'))).toISOString();
    expect(at('UTC')).toBe('2026-05-01T10:00:00.000Z');
    expect(at('Asia/Kathmandu')).toBe('2026-05-01T10:15:00.000Z');
  });

  it('is an hour later at a full hour', () => {
    expect(nextFullHour('UTC', 0)).toBe(3_600_000);
  });
});
