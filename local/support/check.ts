// Holds the properties of a resource against a table of what is emulated.

import { intrinsicCall } from '../template/intrinsics.ts';
import type { Fields, Rule, TypeSupport } from './rule.ts';
import { isIgnored } from './rule.ts';

export interface Report {
  problem(path: string, text: string): void;
  ignore(path: string | undefined, why: string): void;
}

export function checkFields(value: object, table: Fields, path: string, report: Report): void {
  let othersIgnored: string | undefined;
  for (const [name, item] of Object.entries(value)) {
    const rule = Object.hasOwn(table, name) ? table[name] : table['*'];
    const here = path ? `${path}.${name}` : name;
    if (rule?.kind === 'ignored' && rule === table['*']) othersIgnored = rule.why;
    else if (rule) checkValue(item, rule, here, report);
    else report.problem(here, 'is not emulated. Remove it, or emulate it and list it in the support.ts of its part.');
  }
  if (othersIgnored !== undefined) report.ignore(path || undefined, othersIgnored);
}

function checkValue(value: unknown, rule: Rule, path: string, report: Report): void {
  const call = intrinsicCall(value);
  if (call?.name === 'Ref' && call.argument === 'AWS::NoValue') return;
  if (call?.name === 'Fn::If' && Array.isArray(call.argument)) {
    for (const branch of call.argument.slice(1)) checkValue(branch, rule, path, report);
  } else if (rule.kind === 'ignored') {
    report.ignore(path, rule.why);
  } else if (rule.kind === 'refused') {
    report.problem(path, `is not emulated: ${rule.instead}.`);
  } else if (rule.kind !== 'emulated' && call) {
    report.problem(path, `is given by ${call.name}; write it out, so that it can be seen to be emulated.`);
  } else if (rule.kind === 'only') {
    checkOneOf(value, rule, path, report);
  } else if (rule.kind === 'list') {
    checkList(Array.isArray(value) ? value : [value], rule, path, report);
  } else if (rule.kind === 'fields' || rule.kind === 'entries') {
    const fields = rule.kind === 'fields' ? rule.fields : { '*': rule.value };
    if (typeof value === 'object' && value !== null) checkFields(value, fields, path, report);
    else report.problem(path, 'must be an object.');
  }
}

function checkList(items: unknown[], rule: Rule & { kind: 'list' }, path: string, report: Report): void {
  if (items.length > rule.atMost) {
    report.problem(path, `has ${items.length} items, but only ${rule.atMost} are emulated.`);
  }
  for (const [index, item] of items.entries()) checkValue(item, rule.item, `${path}[${index}]`, report);
}

/** CloudFormation takes `"false"` for `false` and `"5"` for `5`, so texts are compared. */
function checkOneOf(value: unknown, rule: Rule & { kind: 'only' }, path: string, report: Report): void {
  if (rule.values.map(String).includes(String(value))) return;
  report.problem(path, `can't be ${JSON.stringify(value)}: ${rule.instead} (emulated: ${rule.values.join(', ')}).`);
}

/** Throws naming the first property of a resource that its part doesn't emulate. */
export function assertSupported(
  { logicalId, type, properties }: { logicalId: string; type: string; properties: object },
  types: Record<string, TypeSupport>,
): void {
  const table = types[type];
  if (table === undefined || isIgnored(table)) return;
  checkFields(properties, table, '', {
    problem(path, text) {
      throw new Error(`${logicalId} (${type}): ${path} ${text}`);
    },
    ignore: () => {},
  });
}
