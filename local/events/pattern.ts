// Compiles an EventBridge event pattern into a predicate; the same language filters event source mappings.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import { AwsError } from '../aws/aws-error.ts';
import { compileOperator, OPERATOR_NAMES, type ValueTest } from './pattern-operators.ts';

export type EventTest = (event: unknown) => boolean;
type Fields = Record<string, unknown>;
type NodeTest = (fields: Fields) => boolean;

/** AWS's own quota on a rule's pattern text; raisable, so only `compileRulePattern` holds it. */
const MAX_PATTERN_CHARACTERS = 2048;

/** Throws InvalidEventPatternException naming the path where the pattern is wrong. */
export function compilePattern(pattern: unknown): EventTest {
  if (!isObject(pattern)) throw invalid('Filter is not an object', []);
  const test = compileNode(pattern, [], false);
  return (event) => test(isObject(event) ? event : {});
}

/** `compilePattern` for a pattern as text, as TestEventPattern and FilterCriteria carry it. */
export function compilePatternText(text: string): EventTest {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw invalid(`the pattern is not JSON: ${(error as Error).message}`, []);
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

function compileNode(pattern: Fields, path: string[], insideOr: boolean): NodeTest {
  const tests = Object.entries(pattern).map(([name, value]): NodeTest => {
    if (name === '$or') return compileOr(value, path);
    const here = [...path, name];
    if (insideOr && OPERATOR_NAMES.has(name))
      throw invalid(`"${name}" is an operator and can't name a field inside $or`, here);
    if (Array.isArray(value)) return compileLeaf(name, value, here);
    if (isObject(value)) return descend(name, compileNode(value, here, insideOr));
    throw invalid(`"${name}" must be an object or an array`, here);
  });
  if (tests.length === 0) throw invalid('Empty objects are not allowed', path);
  return (fields) => tests.every((test) => test(fields));
}

function compileOr(alternatives: unknown, path: string[]): NodeTest {
  const here = [...path, '$or'];
  if (!Array.isArray(alternatives)) throw invalid('It must be an Array followed with $or.', here);
  if (alternatives.length < 2) throw invalid('There must have at least 2 Objects in $or relationship.', here);
  const tests = alternatives.map((alternative) => {
    if (!isObject(alternative)) throw invalid('Only JSON object is allowed in array of $or relationship.', here);
    return compileNode(alternative, here, true);
  });
  return (fields) => tests.some((test) => test(fields));
}

/**
 * One element of an array of objects must satisfy the whole sub-pattern: AWS's matcher refuses a match put together from
 * different elements. https://github.com/aws/event-ruler#json-array-matching
 */
function descend(name: string, test: NodeTest): NodeTest {
  return (fields) => {
    const value = own(fields, name);
    if (isObject(value)) return test(value);
    const elements = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY).filter(isObject) : [];
    return elements.length === 0 ? test({}) : elements.some(test);
  };
}

function compileLeaf(name: string, values: unknown[], path: string[]): NodeTest {
  if (values.length === 0) throw invalid('Empty arrays are not allowed', path);
  let matchesAbsence = false;
  let matchesPresence = false;
  const tests: ValueTest[] = [];
  for (const value of values) {
    if (Array.isArray(value)) throw invalid('Match value must be String, number, true, false, or null', path);
    if (!isObject(value)) {
      tests.push((leaf) => leaf === value);
    } else if (Object.keys(value).length === 1 && 'exists' in value) {
      if (value.exists === true) matchesPresence = true;
      else if (value.exists === false) matchesAbsence = true;
      else throw invalid('exists match pattern must be either true or false.', path);
    } else {
      tests.push(compileOperator(value, (reason) => invalid(reason, path)));
    }
  }
  return (fields) => {
    const leaves = leavesOf(own(fields, name));
    if (leaves.length === 0) return matchesAbsence;
    return matchesPresence || leaves.some((leaf) => tests.some((test) => test(leaf)));
  };
}

/** Operators see leaf values only: an object is no leaf, an array stands for its elements. */
function leavesOf(value: unknown): unknown[] {
  if (value === undefined || isObject(value)) return [];
  if (!Array.isArray(value)) return [value];
  return value.flat(Number.POSITIVE_INFINITY).filter((element) => !isObject(element));
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string, path: string[]): AwsError {
  const where = path.length > 0 ? ` at ${path.join('.')}` : '';
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}${where}`);
}
