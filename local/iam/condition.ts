// The condition block of a policy statement: operators, set prefixes and IfExists, compiled once per statement.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

import { BlockList, isIP } from 'node:net';
import { errorMessage } from '../error-message.ts';
import { checkGlobalKey } from './global-keys.ts';
import { arnPattern, type Matcher, wildcard } from './wildcard.ts';

/** The request's value or values of a condition key; undefined when the request has none. */
export type ContextOf = (key: string) => string | string[] | undefined;
export type Condition = (contextOf: ContextOf) => boolean;

interface Operator {
  /** Whether one value of the request satisfies one value of the policy. */
  compare: (policyValue: string) => Matcher;
  /** `Not…` operators: no value may match, and an absent key satisfies them. */
  negated?: true;
}

const text = (same: (request: string, policy: string) => boolean) => (policy: string) => (request: string) =>
  same(request, policy);
const ignoringCase = text((request, policy) => request.toLowerCase() === policy.toLowerCase());
const ordered = (read: (value: string) => number, holds: (order: number) => boolean) => (policy: string) => {
  const right = read(policy);
  if (Number.isNaN(right)) throw new Error(`"${policy}" is not a value this operator can compare`);
  // A request value that is no number or date gives NaN, which satisfies nothing.
  return (request: string) => holds(read(request) - right);
};
const readNumber = (value: string) => (value.trim() === '' ? Number.NaN : Number(value));
const readDate = (value: string) => (/^\d{1,12}$/.test(value) ? Number(value) * 1000 : Date.parse(value));
const comparisons = (name: string, read: (value: string) => number): [string, Operator][] => [
  [`${name}Equals`, { compare: ordered(read, (order) => order === 0) }],
  [`${name}NotEquals`, { compare: ordered(read, (order) => order === 0), negated: true }],
  [`${name}LessThan`, { compare: ordered(read, (order) => order < 0) }],
  [`${name}LessThanEquals`, { compare: ordered(read, (order) => order <= 0) }],
  [`${name}GreaterThan`, { compare: ordered(read, (order) => order > 0) }],
  [`${name}GreaterThanEquals`, { compare: ordered(read, (order) => order >= 0) }],
];

const equals = text((request, policy) => request === policy);
const OPERATORS = new Map<string, Operator>([
  ['StringEquals', { compare: equals }],
  ['StringNotEquals', { compare: equals, negated: true }],
  ['StringEqualsIgnoreCase', { compare: ignoringCase }],
  ['StringNotEqualsIgnoreCase', { compare: ignoringCase, negated: true }],
  ['StringLike', { compare: wildcard }],
  ['StringNotLike', { compare: wildcard, negated: true }],
  // AWS documents the Equals and Like forms of ARN operators as behaving alike.
  ['ArnEquals', { compare: arnPattern }],
  ['ArnLike', { compare: arnPattern }],
  ['ArnNotEquals', { compare: arnPattern, negated: true }],
  ['ArnNotLike', { compare: arnPattern, negated: true }],
  ['Bool', { compare: ignoringCase }],
  ['IpAddress', { compare: addressRange }],
  ['NotIpAddress', { compare: addressRange, negated: true }],
  ...comparisons('Numeric', readNumber),
  ...comparisons('Date', readDate),
]);

/**
 * Compiles a condition block: every key of every operator must hold. Throws where an operator or value is not known.
 */
export function compileCondition(block: Record<string, Record<string, unknown>>): Condition {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      try {
        return compileTest(operator, key, [values].flat().map(String));
      } catch (error) {
        throw new Error(`condition ${operator} on ${key}: ${errorMessage(error)}`, { cause: error });
      }
    }),
  );
  return (contextOf) => tests.every((test) => test(contextOf));
}

function compileTest(written: string, key: string, policyValues: string[]): Condition {
  checkGlobalKey(key);
  for (const value of policyValues) {
    if (value.includes('${'))
      throw new Error(`policy variables such as ${value} are not emulated; write the value out`);
  }
  if (written === 'Null') {
    const wanted = policyValues.map((value) => value.toLowerCase() === 'true');
    return (contextOf) => wanted.includes(contextOf(key) === undefined);
  }
  const parts = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(written);
  const operator = OPERATORS.get(parts?.[2] ?? '');
  if (!parts || !operator) {
    throw new Error(`the operator is not emulated; known are Null, ${[...OPERATORS.keys()].join(', ')}`);
  }
  const [, set, , ifExists] = parts;
  const matchers = policyValues.map((value) => operator.compare(value));
  const one = (value: string) => matchers.some((matcher) => matcher(value)) !== (operator.negated ?? false);
  return (contextOf) => {
    const found = contextOf(key);
    if (found === undefined) return absentHolds(set, ifExists !== undefined, operator.negated ?? false);
    if (typeof found === 'string') return one(found);
    if (set === 'ForAnyValue') return found.some(one);
    if (set === 'ForAllValues') return found.every(one);
    // AWS asks for a set prefix where a key has several values; without one, all of them must satisfy: the strict
    // reading.
    return found.length > 0 && found.every(one);
  };
}

function absentHolds(set: string | undefined, ifExists: boolean, negated: boolean): boolean {
  // With a set prefix there is no value for IfExists to speak about: of no values, all match and none does.
  if (set) return set === 'ForAllValues';
  return ifExists || negated;
}

function addressRange(range: string): Matcher {
  const [address = '', prefix] = range.split('/');
  const version = isIP(address);
  if (version === 0) throw new Error(`"${range}" is no IP address or CIDR range`);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix), family);
  return (value) => isIP(value) === version && list.check(value, family);
}
