// The comparison operators of event patterns, each compiled to a test of one leaf's text.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import { cidrRange, readAddress } from './cidr.ts';
import { comparableNumber } from './comparable-number.ts';
import { ExactNumber, numberText } from './exact-json.ts';
import { matchesWildcard, readWildcard, type WildcardParts } from './wildcard.ts';

/** Sees a leaf as `event-fields.ts` writes it: strings in quotes. */
export type ValueTest = (text: string) => boolean;
export interface Operator {
  test: ValueTest;
  /** What counts for the limit of complexity: the wildcards of one operator. */
  wildcards?: WildcardParts[];
}
type Fail = (reason: string) => Error;

/** Field names that event-ruler reserves inside `$or`, some for operators to come. */
export const RESERVED_INSIDE_OR: ReadonlySet<string> = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard ' +
    'not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ' +
    'ip-address-in-range ip-address-not-in-range'
  ).split(' '),
);

export function compileOperator(expression: Record<string, unknown>, fail: Fail): Operator {
  const names = Object.keys(expression);
  const name = names[0];
  if (name === undefined) throw fail('Match expression name not found');
  if (names.length > 1) throw fail('Only one key allowed in match expression');
  const operand = expression[name];
  switch (name) {
    case 'exactly': {
      const quoted = `"${string(operand, 'exact', fail)}"`;
      return { test: (text) => text === quoted };
    }
    case 'prefix':
    case 'suffix':
      return { test: affix(name, operand, fail) };
    case 'equals-ignore-case':
      return { test: ignoringCase('"', string(operand, name, fail), '"') };
    case 'wildcard':
      return wildcard([string(operand, name, fail)], fail);
    case 'numeric':
      return { test: numeric(operand, fail) };
    case 'cidr': {
      const inRange = cidrRange(string(operand, 'prefix', fail), fail);
      return { test: (text) => text.startsWith('"') && inRange(text.slice(1, -1)) };
    }
    case 'anything-but':
      return anythingBut(operand, fail);
    default:
      throw fail(`Unrecognized match type ${name}`);
  }
}

/** A value written out in a pattern: a text that is an IP address matches every spelling of that address. */
export function compileValue(value: string | number | boolean | null | ExactNumber): ValueTest {
  if (typeof value === 'string') {
    const address = readAddress(value)?.text;
    if (address !== undefined)
      return (text) => text.startsWith('"') && readAddress(text.slice(1, -1))?.text === address;
    const quoted = `"${value}"`;
    return (text) => text === quoted;
  }
  if (typeof value === 'boolean' || value === null) return (text) => text === String(value);
  const literal = numberText(value);
  const number = comparableNumber(literal);
  return (text) => text === literal || (number !== undefined && comparableNumber(text) === number);
}

function affix(name: 'prefix' | 'suffix', operand: unknown, fail: Fail): ValueTest {
  if (isObject(operand)) {
    const [inner, ...others] = Object.keys(operand);
    if (inner !== 'equals-ignore-case') throw fail(`Unsupported ${name} pattern: ${inner}`);
    if (others.length > 0) throw fail('Only one key allowed in match expression');
    const wanted = string(operand[inner], inner, fail);
    return name === 'prefix' ? ignoringCase('"', wanted, undefined) : ignoringCase(undefined, wanted, '"');
  }
  const wanted = string(operand, name, fail);
  if (name === 'prefix') return (text) => text.startsWith(`"${wanted}`);
  return (text) => text.endsWith(`${wanted}"`);
}

/** Each character in its own lower or upper case, as event-ruler compares; `undefined` leaves that end open. */
function ignoringCase(before: string | undefined, wanted: string, after: string | undefined): ValueTest {
  const characters = Array.from(wanted, (character) => {
    const cases = new Set([character, character.toLowerCase(), character.toUpperCase()].slice(1));
    return `(?:${[...cases].map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`;
  });
  const end = after === undefined ? '' : `${after}$`;
  const pattern = new RegExp(`${before === undefined ? '' : `^${before}`}${characters.join('')}${end}`, 's');
  return (text) => pattern.test(text);
}

function wildcard(patterns: string[], fail: Fail): Required<Operator> {
  const wildcards = patterns.map((pattern) => readWildcard(pattern, fail));
  return { test: (text) => wildcards.some((parts) => matchesWildcard(text, parts)), wildcards };
}

const COMPARISONS = new Map<string, (left: number, right: number) => boolean>([
  ['=', (left, right) => left === right],
  ['<', (left, right) => left < right],
  ['<=', (left, right) => left <= right],
  ['>', (left, right) => left > right],
  ['>=', (left, right) => left >= right],
]);

