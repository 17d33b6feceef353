import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact } from '../../../local/events/exact-json.ts';
import { compilePattern, compilePatternText } from '../../../local/events/pattern.ts';

const matches = (pattern: unknown, event: unknown) => compilePattern(pattern)(event);
/** The pattern and one value of the field `f`. */
const field = (pattern: unknown, ...value: unknown[]) =>
  matches({ f: pattern }, value.length > 0 ? { f: value[0] } : {});

// Each row: the list of a field's patterns, values it matches, values it does not. Undefined means no field at all.
const table: [name: string, pattern: unknown[], yes: unknown[], no: unknown[]][] = [
  ['exact text', ['a', 'b'], ['a', 'b'], ['A', 'ab', '', 1, null, {}, undefined]],
  ['empty text', [''], [''], ['a', null, undefined]],
  ['exact number', [300], [300, 3e2], ['300', 301]],
  ['number as text', ['1'], ['1'], [1]],
  ['null', [null], [null], ['', 'null', 0, undefined]],
  ['boolean', [true], [true], ['true', 1, false]],
  ['arrays meet', ['a', 'b'], [['x', 'a'], [['b']]], [['x'], [], [{ a: 'a' }]]],
  ['prefix', [{ prefix: 'us-' }], ['us-east-1', 'us-', ['eu', 'us-1']], ['eu-us-', 'US-1', 5]],
  ['prefix ignoring case', [{ prefix: { 'equals-ignore-case': 'EventB' } }], ['eventbridge', 'EVENTB'], ['event']],
  ['suffix', [{ suffix: '.png' }], ['a.png', '.png'], ['a.PNG', 'png.', 1]],
  ['suffix ignoring case', [{ suffix: { 'equals-ignore-case': '.Png' } }], ['a.PNG'], ['a.pn']],
  ['equals ignoring case', [{ 'equals-ignore-case': 'Alice' }], ['alice', 'ALICE'], ['alic', null]],
  ['exactly', [{ exactly: 'a' }], ['a'], ['b']],
  ['exactly an address', [{ exactly: '::1' }], ['::1'], ['0:0:0:0:0:0:0:1']],
  ['an address however spelled', ['::1', '10.0.0.1'], ['0:0:0:0:0:0:0:1', '010.0.0.1', '::ffff:a00:1'], ['::2']],
  ['sharp s ignoring case', [{ 'equals-ignore-case': 'straße' }], ['STRASSE', 'straße'], ['strase']],
  ['cidr of a mapped address', [{ cidr: '10.0.0.0/8' }], ['::ffff:a00:1'], ['::ffff:b00:1']],
  ['cidr by a mapped address', [{ cidr: '::ffff:a00:0/24' }], ['10.0.0.7'], ['10.0.1.0']],
  ['wildcard', [{ wildcard: 'dir/*.png' }], ['dir/a.png', 'dir/.png', 'dir/a/b.png'], ['dir/png', 'xdir/a.png']],
  ['wildcard ends may not overlap', [{ wildcard: 'ab*ba' }], ['abba', 'abXba'], ['aba']],
  ['wildcard escaped', [{ wildcard: 'a\\*b\\\\*' }], ['a*b\\', 'a*b\\c'], ['axb\\', 'a*b']],
  ['wildcard alone', [{ wildcard: '*' }], ['', 'anything'], [1, null, undefined]],
  ['numeric equal', [{ numeric: ['=', 3.018e2] }], [301.8], ['301.8', 301]],
  ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], [0.1, 5, [9, 3]], [0, 5.1, '3', null]],
  ['numeric less', [{ numeric: ['<', 10] }], [-5, 9], [10]],
  ['exists', [{ exists: true }], ['', null, 0, ['a']], [undefined, {}, { x: 1 }, []]],
  ['does not exist', [{ exists: false }], [undefined, { x: 1 }, []], ['', null]],
  ['one or absent', ['a', { exists: false }], ['a', undefined], ['b']],
  ['cidr', [{ cidr: '10.0.0.0/24' }], ['10.0.0.0', '10.0.0.255'], ['10.0.1.0', 'ten', 10, '::1']],
  ['cidr of IPv6', [{ cidr: '2001:db8::/32' }], ['2001:db8::1', '2001:0db8:0:1::'], ['2001:db9::', '10.0.0.1']],
  ['anything but', [{ 'anything-but': 'a' }], ['b', '', null, 1, true, ['a', 'b']], ['a', ['a'], undefined]],
  ['anything but a number', [{ 'anything-but': 0 }], [1, '0', null], [0, undefined]],
  ['anything but a list', [{ 'anything-but': ['a', 'b'] }], ['c', 5], ['a', 'b']],
  ['anything but numbers', [{ 'anything-but': [1, 2] }], [3, '1'], [1, 2]],
  ['anything but a prefix', [{ 'anything-but': { prefix: 'init' } }], ['x', 5], ['initial']],
  ['anything but prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], ['c'], ['ab', 'ba']],
  ['anything but a suffix', [{ 'anything-but': { suffix: ['.txt', '.md'] } }], ['a.png'], ['a.md']],
  ['anything but, ignoring case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], ['c', null], ['a', 'B']],
  ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], ['/bin/x'], ['/lib/x']],
  ['any of several', ['a', { prefix: 'b' }, { numeric: ['>', 5] }], ['a', 'bx', 6], ['c', 5]],
];

