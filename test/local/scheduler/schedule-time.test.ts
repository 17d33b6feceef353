import { describe, expect, it } from 'vitest';
import { scheduledTimeMs } from '../../../local/scheduler/schedule-time.ts';

const due = (time: string, zone: string) => {
  const ms = scheduledTimeMs(`at(${time})`, zone);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
describe('when a one-time schedule is due', () => {
  it.each([
    ['2027-01-15T09:30:00', 'UTC', '2027-01-15T09:30:00.000Z'],
    ['2027-01-15T09:30:00', 'America/New_York', '2027-01-15T14:30:00.000Z'],
    ['2027-07-15T09:30:00', 'America/New_York', '2027-07-15T13:30:00.000Z'],
    ['2028-02-29T12:00:00', 'Asia/Kolkata', '2028-02-29T06:30:00.000Z'],
    ['2027-01-01T00:00:00', 'Pacific/Kiritimati', '2026-12-31T10:00:00.000Z'],
    ['2027-03-28T12:00:00', 'Pacific/Chatham', '2027-03-27T22:15:00.000Z'],
  ])('%s in %s is %s', (time, zone, expected) => expect(due(time, zone)).toBe(expected));

  it.each([
    ['2027-03-14T02:30:00', 'America/New_York'],
    ['2027-03-28T02:00:00', 'Europe/Berlin'],
    ['2027-10-03T02:15:00', 'Australia/Lord_Howe'],
    // Samoa crossed the date line: this whole day never was.
    ['2011-12-30T12:00:00', 'Pacific/Apia'],
  ])('%s in %s is skipped by the clocks, so never', (time, zone) => expect(due(time, zone)).toBeUndefined());

  it.each([
    ['2027-03-14T01:59:59', 'America/New_York', '2027-03-14T06:59:59.000Z'],
    ['2027-03-14T03:00:00', 'America/New_York', '2027-03-14T07:00:00.000Z'],
  ])('%s in %s, at the edge of the gap, is %s', (time, zone, expected) => expect(due(time, zone)).toBe(expected));

  it.each([
    ['2027-11-07T01:30:00', 'America/New_York', '2027-11-07T05:30:00.000Z'],
    ['2027-10-31T02:30:00', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
    ['2027-04-04T01:45:00', 'Australia/Lord_Howe', '2027-04-03T14:45:00.000Z'],
  ])('%s in %s happens twice and counts the first time, %s', (time, zone, expected) =>
    expect(due(time, zone)).toBe(expected),
  );

  it.each([
    'at(2027-02-29T00:00:00)',
    'at(2027-13-01T00:00:00)',
    'at(2027-01-01T24:00:00)',
    'at(2027-01-01T00:00)',
    'at(2027-01-01T00:00:00Z)',
    'at(2027-01-01T00:00:00.000)',
    'at(2027-01-01 00:00:00)',
    'in ten minutes',
  ])('%s is refused in the words of AWS', (expression) =>
    expect(() => scheduledTimeMs(expression, 'UTC')).toThrow(`Invalid Schedule Expression ${expression}.`),
  );

  it.each(['Mars/Olympus', '+02:00', ''])('the zone "%s" is refused', (zone) =>
    expect(() => due('2027-01-01T00:00:00', zone)).toThrow('Invalid Schedule Expression Timezone'),
  );

  it.each(['cron(0 10 * * ? *)'])('%s is named as not emulated', (expression) =>
    expect(() => scheduledTimeMs(expression, 'UTC')).toThrow(`does not emulate the recurring schedule ${expression}`),
  );
});
