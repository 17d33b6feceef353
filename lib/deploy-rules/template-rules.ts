// Rules about the template as a whole.
import type { DeployRule } from './deploy-rule.ts';
import { dependencies } from './stack-view.ts';

/** Nine tenths of AWS's limits, so that an app around the construct has room too (our choice): 500 resources, 1 MB. */
const RESOURCES_MAX = 450;
const BYTES_MAX = 900_000;
/** AWS limit: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const OUTPUTS_MAX = 200;

export const templateRules: DeployRule[] = [
  {
    id: 'no-circular-dependencies',
    holds: 'No resource depends on itself by way of others.',
    otherwise: 'CloudFormation refuses the template.',
    check(stack) {
      const state = new Map<string, 'under way' | 'done'>();
      const path: string[] = [];
      const circle = (id: string): string[] | undefined => {
        if (state.get(id) === 'done') return undefined;
        if (state.get(id) === 'under way') return [...path.slice(path.indexOf(id)), id];
        const resource = stack.find(id);
        if (!resource) return undefined;
        state.set(id, 'under way');
        path.push(id);
        for (const next of dependencies(resource)) {
          const found = circle(next);
          if (found) return found;
        }
        path.pop();
        state.set(id, 'done');
        return undefined;
      };
      for (const { logicalId } of stack.own) {
        const found = circle(logicalId);
        if (found) return [{ logicalId, problem: `is in the circle ${found.join(' → ')}` }];
      }
      return [];
    },
  },
  {
    id: 'template-fits',
    holds: 'The construct has at most 450 resources and 900 KB, and its stack 200 outputs.',
    otherwise: 'CloudFormation refuses the template.',
    check(stack) {
      const bytes = stack.own.reduce((sum, { resource }) => sum + JSON.stringify(resource, null, 1).length, 0);
      const logicalId = stack.stackName;
      return [
        ...(stack.own.length > RESOURCES_MAX ? [{ logicalId, problem: `has ${stack.own.length} resources` }] : []),
        ...(bytes > BYTES_MAX ? [{ logicalId, problem: `has about ${bytes} bytes` }] : []),
        ...(stack.outputs > OUTPUTS_MAX ? [{ logicalId, problem: `has ${stack.outputs} outputs` }] : []),
      ];
    },
  },
];
