// Resolves CloudFormation's intrinsic functions wherever they stand in a value.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
import { isObject } from '../is-object.ts';

/** What names stand for. Each throws, saying `where`, when it knows no such name. */
export interface Scope {
  /** Where the value is, for messages: `Dispatch (AWS::Lambda::Function)`. */
  where: string;
  ref(name: string, where: string): unknown;
  attribute(logicalId: string, attribute: string, where: string): string;
  condition(name: string, where: string): boolean;
  mapped(map: string, first: string, second: string, where: string): unknown;
}

/** What `AWS::NoValue` resolves to: the property or list item holding it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  const call = intrinsicCall(value);
  if (call) return evaluate(call.name, call.argument, scope);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = resolve(item, deeper(scope, key));
    if (resolved !== NO_VALUE) result[key] = resolved;
  }
  return result;
}

/**
 * `{ "Fn::Join": … }` and `{ "Ref": … }` are calls when they are the only key; so CloudFormation recognizes them.
 */
export function intrinsicCall(value: unknown): { name: string; argument: unknown } | undefined {
  if (!isObject(value)) return undefined;
  const [name, ...more] = Object.keys(value);
  if (name === undefined || more.length > 0) return undefined;
  if (name !== 'Ref' && !name.startsWith('Fn::')) return undefined;
  return { name, argument: value[name] };
}

const deeper = (scope: Scope, key: string): Scope => ({ ...scope, where: `${scope.where}, ${key}` });

function evaluate(name: string, argument: unknown, scope: Scope): unknown {
  const run = FUNCTIONS[name];
  if (!run) throw new Error(`${scope.where}: ${name} is not emulated; known are ${Object.keys(FUNCTIONS).join(', ')}`);
  return run(argument, deeper(scope, name));
}

const FUNCTIONS: Record<string, (argument: unknown, scope: Scope) => unknown> = {
  Ref: (name, scope) => scope.ref(text(name, scope), scope.where),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = Array.isArray(argument)
      ? tuple(argument, 2, scope)
      : splitOnce(text(argument, scope));
    return scope.attribute(text(logicalId, scope), text(resolve(attribute, scope), scope), scope.where);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = tuple(argument, 2, scope);
    return textList(items, scope).join(text(separator, scope));
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = Array.isArray(argument) ? tuple(argument, 2, scope) : [argument, {}];
    return substitute(text(template, scope), isObject(variables) ? variables : {}, scope);
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = tuple(argument, 2, scope);
    const list = resolve(items, scope);
    if (!Array.isArray(list)) throw new Error(`${scope.where} needs a list, not ${JSON.stringify(list)}`);
    const position = Number(resolve(index, scope));
    const item = list[position];
    if (item === undefined) throw new Error(`${scope.where}: there is no item ${position} in a list of ${list.length}`);
    return item;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, value] = tuple(argument, 2, scope);
    return text(resolve(value, scope), scope).split(text(separator, scope));
  },
  'Fn::If': (argument, scope) => {
    const [condition, then, otherwise] = tuple(argument, 3, scope);
    return resolve(scope.condition(text(condition, scope), scope.where) ? then : otherwise, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = textList(tuple(argument, 3, scope), scope);
    return resolve(scope.mapped(map!, first!, second!, scope.where), scope);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolve(argument, scope), scope)).toString('base64'),
  'Fn::ImportValue': (argument, scope) => {
    const name = JSON.stringify(resolve(argument, scope));
    throw new Error(
      `${scope.where} takes ${name} from another stack, which does not exist locally; pass the value to this stack as a parameter`,
    );
  },
};

/** `${Name}`, `${Logical.Attribute}`; `${!Name}` writes `${Name}`. */
function substitute(template: string, variables: Record<string, unknown>, scope: Scope): string {
  return template.replace(/\$\{([^}]*)\}/g, (_, written: string) => {
    if (written.startsWith('!')) return `\${${written.slice(1)}}`;
    const name = written.trim();
    if (Object.hasOwn(variables, name)) return text(resolve(variables[name], scope), scope);
    if (name.includes('.')) return scope.attribute(...splitOnce(name), scope.where);
    return text(scope.ref(name, scope.where), scope);
  });
}

function splitOnce(name: string): [string, string] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

function text(value: unknown, scope: Scope): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const shown = value === NO_VALUE ? 'AWS::NoValue' : JSON.stringify(value);
  throw new Error(`${scope.where} needs text, not ${shown}`);
}

function textList(value: unknown, scope: Scope): string[] {
  const list = resolve(value, scope);
  if (!Array.isArray(list)) throw new Error(`${scope.where} needs a list, not ${JSON.stringify(list)}`);
  return list.map((item) => text(item, scope));
}

function tuple(argument: unknown, length: number, scope: Scope): unknown[] {
  if (Array.isArray(argument) && argument.length === length) return argument;
  throw new Error(`${scope.where} needs a list of ${length}, not ${JSON.stringify(argument)}`);
}
