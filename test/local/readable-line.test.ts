import { describe, expect, it } from 'vitest';
import { ignoredSentence } from '../../local/ignored-sentence.ts';
import { readableLine } from '../../local/readable-line.ts';

describe('a log line of a function', () => {
  it('is time, level, message and the fields that say something', () => {
    const line = JSON.stringify({
      level: 'WARN',
      message: 'event rejected',
      timestamp: '2026-11-21T14:32:05.123Z',
      service: 'dispatch',
      cold_start: true,
      function_request_id: '0e1f',
      field: 'title',
      reason: 'must have at most 255 characters',
      attempt: 2,
    });
    expect(readableLine(line)).toBe(
      '14:32:05.123 WARN  event rejected field=title reason="must have at most 255 characters" attempt=2',
    );
  });

  it('is one line for an error too, without its stack', () => {
    const error = { name: 'TypeError', message: 'x is\nno function', stack: 'TypeError\n    at a\n    at b' };
    expect(readableLine(JSON.stringify({ level: 'ERROR', message: 'failed', error }))).toBe(
      'ERROR failed error="TypeError: x is\\nno function"',
    );
  });

  it('is cut where a field is long', () => {
    expect(readableLine(JSON.stringify({ message: 'm', body: 'x'.repeat(5_000) }))!.length).toBeLessThan(320);
  });

  it('stays as it is when it is anything else, and metrics are left out', () => {
    for (const line of ['plain text', '{"cut', '{"no":"message"}', '[1]']) expect(readableLine(line)).toBe(line);
    expect(readableLine('{"_aws":{},"accepted":1}')).toBeUndefined();
  });
});

describe('the banner about what does not run', () => {
  const resource = (type: string) => ({ logicalId: 'a', type, why: 'b' });
  const setting = { logicalId: 'a', type: 'AWS::SQS::Queue', property: 'SqsManagedSseEnabled', why: 'b' };
  it('names it in words', () => {
    expect(
      ignoredSentence([
        resource('AWS::CloudWatch::Alarm'),
        resource('AWS::CloudWatch::CompositeAlarm'),
        resource('AWS::Logs::LogGroup'),
        resource('AWS::Other::Thing'),
        setting,
        setting,
      ]),
    ).toBe(
      'alarms, log groups, 1 other resource and 2 settings such as encryption and backups. ' +
        'On AWS they work; here nothing needs them. With reasons:',
    );
    expect(ignoredSentence([])).toBe('nothing: everything in the template runs here');
  });
});
