import { describe, expect, it } from 'vitest';
import { bytes, countdown, dollars, duration, moment, shortId } from '../../console/words/format.ts';

describe('numbers', () => {
  it.each([
    [0.4, '0 ms'],
    [12.4, '12 ms'],
    [2_160, '2.16 s'],
    [58_300, '58.3 s'],
    [242_000, '4 min 2 s'],
    [3_600_000, '1 h'],
    [62_820_000, '17 h 27 min'],
    [31_449_600_000, '364 days'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('count down in whole units, and never below zero', () => {
    expect(countdown(3_999)).toBe('4 s');
    expect(countdown(-5)).toBe('0 s');
    expect(countdown(59_001)).toBe('1 min');
  });

  it.each([
    [0, '$0'],
    [0.0042, '$0.0042'],
    [0.0000029, '$0.0000029'],
    [1.049, '$1.05'],
  ])('%d dollars are %s, without an exponent', (amount, text) => expect(dollars(amount)).toBe(text));

  it('of bytes have a unit', () => {
    expect([612, 24 * 1024, 3 * 1024 * 1024].map(bytes)).toEqual(['612 B', '24.0 KB', '3.0 MB']);
  });
});

describe('ids and times', () => {
  it('cuts an id in the middle', () => {
    expect(shortId('01a1fe85-8305-7c1e-9b0a-5f27e4d17d31')).toBe('01a1fe85…e4d17d31');
    expect(shortId('L0SM9cqJIAMCFQ=')).toBe('L0SM9cqJIAMCFQ=');
  });

  it('says the date of another day', () => {
    const now = Date.parse('2026-11-21T14:00:00Z');
    expect(moment(Date.parse('2026-11-21T15:30:00Z'), now)).toBe('15:30:00');
    expect(moment(Date.parse('2026-11-22T08:00:00Z'), now)).toBe('2026-11-22 08:00:00');
  });
});
