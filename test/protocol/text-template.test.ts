import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../protocol/event.ts';
import { fillText } from '../../protocol/text-template.ts';

describe('texts of mapped events', () => {
  it.each([
    ['Hello {name}', { name: 'Ada' }, 'Hello Ada'],
    ['{a.b} and {a.c}', { a: { b: 1, c: 'x' } }, '1 and x'],
    ['{missing}|{list}|{nothing}|{yes}', { list: [1], nothing: null, yes: true }, '|1||'],
    ['{__proto__}{constructor}{name.length}', { name: 'Ada' }, ''],
    ['{ a } {} {1} {a-b}', { a: 'x' }, '{ a } {} {1} {a-b}'],
    ['{name}', { name: 'The "Best" {name} \\ <b>' }, 'The "Best" {name} \\ <b>'],
    ['{name}', 'no object', ''],
  ])('%s with %j', (template, values, filled) => expect(fillText(template, values, 100)).toBe(filled));

  it('never exceed the limit nor end in half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.integer({ min: 1, max: 40 }), (name, max) => {
        const filled = fillText('{name}', { name }, max);
        expect(filled.length).toBeLessThanOrEqual(max);
        if (filled !== name) expect(name.startsWith(filled.slice(0, -1))).toBe(true);
      }),
    );
  });

  it('are filled only where a rule says so', () => {
    const detail = { user_id: 'alice', title: '{name}', message: '{name}', notification_type: 'system' };
    const envelope = { id: 'e', 'detail-type': 'notification.requested', detail };
    expect(parseEvent(JSON.stringify(envelope))).toMatchObject({ event: { request: { title: '{name}' } } });
    const mapped = { ...envelope, template_values: { name: 'Ada' } };
    expect(parseEvent(JSON.stringify(mapped))).toMatchObject({ event: { request: { title: 'Ada', message: 'Ada' } } });
  });
});
