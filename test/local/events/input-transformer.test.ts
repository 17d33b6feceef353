import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileInput, type TargetInput } from '../../../local/events/input-transformer.ts';

// The user guide's own event. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
const event = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2015-11-11T21:29:54Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111'],
  detail: {
    'instance-id': 'i-0123456789',
    state: 'RUNNING',
    count: 3,
    ok: true,
    none: null,
    quoted: 'say "hi"\n',
    payload: { acc_id: '0a78', sf_id: 'baz' },
    list: ['ACTIVE', 'INACTIVE'],
    items: [{ id: 'a' }, { id: 'b' }],
  },
};
const context = {
  ruleArn: 'arn:aws:events:us-east-2:123456789012:rule/example',
  ruleName: 'example',
  ingestionTime: '2015-11-11T21:29:55Z',
};
const text = (target: TargetInput) => compileInput(target, 'Target0')(event, context);
const paths = {
  timestamp: '$.time',
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  count: '$.detail.count',
  ok: '$.detail.ok',
  none: '$.detail.none',
  quoted: '$.detail.quoted',
  payload: '$.detail.payload',
  list: '$.detail.list',
  second: '$.detail.items[1].id',
  ids: '$.detail.items[*].id',
  missing: '$.detail.nothing.here',
  whole: '$',
};
const filled = (InputTemplate: string) => text({ InputTransformer: { InputPathsMap: paths, InputTemplate } });

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
describe('what a target receives', () => {
  it('is the event, a constant, or a part of the event', () => {
    expect(text({})).toBe(JSON.stringify(event));
    expect(text({ Input: '{ "a": 1 }' })).toBe('{ "a": 1 }');
    expect(text({ InputPath: '$.detail.payload' })).toBe('{"acc_id":"0a78","sf_id":"baz"}');
    expect(text({ InputPath: '$.detail.state' })).toBe('"RUNNING"');
    expect(text({ InputPath: '$' })).toBe(JSON.stringify(event));
  });

  const documented: [name: string, template: string, output: string][] = [
    ['simple text', '"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    [
      'text with escaped quotes',
      '"instance \\"<instance>\\" is in <state>"',
      '"instance \\"i-0123456789\\" is in RUNNING"',
    ],
    [
      'simple JSON',
      '{\n "instance" : <instance>,\n "state": <state>\n}',
      '{"instance":"i-0123456789","state":"RUNNING"}',
    ],
    [
      'JSON with strings and variables',
      '{ "instance" : <instance>, "state": "<state>", "instanceStatus": "instance \\"<instance>\\" is in <state>" }',
      '{"instance":"i-0123456789","state":"RUNNING","instanceStatus":"instance \\"i-0123456789\\" is in RUNNING"}',
    ],
    [
      'a mix',
      '{ "state": [ 9, <state>, true ], "Transformed" : "Yes" }',
      '{"state":[9,"RUNNING",true],"Transformed":"Yes"}',
    ],
    ['reserved variables in text', '"<aws.events.rule-name> triggered"', '"example triggered"'],
    [
      'reserved variables in JSON',
      '{"arn": <aws.events.rule-arn>, "name": <aws.events.rule-name>, "at": <aws.events.event.ingestion-time>}',
      '{"arn":"arn:aws:events:us-east-2:123456789012:rule/example","name":"example","at":"2015-11-11T21:29:55Z"}',
    ],
    ['lines of text', '"<state> one"\n"<instance> two"', '"RUNNING one"\n"i-0123456789 two"'],
    // As recorded from the service, see local/events/input-template.ts.
    [
      'an object in JSON',
      '{"path": "users/<state>", "bod": <payload>}',
      '{"path":"users/RUNNING","bod":{"acc_id":"0a78","sf_id":"baz"}}',
    ],
    ['an object in text loses its quotes', '"Payload <payload>!"', '"Payload {acc_id:0a78,sf_id:baz}!"'],
    ['a list in text loses its quotes', '"<list> items"', '"[ACTIVE,INACTIVE] items"'],
    ['a list in JSON', '{"list": <list>}', '{"list":["ACTIVE","INACTIVE"]}'],
    ['a missing value in text', '"detail <missing>"', '"detail "'],
    ['a missing value in JSON', '{"command": <missing>}', '{"command":""}'],
    ['a boolean in text', '"Command is <ok>!"', '"Command is true!"'],
    ['twice the same', '{"m": "users/<state>/second/<state>"}', '{"m":"users/RUNNING/second/RUNNING"}'],
    [
      'numbers, booleans and null',
      '{"n": <count>, "s": "<count>", "b": <ok>, "z": <none>}',
      '{"n":3,"s":"3","b":true,"z":null}',
    ],
    ['indices and wildcards', '{"second": <second>, "ids": <ids>}', '{"second":"b","ids":["a","b"]}'],
    ['unquoted text is escaped', '{"q": <quoted>}', '{"q":"say \\"hi\\"\\n"}'],
    ['nothing but a variable', '<payload>', '{"acc_id":"0a78","sf_id":"baz"}'],
    ['a list template', '[<state>, <count>]', '["RUNNING",3]'],
    ['what is no placeholder stays', '"a < b, <state> > c"', '"a < b, RUNNING > c"'],
    ['white space inside strings stays', '{ "a" : "x  y" , "b" : <state> }', '{"a":"x  y","b":"RUNNING"}'],
    ['long numbers stay', '{"n": 12345678901234567890}', '{"n":12345678901234567890}'],
    ['starts like JSON but is text', '"{[/Check <state>"', '"{[/Check RUNNING"'],
  ];
  it.each(documented)('%s', (_name, template, output) => {
    expect(filled(template)).toBe(output);
  });

  it('gives the event with and without its detail', () => {
    const { event: without, json } = JSON.parse(
      filled('{"event": <aws.events.event>, "json": <aws.events.event.json>}'),
    );
    expect(json).toEqual(event);
    const { id, account, time, source, region, resources, version } = event;
    expect(without).toEqual({
      id,
      account,
      detailType: event['detail-type'],
      time,
      source,
      region,
      resources,
      version,
    });
    expect(JSON.parse(filled('<whole>'))).toEqual(event);
  });

  const undeliverable = [
    '{"a": "<payload>"}',
    '{"a": "users/<list>"}',
    '{"a": "<quoted>"}',
    '{"a": "<aws.events.event.json>"}',
  ];
  it.each(undeliverable)('is nothing where the filled template is no JSON: %s', (template) => {
    expect(() => filled(template)).toThrow(expect.objectContaining({ code: 'INVALID_JSON' }));
  });

  const wrong: [target: TargetInput, reason: RegExp][] = [
    [
      { Input: '1', InputPath: '$' },
      /Only one of Input, InputPath, or InputTransformer must be provided for target Target0/,
    ],
    [{ Input: '{' }, /JSON syntax error in input for target Target0/],
    [{ InputPath: 'detail' }, /must start with \$/],
    [{ InputPath: "$.detail['a']" }, /is not understood from "\['a'\]" on/],
    [{ InputPath: '$..id' }, /is not understood/],
    [{ InputTransformer: {} }, /has no InputTemplate/],
    [{ InputTransformer: { InputTemplate: '"<nowhere>"' } }, /Target0 contains invalid placeholder nowhere\./],
    [{ InputTransformer: { InputTemplate: '"<aws.events.event.id>"' } }, /invalid placeholder aws.events.event.id/],
    [{ InputTransformer: { InputPathsMap: { 'AWS.x': '$.id' }, InputTemplate: '1' } }, /reserved/],
    [{ InputTransformer: { InputPathsMap: { 'a b': '$.id' }, InputTemplate: '1' } }, /letters, digits/],
    [{ InputTransformer: { InputPathsMap: { a: '$.id' }, InputTemplate: '{<a>: 1}' } }, /object key/],
    [{ InputTransformer: { InputPathsMap: { a: '$.id' }, InputTemplate: '{"x<a>y" : 1}' } }, /object key/],
    [{ InputTransformer: { InputPathsMap: { a: '$.id' }, InputTemplate: 'hello <a>' } }, /Text must be in quotes/],
    [{ InputTransformer: { InputPathsMap: { a: '$.id' }, InputTemplate: '{"a": <a>' } }, /Invalid InputTemplate/],
    [{ InputTransformer: { InputTemplate: `"${'x'.repeat(8192)}"` } }, /8194 characters; at most 8192/],
    [
      {
        InputTransformer: {
          InputPathsMap: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`v${i}`, '$.id'])),
          InputTemplate: '1',
        },
      },
      /101 variables; at most 100/,
    ],
  ];
  it.each(wrong)('refuses %j', (target, reason) => {
    expect(() => compileInput(target, 'Target0')).toThrow(reason);
  });

  it('an unquoted variable carries any JSON value unchanged', () => {
    const carry = compileInput(
      { InputTransformer: { InputPathsMap: { v: '$.detail.v' }, InputTemplate: '{ "v": <v> }' } },
      'T',
    );
    fc.assert(
      fc.property(fc.jsonValue(), (v) => {
        expect(carry({ detail: { v } }, context)).toBe(`{"v":${JSON.stringify(v)}}`);
      }),
    );
  });
});