function numeric(operand: unknown, fail: Fail): ValueTest {
  if (!Array.isArray(operand)) throw fail('Value of numeric must be an array.');
  const [operator, bound, upperOperator, upperBound, ...rest]: unknown[] = operand;
  if (typeof operator !== 'string') throw fail(`Invalid member in numeric match: ${JSON.stringify(operator)}`);
  const compare = COMPARISONS.get(operator);
  if (!compare) throw fail(`Unrecognized numeric range operator: ${operator}`);
  const limit = comparable(bound, operator === '=' ? 'equals' : operator, fail);
  if (operand.length === 2) return comparing((number) => compare(number, limit));

  if (!operator.startsWith('>')) throw fail('Too many elements in numeric expression');
  if (typeof upperOperator !== 'string') throw fail(`Bad value in numeric range: ${JSON.stringify(upperOperator)}`);
  const compareUpper = upperOperator.startsWith('<') ? COMPARISONS.get(upperOperator) : undefined;
  if (!compareUpper) throw fail(`Bad numeric range operator: ${upperOperator}`);
  const upperLimit = comparable(upperBound, upperOperator, fail);
  if (rest.length > 0) throw fail('Too many terms in numeric range expression');
  if (limit >= upperLimit) throw fail('Bottom must be less than top');
  return comparing((number) => compare(number, limit) && compareUpper(number, upperLimit));
}

function comparing(test: (number: number) => boolean): ValueTest {
  return (text) => {
    const number = comparableNumber(text);
    return number !== undefined && test(number);
  };
}

function comparable(value: unknown, operator: string, fail: Fail): number {
  if (!isNumber(value)) throw fail(`Value of ${operator} must be numeric`);
  const number = comparableNumber(numberText(value));
  if (number === undefined) throw fail(`Cannot compare number : ${numberText(value)}`);
  return number;
}

/** True for any leaf the operand does not describe, of whatever type; an absent field has no leaf and never matches. */
function anythingBut(operand: unknown, fail: Fail): Operator {
  if (isObject(operand)) {
    const [inner, ...others] = Object.keys(operand);
    if (inner === undefined) throw fail('Anything-But expression name not found');
    if (others.length > 0) throw fail('Too many elements in numeric expression');
    const { test, wildcards } = excluded(inner, operand[inner], fail);
    return { test: (text) => !test(text), ...(wildcards && { wildcards }) };
  }
  if (!Array.isArray(operand) && typeof operand !== 'string' && !isNumber(operand)) {
    throw fail('Value of anything-but must be an array or single string/number value.');
  }
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const numbers = list.filter(isNumber);
  const texts = list.filter((value) => typeof value === 'string');
  if (numbers.length + texts.length < list.length) {
    throw fail('Inside anything but list, start|null|boolean is not supported.');
  }
  if (numbers.length > 0 === texts.length > 0) {
    throw fail('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  const excludedNumbers = new Set(numbers.map((value) => comparable(value, 'anything-but', fail)));
  const excludedTexts = new Set(texts.map((text) => `"${text}"`));
  return {
    test: (text) => {
      if (excludedNumbers.size === 0) return !excludedTexts.has(text);
      const number = comparableNumber(text);
      return number === undefined || !excludedNumbers.has(number);
    },
  };
}

function excluded(name: string, operand: unknown, fail: Fail): Operator {
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name)) {
    throw fail(`Unsupported anything-but pattern: ${name}`);
  }
  if (!Array.isArray(operand) && typeof operand !== 'string' && !isNumber(operand)) {
    throw fail('Value of anything-but must be an array or single string/number value.');
  }
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const texts = list.filter((value) => typeof value === 'string');
  if (texts.length < list.length) {
    if (name === 'wildcard') throw fail('wildcard match pattern must be a string');
    throw fail(
      name === 'equals-ignore-case'
        ? 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
        : 'prefix/suffix match pattern must be a string',
    );
  }
  if (texts.length === 0) throw fail(`Inside anything-but ${name}, an empty list is not supported.`);
  if (name === 'wildcard') return wildcard([...new Set(texts)].sort(), fail);
  const isAffix = name === 'prefix' || name === 'suffix';
  if (isAffix && texts.includes('')) throw fail('Null prefix/suffix not allowed');
  const tests = texts.map((text) => (isAffix ? affix(name, text, fail) : ignoringCase('"', text, '"')));
  return { test: (text) => tests.some((test) => test(text)) };
}

function string(value: unknown, name: string, fail: Fail): string {
  if (typeof value !== 'string') throw fail(`${name} match pattern must be a string`);
  return value;
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