describe('event patterns', () => {
  it.each(table)('%s', (_name, pattern, yes, no) => {
    for (const value of yes)
      expect([value, field(pattern, ...(value === undefined ? [] : [value]))]).toEqual([value, true]);
    for (const value of no)
      expect([value, field(pattern, ...(value === undefined ? [] : [value]))]).toEqual([value, false]);
  });

  it('needs every field, and looks into nested ones', () => {
    const pattern = { source: ['shop'], detail: { state: { code: [1] }, name: [{ prefix: 'x' }] } };
    const event = { source: 'shop', extra: 1, detail: { state: { code: 1 }, name: 'xy' } };
    expect(matches(pattern, event)).toBe(true);
    expect(matches(pattern, { ...event, source: 'else' })).toBe(false);
    expect(matches(pattern, { ...event, detail: { ...event.detail, state: 'text' } })).toBe(false);
    expect(matches({ detail: { absent: { deep: [{ exists: false }] } } }, event)).toBe(true);
  });

  it('takes one element of an array of objects, never parts of several', () => {
    const pattern = { people: { first: ['Anna'], last: ['Jones'] } };
    expect(
      matches(pattern, {
        people: [
          { first: 'Bob', last: 'Jones' },
          { first: 'Anna', last: 'Jones' },
        ],
      }),
    ).toBe(true);
    expect(
      matches(pattern, {
        people: [
          { first: 'Anna', last: 'Smith' },
          { first: 'Bob', last: 'Jones' },
        ],
      }),
    ).toBe(false);
  });

  it('$or joins alternatives, beside and below other fields', () => {
    const pattern = {
      source: ['cloudwatch'],
      $or: [{ metric: ['cpu'] }, { kind: ['k'], $or: [{ a: [1] }, { b: [1] }] }],
      detail: { $or: [{ x: [1] }, { y: [{ numeric: ['<', 0] }] }] },
    };
    expect(matches(pattern, { source: 'cloudwatch', metric: 'cpu', detail: { x: 1 } })).toBe(true);
    expect(matches(pattern, { source: 'cloudwatch', kind: 'k', b: 1, detail: { y: -1 } })).toBe(true);
    expect(matches(pattern, { source: 'cloudwatch', kind: 'k', detail: { x: 1 } })).toBe(false);
    expect(matches(pattern, { source: 'cloudwatch', metric: 'cpu', detail: {} })).toBe(false);
    expect(matches(pattern, { source: 'other', metric: 'cpu', detail: { x: 1 } })).toBe(false);
  });

  const wrong: [pattern: unknown, reason: RegExp][] = [
    ['text', /Filter is not an object/],
    [[], /Filter is not an object/],
    [{}, /Empty objects are not allowed$/],
    [{ detail: {} }, /Empty objects are not allowed at detail/],
    [{ detail: { a: [] } }, /Empty arrays are not allowed at detail.a/],
    [{ source: 'shop' }, /"source" must be an object or an array at source/],
    [{ f: [['a']] }, /Match value must be String, number, true, false, or null at f/],
    [{ detail: { state: [{ regex: 'a' }] } }, /Unrecognized match type regex at detail.state/],
    [{ f: [{ Prefix: 'a' }] }, /Unrecognized match type Prefix/],
    [{ f: [{}] }, /Match expression name not found/],
    [{ f: [{ prefix: 'a', suffix: 'b' }] }, /Only one key/],
    [{ f: [{ exists: true, prefix: 'b' }] }, /Only one key/],
    [{ f: [{ exists: 'yes' }] }, /must be either true or false/],
    [{ f: [{ prefix: 1 }] }, /prefix match pattern must be a string/],
    [{ f: [{ prefix: { wildcard: 'a' } }] }, /Unsupported prefix pattern: wildcard/],
    [{ f: [{ suffix: ['a'] }] }, /suffix match pattern must be a string/],
    [{ f: [{ wildcard: 'a**' }] }, /Consecutive wildcard characters at pos 2/],
    [{ f: [{ wildcard: 'a\\b' }] }, /Invalid escape character at pos 2/],
    [{ f: [{ numeric: 5 }] }, /must be an array/],
    [{ f: [{ numeric: ['!', 5] }] }, /Unrecognized numeric range operator: !/],
    [{ f: [{ numeric: ['>', '5'] }] }, /Value of > must be numeric/],
    [{ f: [{ numeric: ['<', 5, '>', 1] }] }, /Too many elements/],
    [{ f: [{ numeric: ['>', 5, '>', 6] }] }, /Bad numeric range operator: >/],
    [{ f: [{ numeric: ['>', 5, '<'] }] }, /Value of < must be numeric/],
    [{ f: [{ numeric: ['>', 5, '<', 5] }] }, /Bottom must be less than top/],
    [{ f: [{ numeric: ['>', 1, '<', 5, 7] }] }, /Too many terms/],
    [{ f: [{ cidr: '10.0.0.0' }] }, /one '\/' required/],
    [{ f: [{ cidr: '10.0.0/8' }] }, /Nonstandard IP address/],
    [{ f: [{ cidr: '10.0.0.0/32' }] }, /IPv4 mask bits must be < 32/],
    [{ f: [{ cidr: '10.0.0.0/-1' }] }, /must not be negative/],
    [{ f: [{ 'anything-but': null }] }, /Value of anything-but must be an array or single string/],
    [{ f: [{ 'anything-but': [null] }] }, /null\|boolean is not supported/],
    [{ f: [{ 'anything-but': { prefix: [] } }] }, /an empty list is not supported/],
    [{ f: [{ 'anything-but': [] }] }, /either all values are number or string/],
    [{ f: [{ 'anything-but': ['a', 1] }] }, /mixed type/],
    [{ f: [{ 'anything-but': { prefix: '' } }] }, /Null prefix\/suffix not allowed/],
    [{ f: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'a' } } }] }, /must be an array or single string/],
    [{ f: [{ 'anything-but': { prefix: 1 } }] }, /prefix\/suffix match pattern must be a string/],
    [{ f: [{ exact: 'a' }] }, /Unrecognized match type exact/],
    [{ f: [{ cidr: '::ffff:a00:0/120' }] }, /IPv4 mask bits must be < 32/],
    [{ f: [{ 'anything-but': { numeric: ['>', 1] } }] }, /Unsupported anything-but pattern: numeric/],
    [{ $or: { a: [1] } }, /must be an Array followed with \$or/],
    [{ $or: [{ a: [1] }] }, /at least 2 Objects/],
    [{ $or: [{ a: [1] }, 'b'] }, /Only JSON object is allowed/],
    [{ $or: [{ prefix: [1] }, { a: [1] }] }, /prefix is Ruler reserved fieldName/],
    [{ $or: [{ regex: [1] }, { a: [1] }] }, /regex is Ruler reserved fieldName/],
  ];
  it.each(wrong)('refuses %j', (pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(reason);
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', status: 400 }),
    );
  });

  // https://github.com/aws/event-ruler#numeric-matching
  it('compares numbers that no double holds by their text, and refuses to compare them with an operator', () => {
    const test = (pattern: string, event: string) => compilePatternText(pattern)(parseExact(event));
    expect(test('{"f":[12345678901234567890]}', '{"f":12345678901234567890}')).toBe(true);
    expect(test('{"f":[12345678901234567890]}', '{"f":12345678901234567891}')).toBe(false);
    expect(test('{"f":[1]}', '{"f":1.0}')).toBe(true);
    expect(test('{"f":[{"numeric":["=",1e2]}]}', '{"f":100.0}')).toBe(true);
    for (const operator of ['{"numeric":[">",9007199254740993]}', '{"anything-but":[9007199254740993]}']) {
      expect(() => compilePatternText(`{"f":[${operator}]}`)).toThrow(/Cannot compare number : 9007199254740993/);
    }
  });

  // https://github.com/aws/event-ruler/blob/v1.8.1/src/main/software/amazon/event/ruler/GenericMachine.java (isFieldStepUsed)
  it('matches a name with dots in a nested field, and a nested name in a field with dots', () => {
    const [dotted, nested] = [{ detail: { 'state.status': ['on'] } }, { detail: { state: { status: ['on'] } } }];
    for (const pattern of [dotted, nested]) {
      expect(matches(pattern, { detail: { state: { status: 'on' } } })).toBe(true);
      expect(matches(pattern, { detail: { 'state.status': 'on' } })).toBe(true);
      expect(matches(pattern, { detail: { state: { status: 'off' } } })).toBe(false);
    }
  });

  // https://github.com/aws/event-ruler/issues/22
  it('lets the later place of a field named twice stand, also inside $or', () => {
    const pattern = { a: ['before'], $or: [{ a: ['inside'] }, { b: [1] }] };
    expect(matches(pattern, { a: 'inside' })).toBe(true);
    expect(matches(pattern, { a: 'before' })).toBe(false);
    expect(matches(pattern, { a: 'before', b: 1 })).toBe(true);
    expect(matches({ $or: [{ a: ['inside'] }, { b: [1] }], a: ['after'] }, { a: 'inside' })).toBe(false);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
  it('refuses wildcards that are too complex together', () => {
    const wildcards = (...names: string[]) => ({ key: names.map((wildcard) => ({ wildcard })) });
    expect(matches(wildcards('*.bif', '*.tiff', '*.tif', '*.svs'), { key: 'a.tif' })).toBe(true);
    expect(matches(wildcards('*/in/*.bif', '*/in/*.tif'), { key: 'x/in/a.tif' })).toBe(true);
    const four = wildcards('*/in/*.bif', '*/in/*.tif', '*/in/*.tiff', '*/in/*.svs');
    expect(() => compilePattern(four)).toThrow(/Rule is too complex - try using fewer wildcard characters/);
    expect(() => compilePattern(wildcards('*a*a*a*a*a*a*a*a*a*'))).toThrow(/Rule is too complex/);
  });

  it('refuses text that is no JSON', () => {
    expect(() => compilePatternText('{')).toThrow(/the pattern is not JSON/);
  });

  it('answers true or false for any event', () => {
    const everything = compilePattern({
      ...Object.fromEntries(table.map(([, pattern], index) => [`f${index}`, pattern])),
      $or: [{ a: { b: [1] } }, { b: { a: [{ exists: false }] } }],
    });
    fc.assert(fc.property(fc.jsonValue(), (event) => typeof everything(event) === 'boolean'));
  });

  it('an event matches the pattern of its own leaves', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const key = fc.string({ minLength: 1 }).filter((name) => name !== '$or' && name !== '__proto__');
    const { event } = fc.letrec((tie) => ({
      event: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, tie('event')), { minKeys: 1, maxKeys: 4 }),
    }));
    const own = (value: any): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, own(inner)]))
        : [value];
    fc.assert(fc.property(event, (value) => matches(own(value), value)));
  });

  it('wildcards agree with regular expressions', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*'), { maxLength: 6 })
      .map((parts) => parts.join('').replace(/\*+/g, '*'));
    fc.assert(
      fc.property(pattern, text, (wildcard, value) => {
        expect(field([{ wildcard }], value)).toBe(new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(value));
      }),
    );
  });
});
