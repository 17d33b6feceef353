// Which times requests and queries may carry, and what becomes of them.
import { describe, expect, it } from 'vitest';
import { notificationQuerySchema } from '../../protocol/notification-query.ts';
import { timestampSchema } from '../../protocol/timestamp.ts';

const SEVEN = '2026-11-21T07:00:00.000Z';

describe('a time', () => {
  it.each([
    ['2026-11-21T07:00:00.000Z', SEVEN],
    ['2026-11-21T07:00Z', SEVEN],
    ['2026-11-21T09:00+0200', SEVEN],
    ['2026-11-21T09:00:00+02:00', SEVEN],
    ['2026-11-21T09:00:00.0+02', SEVEN],
    ['2026-11-21T02:30:00-0430', SEVEN],
    ['2026-11-21T07:00:00-00:00', SEVEN],
    ['2026-11-21T07:00:00,5Z', '2026-11-21T07:00:00.500Z'],
    ['2026-11-21T07:00:00.123456789Z', '2026-11-21T07:00:00.123Z'],
    ['2028-02-29T00:30+01:00', '2028-02-28T23:30:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(timestampSchema.parse(text)).toBe(expected);
    const found = notificationQuerySchema.parse({ start_date: text });
    expect(found.start_date).toBe(Date.parse(expected));
  });

  it.each([
    ['no zone', '2026-11-21T07:00:00'],
    ['a date alone', '2026-11-21'],
    ['a day that the month does not have', '2026-02-30T07:00Z'],
    ['29 February of a common year', '2026-02-29T07:00Z'],
    ['hour 24', '2026-11-21T24:00Z'],
    ['minute 60', '2026-11-21T07:60Z'],
    ['second 60', '2026-11-21T07:00:60Z'],
    ['an offset of a day', '2026-11-21T07:00+24:00'],
    ['an offset of 60 minutes', '2026-11-21T07:00+0060'],
    ['no minutes', '2026-11-21T07Z'],
    ['the basic form', '20261121T070000Z'],
    ['a week', '2026-W47-6T07:00Z'],
    ['a space for the T', '2026-11-21 07:00Z'],
    ['a time after the year 9999 in UTC', '9999-12-31T23:59:59-10:00'],
    ['a time before the year 0 in UTC', '0000-01-01T00:00:00+10:00'],
    ['six digits for the year', '+012026-01-01T00:00:00Z'],
    ['digits of another script', '２０２６-11-21T07:00Z'],
    ['a line break', '2026-11-21T07:00Z\n'],
    ['a number', 1_795_244_400],
  ])('with %s is refused', (_, text) => {
    expect(timestampSchema.safeParse(text).success).toBe(false);
  });

  it('in a query may be a date, which is the whole day in UTC', () => {
    const day = { start_date: '2026-11-21', end_date: '2026-11-21' };
    expect(notificationQuerySchema.parse(day)).toMatchObject({
      start_date: Date.parse('2026-11-21T00:00:00.000Z'),
      end_date: Date.parse('2026-11-21T23:59:59.999Z'),
    });
    for (const text of ['2026-02-30', '2026-11-21T', '', '0000-00-00']) {
      expect(notificationQuerySchema.safeParse({ start_date: text }).success).toBe(false);
    }
  });
});
