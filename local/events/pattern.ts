// Compiles an EventBridge event pattern into a predicate; the same language filters event source mappings.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html

import { AwsError } from '../aws/aws-error.ts';
import { errorMessage } from '../error-message.ts';
import { type Elements, type Fields, fieldsOf, together } from './event-fields.ts';
import { ExactNumber, parseExact } from './exact-json.ts';
import { compileOperator, compileValue, RESERVED_INSIDE_OR, type ValueTest } from './pattern-operators.ts';
import { MAX_COMPLEXITY, type WildcardParts, wildcardComplexity } from './wildcard.ts';

export type EventTest = (event: unknown) => boolean;
type PatternObject = Record<string, unknown>;

/** What one field must be. */
interface FieldTest {
  name: string;
  matchesAbsence: boolean;
  matchesPresence: boolean;
  tests: ValueTest[];
  /** Those of each operator. */
  wildcards: WildcardParts[][];
}
/** One way to match: every field, by dotted name. `$or` makes several of them. */
type Alternative = Map<string, FieldTest>;

/** AWS's own quota on a rule's pattern text; raisable, so only `compileRulePattern` holds it. */
const MAX_PATTERN_CHARACTERS = 2048;
/** Our choice: `$or` within `$or` multiplies. */
const MAX_ALTERNATIVES = 1_000;

/** Throws InvalidEventPatternException naming the path where the pattern is wrong. */
export function compilePattern(pattern: unknown): EventTest {
  if (!isObject(pattern)) throw invalid('Filter is not an object', []);
  const alternatives = compileObject(pattern, [], false, []);
  const names = new Set(alternatives.flatMap((alternative) => [...alternative.keys()]));
  // In the order of their names, as event-ruler takes them: whether a field is absent depends on the elements chosen
  // before.
  const sorted = alternatives.map((alternative) => [...alternative.values()].sort(byName));
  checkComplexity(sorted);
  return (event) => {
    const fields = fieldsOf(event, names);
    return sorted.some((tests) => matchesFrom(0, tests, fields, new Map()));
  };
}

/** `compilePattern` for a pattern as text, as TestEventPattern and FilterCriteria carry it. */
export function compilePatternText(text: string): EventTest {
  let pattern: unknown;
  try {
    pattern = parseExact(text);
  } catch (error) {
    throw invalid(`the pattern is not JSON: ${errorMessage(error)}`, []);
  }
  return compilePattern(pattern);
}

export function compileRulePattern(pattern: unknown): EventTest {
  const characters = JSON.stringify(pattern)?.length ?? 0;
  if (characters > MAX_PATTERN_CHARACTERS) {
    throw invalid(`it has ${characters} characters; AWS's quota is ${MAX_PATTERN_CHARACTERS}`, []);
  }
  return compilePattern(pattern);
}

/**
 * Adds the object's fields to every alternative. A field named twice, as `$or` allows, is what the later place says.
 * https://github.com/aws/event-ruler/issues/22
 */
function compileObject(
  pattern: PatternObject,
  path: string[],
  insideOr: boolean,
  before: Alternative[],
): Alternative[] {
  let alternatives = before;
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid('Empty objects are not allowed', path);
  for (const [name, value] of entries) {
    if (name === '$or') {
      alternatives = compileOr(value, path, alternatives);
      continue;
    }
    const here = [...path, name];
    if (insideOr && RESERVED_INSIDE_OR.has(name))
      throw invalid(`${name} is Ruler reserved fieldName which cannot be used inside $or.`, here);
    if (Array.isArray(value)) {
      const test = compileLeaf(value, here);
      if (alternatives.length === 0) alternatives = [new Map()];
      for (const alternative of alternatives) alternative.set(test.name, test);
    } else if (isObject(value)) {
      alternatives = compileObject(value, here, insideOr, alternatives);
    } else {
      throw invalid(`"${name}" must be an object or an array`, here);
    }
  }
  return alternatives;
}

function compileOr(choices: unknown, path: string[], before: Alternative[]): Alternative[] {
  const here = [...path, '$or'];
  if (!Array.isArray(choices)) throw invalid('It must be an Array followed with $or.', here);
  if (choices.length < 2) throw invalid('There must have at least 2 Objects in $or relationship.', here);
  const alternatives = choices.flatMap((choice) => {
    if (!isObject(choice)) throw invalid('Only JSON object is allowed in array of $or relationship.', here);
    const copies = before.length === 0 ? [new Map()] : before.map((alternative) => new Map(alternative));
    return compileObject(choice, path, true, copies);
  });
  if (alternatives.length > MAX_ALTERNATIVES) {
    throw invalid(`$or makes ${alternatives.length} combinations; at most ${MAX_ALTERNATIVES} are emulated`, here);
  }
  return alternatives;
}

function compileLeaf(values: unknown[], path: string[]): FieldTest {
  const counted = new Set<string>();
  if (values.length === 0) throw invalid('Empty arrays are not allowed', path);
  const leaf: FieldTest = {
    name: path.join('.'),
    matchesAbsence: false,
    matchesPresence: false,
    tests: [],
    wildcards: [],
  };
  for (const value of values) {
    if (Array.isArray(value)) throw invalid('Match value must be String, number, true, false, or null', path);
    if (!isObject(value)) {
      leaf.tests.push(compileValue(value as string | number | boolean | null | ExactNumber));
    } else if (Object.keys(value)[0] === 'exists') {
      if (value.exists === true) leaf.matchesPresence = true;
      else if (value.exists === false) leaf.matchesAbsence = true;
      else throw invalid('exists match pattern must be either true or false.', path);
      if (Object.keys(value).length > 1) throw invalid('Only one key allowed in match expression', path);
    } else {
      const { test, wildcards } = compileOperator(value, (reason) => invalid(reason, path));
      leaf.tests.push(test);
      const key = JSON.stringify(value);
      if (wildcards && !counted.has(key)) leaf.wildcards.push(wildcards);
      counted.add(key);
    }
  }
  return leaf;
}

/**
 * The leaves chosen for all fields must be of one element of every array: AWS's matcher refuses a match put together
 * from different elements. https://github.com/aws/event-ruler#json-array-matching
 */
function matchesFrom(index: number, tests: FieldTest[], fields: Fields, elements: Elements): boolean {
  const field = tests[index];
  if (!field) return true;
  let isAbsent = true;
  for (const leaf of fields.get(field.name) ?? []) {
    const joined = together(elements, leaf.elements);
    if (!joined) continue;
    isAbsent = false;
    const fits = field.matchesPresence || field.tests.some((test) => test(leaf.text));
    if (fits && matchesFrom(index + 1, tests, fields, joined)) return true;
  }
  return isAbsent && field.matchesAbsence && matchesFrom(index + 1, tests, fields, elements);
}

/**
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
 * As event-ruler does, this leaves out what comes after a field that must be absent.
 */
function checkComplexity(alternatives: FieldTest[][]): void {
  for (const fields of alternatives) {
    for (const { name, wildcards, matchesAbsence, matchesPresence, tests } of fields) {
      if (matchesAbsence && !matchesPresence && tests.length === 0) break;
      if (wildcards.length === 0 || wildcardComplexity(wildcards) <= MAX_COMPLEXITY) continue;
      const advice =
        'try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';
      throw invalid(`Rule is too complex - ${advice}`, [name]);
    }
  }
}

function byName(left: FieldTest, right: FieldTest): number {
  return left.name < right.name ? -1 : 1;
}

function isObject(value: unknown): value is PatternObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

function invalid(reason: string, path: string[]): AwsError {
  const where = path.length > 0 ? ` at ${path.join('.')}` : '';
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}${where}`);
}
