// A policy statement made ready for matching; compiled once and remembered for as long as the statement lives.

import { errorMessage } from '../error-message.ts';
import { isObject } from '../is-object.ts';
import { type Condition, compileCondition } from './condition.ts';
import type { Statement } from './principal.ts';
import { type Matcher, wildcard } from './wildcard.ts';

export interface CompiledStatement {
  deny: boolean;
  /** Takes the action in lower case: IAM compares actions without regard to case. */
  action: Matcher;
  resource: Matcher;
  condition: Condition | undefined;
  principals: PrincipalPatterns | undefined;
}
export interface PrincipalPatterns {
  everyone: boolean;
  /** ARNs and account ids under `AWS`. */
  aws: string[];
  services: string[];
}

const compiled = new WeakMap<Statement, CompiledStatement>();

export function compiledStatement(statement: Statement): CompiledStatement {
  let ready = compiled.get(statement);
  if (!ready) {
    ready = compile(statement);
    compiled.set(statement, ready);
  }
  return ready;
}

/** Throws where a statement can't be evaluated exactly; `where` names the policy in the message. */
export function checkStatements(statements: Statement[], where = 'a policy'): void {
  for (const [index, statement] of statements.entries()) {
    try {
      compiledStatement(statement);
    } catch (error) {
      const name = (isObject(statement) && statement.Sid) || `number ${index + 1}`;
      throw new Error(`${where}, statement ${name}: ${errorMessage(error)}`, { cause: error });
    }
  }
}

/**
 * What IAM refuses in a policy of a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function checkIdentityStatements(statements: Statement[], where: string): void {
  checkStatements(statements, where);
  for (const { Resource, NotResource, Principal } of statements) {
    if (Principal !== undefined) throw new Error(`${where}: Policy document should not specify a principal.`);
    if (Resource === undefined && NotResource === undefined) {
      throw new Error(`${where}: Policy statement must contain resources.`);
    }
  }
}

const ELEMENTS = new Set(
  'Sid Effect Action NotAction Resource NotResource Principal Condition'.split(' '), // NotPrincipal is left out on purpose
);

function compile(statement: Statement): CompiledStatement {
  for (const element of Object.keys(statement)) {
    if (!ELEMENTS.has(element))
      throw new Error(`the element ${element} is not emulated; known are ${[...ELEMENTS].join(', ')}`);
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`Effect must be Allow or Deny, not ${JSON.stringify(statement.Effect)}`);
  }
  return {
    deny: statement.Effect === 'Deny',
    action: actionMatcher(statement),
    resource: resourceMatcher(statement),
    condition: statement.Condition && compileCondition(statement.Condition),
    principals: statement.Principal === undefined ? undefined : principalPatterns(statement.Principal),
  };
}

function actionMatcher({ Action, NotAction }: Statement): Matcher {
  if ((Action === undefined) === (NotAction === undefined))
    throw new Error('exactly one of Action and NotAction is needed');
  const patterns = texts('Action', Action ?? NotAction).map((pattern) => pattern.toLowerCase());
  for (const pattern of patterns) {
    if (pattern !== '*' && !/^[a-z0-9-]+:[a-z0-9*?]+$/.test(pattern)) {
      throw new Error(`the action "${pattern}" must be written as service:Action`);
    }
  }
  return anyOf(patterns, NotAction !== undefined);
}

/** Trust policies have no resource; there the statement is about the role itself. */
function resourceMatcher({ Resource, NotResource }: Statement): Matcher {
  if (Resource !== undefined && NotResource !== undefined)
    throw new Error('Resource and NotResource exclude each other');
  if (Resource === undefined && NotResource === undefined) return () => true;
  const patterns = texts('Resource', Resource ?? NotResource);
  for (const pattern of patterns) {
    if (pattern.includes('${'))
      throw new Error(`the resource ${pattern} has a policy variable, which is not emulated; write it out`);
  }
  return anyOf(patterns, NotResource !== undefined);
}

function anyOf(patterns: string[], negated: boolean): Matcher {
  const matchers = patterns.map(wildcard);
  const only = matchers[0];
  if (only && matchers.length === 1 && !negated) return only;
  return (value) => matchers.some((matcher) => matcher(value)) !== negated;
}

function principalPatterns(principal: unknown): PrincipalPatterns {
  if (principal === '*') return { everyone: true, aws: [], services: [] };
  if (!isObject(principal)) throw new Error('Principal must be "*" or an object');
  const { AWS, Service, ...others } = principal;
  const [other] = Object.keys(others);
  if (other) throw new Error(`principals of kind ${other} are not emulated; known are AWS and Service`);
  const aws = texts('Principal.AWS', AWS ?? []);
  return { everyone: aws.includes('*'), aws, services: texts('Principal.Service', Service ?? []) };
}

function texts(element: string, value: unknown): string[] {
  return [value].flat().map((item) => {
    if (typeof item === 'string') return item;
    throw new Error(`${element} must be text, not ${JSON.stringify(item)}`);
  });
}
