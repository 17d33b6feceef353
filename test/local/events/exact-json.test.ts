import { describe, expect, it } from 'vitest';
import { ExactNumber, parseExact, stringifyExact } from '../../../local/events/exact-json.ts';
import { entry, orderParts } from './bus-parts.ts';

// EventBridge delivers the event as it was sent: "The entire event is passed to the target."
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
describe('numbers of an event', () => {
  const digits = '{"order":12345678901234567890,"price":1.10,"list":[1e2,-0,7],"text":"1.0"}';

  it('keep their digits when read and written', () => {
    expect(stringifyExact(parseExact(digits))).toBe(digits);
    expect(parseExact('{"a":1.5,"b":[2]}')).toEqual({ a: 1.5, b: [2] });
    expect(parseExact('{"a":1.0}')).toEqual({ a: new ExactNumber('1.0') });
    expect(JSON.stringify(parseExact('{"a":1.0}'))).toBe('{"a":1}');
    expect(() => parseExact('{"a":1.0')).toThrow(SyntaxError);
  });

  const transformed = {
    InputPathsMap: { order: '$.detail.order', list: '$.detail.list[*]' },
    InputTemplate: '{"order":<order>,"text":"order <order>","list":<list>,"price":<aws.events.event.json>}',
  };
  const targets: [how: string, target: object, expected: string][] = [
    ['whole', {}, `"detail":${digits}`],
    ['by a path', { InputPath: '$.detail' }, digits],
    ['by a path to the number', { InputPath: '$.detail.order' }, '12345678901234567890'],
    ['by a transformer', { InputTransformer: transformed }, '{"order":12345678901234567890,'],
    ['by a transformer, in a text', { InputTransformer: transformed }, '"text":"order 12345678901234567890"'],
    ['by a transformer, in a list', { InputTransformer: transformed }, '"list":[1e2,-0,7]'],
    ['by a transformer, in the event', { InputTransformer: transformed }, '"price":1.10'],
  ];
  it.each(targets)('reach the target with their digits: %s', async (_, target, expected) => {
    const parts = orderParts(target);
    parts.bus.putEvents([entry({}, { Detail: digits })]);
    await parts.activity.idle();
    expect(parts.messages('work')[0]!.body).toContain(expected);
    parts.clock.close();
  });

  it('reach the dead-letter queue with their digits', async () => {
    const parts = orderParts({
      InputTransformer: { InputPathsMap: { text: '$.detail.text' }, InputTemplate: '{"a":"<text>"}' },
    });
    parts.bus.putEvents([entry({}, { Detail: '{"text":"\\"","order":1.0}' })]);
    await parts.activity.idle();
    expect(parts.messages('lost')[0]!.body).toContain('"order":1.0');
    parts.clock.close();
  });
});
