// The comparison operators of event patterns, each compiled to a test of one leaf value.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import { cidrRange } from './cidr.ts';

export type ValueTest = (leaf: unknown) => boolean;
type Fail = (reason: string) => Error;

/** Also refused as field names inside `$or`, where AWS could not tell them from operators. */
export const OPERATOR_NAMES: ReadonlySet<string> = new Set(
  'exact prefix suffix equals-ignore-case anything-but exists wildcard numeric cidr = < <= > >='.split(' '),
);

export function compileOperator(expression: Record<string, unknown>, fail: Fail): ValueTest {
  const names = Object.keys(expression);
  const name = names[0];
  if (name === undefined) throw fail('Match expression name not found');
  if (names.length > 1) throw fail('Only one key allowed in match expression');
  const operand = expression[name];
  switch (name) {
    case 'exact': {
      const text = string(operand, name, fail);
      return (leaf) => leaf === text;
    }
    case 'prefix':
    case 'suffix':
      return affix(name, operand, fail);
    case 'equals-ignore-case':
      return equalsIgnoringCase(string(operand, name, fail));
    case 'wildcard':
      return wildcard(string(operand, name, fail), fail);
    case 'numeric':
      return numeric(operand, fail);
    case 'cidr': {
      const inRange = cidrRange(string(operand, name, fail), fail);
      return (leaf) => typeof leaf === 'string' && inRange(leaf);
    }
    case 'anything-but':
      return anythingBut(operand, fail);
    default:
      throw fail(`Unrecognized match type ${name}`);
  }
}

function affix(name: 'prefix' | 'suffix', operand: unknown, fail: Fail): ValueTest {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [inner, ...others] = Object.keys(operand);
    if (inner !== 'equals-ignore-case') throw fail(`Unsupported ${name} pattern: ${inner}`);
    if (others.length > 0) throw fail('Only one key allowed in match expression');
    const text = string((operand as Record<string, unknown>)[inner], inner, fail).toLowerCase();
    return (leaf) => typeof leaf === 'string' && hasAffix(name, leaf.toLowerCase(), text);
  }
  const text = string(operand, name, fail);
  return (leaf) => typeof leaf === 'string' && hasAffix(name, leaf, text);
}

function hasAffix(name: 'prefix' | 'suffix', leaf: string, text: string): boolean {
  return name === 'prefix' ? leaf.startsWith(text) : leaf.endsWith(text);
}

function equalsIgnoringCase(text: string): ValueTest {
  const lower = text.toLowerCase();
  return (leaf) => typeof leaf === 'string' && leaf.toLowerCase() === lower;
}

/** `*` stands for any run of characters; `\*` and `\\` are the characters themselves. */
function wildcard(pattern: string, fail: Fail): ValueTest {
  const parts = [''];
  let afterStar = false;
  for (let index = 0; index < pattern.length; index++) {
    let character = pattern[index]!;
    if (character === '*') {
      if (afterStar) throw fail(`Consecutive wildcard characters at pos ${index}`);
      afterStar = true;
      parts.push('');
      continue;
    }
    if (character === '\\') {
      const escaped = pattern[++index];
      if (escaped !== '*' && escaped !== '\\') throw fail(`Invalid escape character at pos ${index - 1}`);
      character = escaped;
    }
    afterStar = false;
    parts[parts.length - 1] += character;
  }
  return (leaf) => typeof leaf === 'string' && matchesParts(leaf, parts);
}

/** Taking each middle part at its first place is enough, and keeps the match linear whatever the pattern. */
function matchesParts(text: string, parts: string[]): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

const COMPARISONS: Record<string, (left: number, right: number) => boolean> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function numeric(operand: unknown, fail: Fail): ValueTest {
  if (!Array.isArray(operand)) throw fail('Value of numeric must be an array.');
  const [operator, bound, upperOperator, upperBound, ...rest] = operand as unknown[];
  if (typeof operator !== 'string') throw fail(`Invalid member in numeric match: ${JSON.stringify(operator)}`);
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (!compare) throw fail(`Unrecognized numeric range operator: ${operator}`);
  if (typeof bound !== 'number') throw fail(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  if (operand.length === 2) return (leaf) => typeof leaf === 'number' && compare(leaf, bound);

  if (!operator.startsWith('>')) throw fail('Too many elements in numeric expression');
  if (typeof upperOperator !== 'string') throw fail(`Bad value in numeric range: ${JSON.stringify(upperOperator)}`);
  if (upperOperator !== '<' && upperOperator !== '<=') throw fail(`Bad numeric range operator: ${upperOperator}`);
  if (typeof upperBound !== 'number') throw fail(`Value of ${upperOperator} must be numeric`);
  if (rest.length > 0) throw fail('Too many terms in numeric range expression');
  if (bound >= upperBound) throw fail('Bottom must be less than top');
  const compareUpper = COMPARISONS[upperOperator]!;
  return (leaf) => typeof leaf === 'number' && compare(leaf, bound) && compareUpper(leaf, upperBound);
}

/** True for any leaf the operand does not describe, of whatever type; an absent field has no leaf and never matches. */
function anythingBut(operand: unknown, fail: Fail): ValueTest {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [inner, ...others] = Object.keys(operand);
    if (inner === undefined) throw fail('Anything-But expression name not found');
    if (others.length > 0) throw fail('Only one key allowed in match expression');
    const excluded = (operand as Record<string, unknown>)[inner];
    const tests = (Array.isArray(excluded) ? excluded : [excluded]).map((one) => excludedTest(inner, one, fail));
    if (tests.length === 0) throw fail(`Inside anything-but ${inner}, an empty list is not supported.`);
    return (leaf) => !tests.some((test) => test(leaf));
  }
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const type = typeof list[0];
  if (list.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    throw fail('Inside anything-but list, start|null|boolean is not supported.');
  }
  if (list.length === 0 || list.some((value) => typeof value !== type)) {
    throw fail('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  return (leaf) => !list.includes(leaf);
}

function excludedTest(name: string, operand: unknown, fail: Fail): ValueTest {
  switch (name) {
    case 'prefix':
    case 'suffix': {
      if (typeof operand !== 'string') throw fail('prefix/suffix match pattern must be a string');
      if (operand === '') throw fail('Null prefix/suffix not allowed');
      return affix(name, operand, fail);
    }
    case 'equals-ignore-case':
      if (typeof operand === 'string') return equalsIgnoringCase(operand);
      throw fail('Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.');
    case 'wildcard':
      return wildcard(string(operand, name, fail), fail);
    default:
      throw fail(`Unsupported anything-but pattern: ${name}`);
  }
}

function string(value: unknown, name: string, fail: Fail): string {
  if (typeof value !== 'string') throw fail(`${name} match pattern must be a string`);
  return value;
}
