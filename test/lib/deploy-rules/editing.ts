// Breaks a template: finds, adds, moves and removes its resources.
import type { TemplateResource } from '../../../lib/deploy-rules/stack-view.ts';
import type { Edit } from './breakages.ts';
import type { Variant } from './variants.ts';

export function editing({ template, paths }: Variant): Edit {
  const resources = () => Object.entries(template.Resources ?? {});
  const find = (type: string, text = '') => {
    const found = resources().find(
      ([, one]) => one.Type === type && JSON.stringify(one.Properties ?? {}).includes(text),
    );
    if (!found) throw new Error(`There is no ${type} with ${text} to break.`);
    return found as [string, ReturnType<Edit['one']>];
  };
  let added = 0;
  return {
    template,
    one: (type, text) => {
      const [, resource] = find(type, text);
      resource.Properties ??= {};
      return resource;
    },
    all: (type) => resources().flatMap(([, one]) => (one.Type === type ? [one as ReturnType<Edit['one']>] : [])),
    add(resource: TemplateResource, path = `Added${added}`) {
      const logicalId = `Added${added++}`;
      template.Resources![logicalId] = resource;
      paths.set(logicalId, path);
      return logicalId;
    },
    remove: (type, text) => void delete template.Resources![find(type, text)[0]],
    move: (path, type, text) => void paths.set(find(type, text)[0], path),
    idOf: (type, text) => find(type, text)[0],
  };
}
