// JSON text that may be anything: numbers no double holds, names of prototypes, lone surrogates, deep nesting, repeated
// names.
import fc from 'fast-check';

const ODD_TEXTS = [
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\uffff"',
  '"\\u202e\\u200b"',
  '"#"',
  '"a\\nb"',
  '"__proto__"',
  '"constructor"',
  '"00000000-0000-0000-0000-000000000000"',
  '"2026-02-30T00:00Z"',
  '"9999-12-31T23:59:59Z"',
  '"0000-01-01T00:00:00+0200"',
  JSON.stringify('x'.repeat(300)),
  JSON.stringify('😀'.repeat(200)),
];
const ODD_NUMBERS = [
  '0',
  '-0',
  '-1',
  '0.1',
  '1e400',
  '-1e400',
  '1e-400',
  '5e-324',
  '9007199254740993',
  '1e300',
  '12345678901234567890',
];
const ODD_NAMES = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'user_id',
  'id',
  '\ud800',
  '\u0000',
  'a.b',
  '$x',
  'pk',
  'ttl',
  '#n',
];

const scalar = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.constantFrom(...ODD_NUMBERS),
  fc.constantFrom('null', 'true', 'false', '[]', '{}', '[[]]'),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc.double().map((value) => JSON.stringify(value)),
);
const name = fc.oneof(fc.constantFrom(...ODD_NAMES), fc.string({ maxLength: 20 })).map((text) => JSON.stringify(text));
const deep = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.boolean())
  .map(([levels, isArray]) =>
    isArray ? '['.repeat(levels) + ']'.repeat(levels) : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  );

/** Any JSON value, as text. */
export const anyJson: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { arbitrary: scalar, weight: 5 },
    { arbitrary: deep, weight: 1 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`), weight: 2 },
    {
      arbitrary: fc
        .array(fc.tuple(name, tie('value')), { maxLength: 4 })
        .map((fields) => `{${fields.map((field) => field.join(':')).join(',')}}`),
      weight: 2,
    },
  ),
})).value;

/** An object of the known fields, most of them as they should be, some of them anything, and now and then one more. */
export function nearlyValid(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<string> {
  const known = Object.entries(fields).map(([field, valid]) =>
    fc
      .oneof(
        { arbitrary: valid.map((value) => JSON.stringify(value)), weight: 12 },
        { arbitrary: anyJson, weight: 1 },
        { arbitrary: fc.constant(undefined), weight: 7 },
      )
      .map((text) => (text === undefined ? [] : [`${JSON.stringify(field)}:${text}`])),
  );
  const extra = fc.oneof(
    { arbitrary: fc.constant<string[]>([]), weight: 12 },
    { arbitrary: fc.tuple(name, anyJson).map((field) => [field.join(':')]), weight: 1 },
  );
  return fc.tuple(...known, extra).map((parts) => `{${parts.flat().join(',')}}`);
}

/** JSON, or text that is none. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: anyJson, weight: 4 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 60 }), weight: 1 },
  { arbitrary: anyJson.map((text) => text.slice(0, -1)), weight: 1 },
);
