// Follows references between a template's resources, remembers who depends on whom, and stops at circles.
import { findCycle } from './find-cycle.ts';
import { identities } from './identities.ts';
import type { Identified, Identity } from './identity.ts';
import { NO_VALUE, resolve, type Scope } from './intrinsics.ts';
import { generatedId, generatedName, generatedUuid } from './physical-names.ts';
import type { Template, TemplateResource } from './template.ts';

export interface ReferenceOptions {
  template: Template;
  /** The resources whose condition holds. */
  present: ReadonlyMap<string, TemplateResource>;
  /** Parameters and pseudo parameters. */
  values: ReadonlyMap<string, unknown>;
  mapped: Scope['mapped'];
  condition: Scope['condition'];
  named: Pick<Identified, 'stackName' | 'region' | 'accountId' | 'awsBaseUrl'>;
}

export interface References {
  /** The scope for values at `where`; `owner` is the resource they belong to, if any. */
  scope(where: string, owner?: string): Scope;
  identity(logicalId: string): Identity;
  /** Throws naming the circle, if the resources resolved so far form one. */
  checkCircles(): void;
}

export function references({ template, present, values, mapped, condition, named }: ReferenceOptions): References {
  const dependencies = new Map<string, Set<string>>();
  for (const [logicalId, resource] of present) {
    const others = [resource.DependsOn ?? []].flat();
    const missing = others.find((other) => !Object.hasOwn(template.Resources, other));
    if (missing) throw new Error(`${logicalId} (${resource.Type}): DependsOn names ${missing}, which is no resource`);
    dependencies.set(logicalId, new Set(others));
  }
  const known = new Map<string, Identity>();
  const searching: string[] = [];

  const scope = (where: string, owner?: string): Scope => ({
    where,
    mapped,
    condition,
    ref: (name, where) => (values.has(name) ? values.get(name) : referred(name, where, owner).ref),
    attribute: (logicalId, attribute, where) => {
      const { attributes } = referred(logicalId, where, owner);
      const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
      if (value !== undefined) return value;
      const others = Object.keys(attributes).join(', ') || 'none';
      throw new Error(
        `${where}: Fn::GetAtt ${logicalId}.${attribute}: the local runtime knows no attribute ${attribute} of ` +
          `${present.get(logicalId)?.Type} (known: ${others}); add it to local/template/identities.ts`,
      );
    },
  });

  const referred = (logicalId: string, where: string, owner?: string): Identity => {
    if (!present.has(logicalId)) {
      const leftOut = Object.hasOwn(template.Resources, logicalId);
      const why = leftOut ? 'is left out by its condition' : 'is no resource or parameter of the template';
      throw new Error(`${where}: refers to ${logicalId}, which ${why}`);
    }
    if (owner !== undefined) dependencies.get(owner)?.add(logicalId);
    return identity(logicalId);
  };

  const identity = (logicalId: string): Identity => {
    const before = known.get(logicalId);
    if (before) return before;
    if (searching.includes(logicalId)) throw circular([...searching.slice(searching.indexOf(logicalId)), logicalId]);
    searching.push(logicalId);
    const found = identify(logicalId, present.get(logicalId)!);
    searching.pop();
    known.set(logicalId, found);
    return found;
  };

  const identify = (logicalId: string, { Type, Properties }: TemplateResource): Identity => {
    const where = `${logicalId} (${Type})`;
    const make = Object.hasOwn(identities, Type) ? identities[Type] : undefined;
    if (!make) throw new Error(`${where}: the local runtime knows no ${Type}; add it to local/template/identities.ts`);
    const property = (name: string) => {
      const value = resolve(Properties?.[name], scope(`${where}, ${name}`, logicalId));
      return value === undefined || value === NO_VALUE ? undefined : String(value);
    };
    const { ref, attributes = {} } = make({
      ...named,
      logicalId,
      property,
      name: (name, maxLength) => property(name) ?? generatedName(named.stackName, logicalId, maxLength),
      id: (length, letterCase) => generatedId(named.stackName, logicalId, length, letterCase),
      uuid: () => generatedUuid(named.stackName, logicalId),
      arn: (service, resource) => `arn:aws:${service}:${named.region}:${named.accountId}:${resource}`,
    });
    return { ref, attributes };
  };

  const checkCircles = () => {
    const cycle = findCycle(dependencies);
    if (cycle) throw circular(cycle);
  };
  return { scope, identity, checkCircles };
}

const circular = (cycle: string[]) => new Error(`circular reference between resources: ${cycle.join(' → ')}`);
