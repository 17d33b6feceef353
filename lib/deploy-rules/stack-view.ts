// The synthesized template as the deploy rules look at it: the resources of one construct, and what they refer to.

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, any>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Condition?: string;
}
export interface StackTemplate {
  Resources?: Record<string, TemplateResource>;
  Outputs?: Record<string, unknown>;
}

export interface OwnResource {
  logicalId: string;
  type: string;
  properties: Record<string, any>;
  /** Of the construct that made it, from the service on: `Storage/Table/Resource`. */
  path: string;
  resource: TemplateResource;
}

/** What the app asked for, which the checks take as given. */
export interface Asked {
  throttle: boolean;
  deletionProtection: boolean;
  webSocketAccessLogs: boolean;
}

export interface StackView {
  stackName: string;
  asked: Asked;
  /** How many outputs the stack has. */
  outputs: number;
  /** The resources of the construct; others of the stack are not its business. */
  own: OwnResource[];
  ofType(...types: string[]): OwnResource[];
  /** Any resource of the template. */
  find(logicalId: string | undefined): TemplateResource | undefined;
}

export interface StackViewOptions {
  template: StackTemplate;
  /** Logical id and path of every resource that belongs to the construct. */
  paths: ReadonlyMap<string, string>;
  stackName: string;
  asked: Asked;
}

export function stackView({ template, paths, stackName, asked }: StackViewOptions): StackView {
  const resources = template.Resources ?? {};
  const own = Object.entries(resources).flatMap(([logicalId, resource]): OwnResource[] => {
    const path = paths.get(logicalId);
    if (path === undefined) return [];
    return [{ logicalId, type: resource.Type, properties: resource.Properties ?? {}, path, resource }];
  });
  return {
    stackName,
    asked,
    outputs: Object.keys(template.Outputs ?? {}).length,
    own,
    ofType: (...types) => own.filter(({ type }) => types.includes(type)),
    find: (logicalId) => (logicalId === undefined ? undefined : resources[logicalId]),
  };
}

/** The resource that a Ref or Fn::GetAtt is about; undefined for anything else. */
export function referred(value: any): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof value.Ref === 'string') return value.Ref.startsWith('AWS::') ? undefined : value.Ref;
  const attribute = value['Fn::GetAtt'];
  return Array.isArray(attribute) ? attribute[0] : attribute?.split('.')[0];
}

/** Every resource referred to anywhere in a value. */
export function references(value: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (part: any): void => {
    if (typeof part !== 'object' || part === null) return;
    const one = referred(part);
    if (one !== undefined) found.add(one);
    const text = [part['Fn::Sub']].flat()[0];
    if (typeof text === 'string') {
      for (const [, name = ''] of text.matchAll(/\$\{(?!!|AWS::)([^}.]+)/g)) found.add(name);
    }
    for (const item of Object.values(part)) walk(item);
  };
  walk(value);
  return found;
}

export const dependsOn = ({ DependsOn: ids = [] }: TemplateResource): string[] => [ids].flat();

/** CloudFormation creates these before the resource. */
export function dependencies(resource: TemplateResource): Set<string> {
  return new Set([...dependsOn(resource), ...references(resource.Properties)]);
}

/** As text, with `{Name}` for what is only known on AWS. For looking at the rest, and for its length. */
export function written(value: any): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const join = value['Fn::Join'];
  if (Array.isArray(join)) return [join[1]].flat().map(written).join(join[0]);
  const sub = [value['Fn::Sub']].flat()[0];
  if (typeof sub === 'string') return sub;
  const attribute = value['Fn::GetAtt'];
  if (attribute) return `{${[attribute].flat().join('.')}}`;
  if (typeof value.Ref === 'string') return `{${value.Ref}}`;
  return JSON.stringify(value);
}

/** Our estimate of what a Ref or Fn::GetAtt resolves to on AWS: as long as the ARN of a function. */
const RESOLVED_CHARACTERS = 120;

/** How long the JSON of a value will be on AWS, about. */
export function resolvedLength(value: any): number {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null).length;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + resolvedLength(item) + 1, 2);
  const join = value['Fn::Join'];
  if (Array.isArray(join)) return [join[1]].flat().reduce((sum, item) => sum + resolvedLength(item) - 2, 2);
  if (value.Ref || value['Fn::GetAtt']) return RESOLVED_CHARACTERS;
  return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + 4 + resolvedLength(item), 2);
}
