// Converts a synthesized template to the stack the runtime runs: names given, intrinsics resolved, conditions decided.
import type { Resource, Stack } from '../stack.ts';
import { conditions } from './conditions.ts';
import { NO_VALUE, resolve } from './intrinsics.ts';
import { parameterValues, pseudoParameters } from './parameters.ts';
import { generatedUuid } from './physical-names.ts';
import { type References, references } from './references.ts';
import type { Template } from './template.ts';

export interface LoadStackOptions {
  template: Template;
  stackName: string;
  accountId: string;
  region: string;
  /** Replaces AWS addresses by local ones, in every text of properties, attributes and outputs. See `localUrls`. */
  rewrite?: (value: string) => string;
  /** Where queue URLs point. */
  awsBaseUrl?: string;
  /** Values for the template's parameters, where the defaults won't do. */
  parameters?: Record<string, string>;
}

export function loadStack(options: LoadStackOptions): Stack {
  const { template, stackName, accountId, region, rewrite = (value) => value } = options;
  const stackId = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${generatedUuid(stackName, '')}`;
  const values = new Map([
    ...pseudoParameters({ stackName, accountId, region, stackId }),
    ...parameterValues(template.Parameters ?? {}, options.parameters ?? {}),
  ]);
  const mapped = mappings(template);
  const condition = conditions(template.Conditions ?? {}, { mapped, ...onlyParameters(values) });
  const present = new Map(
    Object.entries(template.Resources).filter(
      ([logicalId, resource]) => resource.Condition === undefined || condition(resource.Condition, logicalId),
    ),
  );
  const awsBaseUrl = options.awsBaseUrl ?? 'http://127.0.0.1:4566';
  const named = { stackName, region, accountId, awsBaseUrl };
  const refer = references({ template, present, values, mapped, condition, named });

  const resources = [...present].map(([logicalId, { Type, Properties, Metadata }]): Resource => {
    const where = `${logicalId} (${Type})`;
    const { ref, attributes } = refer.identity(logicalId);
    const properties = resolve(Properties ?? {}, refer.scope(where, logicalId));
    return {
      logicalId,
      type: Type,
      ref,
      ...rewritten({ properties, attributes }, rewrite, where),
      ...(Metadata && { metadata: Metadata }),
    };
  });
  refer.checkCircles();

  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    const where = `output ${name}`;
    if (output.Condition !== undefined && !condition(output.Condition, where)) continue;
    const value = resolve(output.Value, refer.scope(where));
    if (value !== NO_VALUE) outputs[name] = rewritten(String(value), rewrite, where);
  }
  return { stackName, region, accountId, resources, outputs, ...lookups(resources, refer) };
}

function mappings({ Mappings = {} }: Template) {
  return (map: string, first: string, second: string, where: string): unknown => {
    const found = Mappings[map]?.[first]?.[second];
    if (found === undefined)
      throw new Error(`${where}: there is no ${map}.${first}.${second} in the template's Mappings`);
    return found;
  };
}

/** CloudFormation decides conditions before it makes any resource. */
function onlyParameters(values: ReadonlyMap<string, unknown>) {
  return {
    ref(name: string, where: string): unknown {
      if (values.has(name)) return values.get(name);
      throw new Error(`${where}: refers to ${name}, which is no parameter; conditions can't see resources`);
    },
    attribute(logicalId: string, _: string, where: string): string {
      throw new Error(`${where}: refers to the resource ${logicalId}; conditions can only see parameters`);
    },
  };
}

function lookups(resources: Resource[], refer: References): Pick<Stack, 'ofType' | 'find'> {
  const byType = new Map<string, Resource[]>();
  const byValue = new Map<string, Resource>();
  for (const resource of resources) {
    const { type, ref, attributes, logicalId } = resource;
    byType.set(type, [...(byType.get(type) ?? []), resource]);
    // Both as AWS writes an address and as it was rewritten.
    const values = [ref, ...Object.values(attributes), ...Object.values(refer.identity(logicalId).attributes)];
    for (const value of values) {
      const key = `${type} ${value}`;
      if (!byValue.has(key)) byValue.set(key, resource);
    }
  }
  return {
    ofType: (type) => byType.get(type) ?? [],
    find: (type, value) => byValue.get(`${type} ${value}`),
  };
}

/** A copy with every text rewritten. Dynamic references are plain text until here, so they are found here. */
function rewritten<T>(value: T, rewrite: (text: string) => string, where: string): T {
  if (typeof value === 'string') {
    const dynamic = /\{\{resolve:[^}]*\}\}/.exec(value);
    if (dynamic) {
      throw new Error(`${where}: the dynamic reference ${dynamic[0]} is not emulated; pass the value as a parameter`);
    }
    return rewrite(value) as T;
  }
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rewrite, where)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewritten(item, rewrite, where)])) as T;
}
