// Holds a template against what the runtime emulates, so that nothing of it is left out unsaid.
import { intrinsicCall } from './intrinsics.ts';
import { computeSupport } from './support-compute.ts';
import { gatewaySupport } from './support-gateway.ts';
import { ignoredTypes } from './support-ignored.ts';
import { messagingSupport } from './support-messaging.ts';
import type { Fields, Rule, TypeSupport } from './support-rule.ts';
import type { Template, TemplateResource } from './template.ts';

export const supportedTypes: Record<string, TypeSupport> = {
  ...computeSupport,
  ...gatewaySupport,
  ...messagingSupport,
  ...ignoredTypes,
};

export interface Ignored {
  logicalId: string;
  type: string;
  /** Absent when the resource is left aside whole. */
  property?: string;
  why: string;
}
export interface Support {
  /** Any of them means that the stack would behave otherwise than on AWS: don't start. */
  problems: string[];
  /** To be listed once at the start. */
  ignored: Ignored[];
}

/** What CloudFormation itself reads beside a resource's properties. */
const RESOURCE_KEYS = [
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];
const SECTIONS = [
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions'],
  ...['Resources', 'Outputs'],
];

/** Looks at every branch of every Fn::If and at conditional resources too, whichever of them is deployed. */
export function checkSupported(template: Template): Support {
  const support: Support = { problems: [], ignored: [] };
  for (const section of Object.keys(template)) {
    if (SECTIONS.includes(section)) continue;
    support.problems.push(
      `The template's section ${section} is not emulated: CloudFormation would change the template by it.`,
    );
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) checkResource(logicalId, resource, support);
  return support;
}

function checkResource(logicalId: string, resource: TemplateResource, support: Support): void {
  const { Type: type, Properties: properties = {} } = resource;
  const known = Object.hasOwn(supportedTypes, type) ? supportedTypes[type] : undefined;
  if (!known) {
    support.problems.push(
      `${logicalId}: resources of type ${type} are not emulated. Leave it out of what is run locally, or emulate it and ` +
        'list it in local/template/supported.ts.',
    );
    return;
  }
  for (const key of Object.keys(resource)) {
    if (!RESOURCE_KEYS.includes(key))
      support.problems.push(`${logicalId} (${type}): ${key} is not emulated. Remove it.`);
  }
  if ('ignoredWhole' in known) {
    support.ignored.push({ logicalId, type, why: known.ignoredWhole as string });
    return;
  }
  checkFields(properties, known as Fields, '', {
    problem: (path, text) => support.problems.push(`${logicalId} (${type}): ${path} ${text}`),
    ignore: (property, why) => support.ignored.push({ logicalId, type, ...(property && { property }), why }),
  });
}

interface Report {
  problem(path: string, text: string): void;
  ignore(path: string | undefined, why: string): void;
}

function checkFields(value: object, table: Fields, path: string, report: Report): void {
  let othersIgnored: string | undefined;
  for (const [name, item] of Object.entries(value)) {
    const rule = Object.hasOwn(table, name) ? table[name] : table['*'];
    const here = path ? `${path}.${name}` : name;
    if (rule?.kind === 'ignored' && rule === table['*']) othersIgnored = rule.why;
    else if (rule) checkValue(item, rule, here, report);
    else report.problem(here, 'is not emulated. Remove it, or emulate it and list it in local/template/support-*.ts.');
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
