// The part of JSONPath EventBridge documents for InputPath and InputPathsMap: dots, array indices, the wildcard.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
import { ExactNumber } from './exact-json.ts';

/**
 * Gives the value at the path, or undefined when the event has none. A path with a wildcard gives an array of what it
 * found.
 */
export type PathReader = (event: unknown) => unknown;

type Step = { name: string } | { index: number } | { every: true };
const STEP = /\.(?:(?<name>[\w/-]+)|(?<star>\*))|\[(?:(?<index>\d+)|(?<every>\*))\]/y;

/**
 * AWS does not check paths when a rule is made; here one that it would not resolve is an error instead of a silent
 * blank.
 */
export function compilePath(path: string): PathReader {
  const steps = parse(path);
  const isIndefinite = steps.some((step) => 'every' in step);
  return (event) => {
    let found: unknown[] = [event];
    for (const step of steps) found = found.flatMap((value) => follow(value, step));
    return isIndefinite ? found : found[0];
  };
}

function parse(path: string): Step[] {
  if (!path.startsWith('$')) throw new Error(`the path "${path}" must start with $`);
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  let end = 1;
  for (let match = STEP.exec(path); match; match = STEP.exec(path)) {
    const { name, index } = match.groups ?? {};
    if (name !== undefined) steps.push({ name });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ every: true });
    end = STEP.lastIndex;
  }
  if (end !== path.length) {
    throw new Error(
      `the path "${path}" is not understood from "${path.slice(end)}" on: EventBridge documents dots, letters, digits, ` +
        'dashes, underscores, slashes, array indices and the wildcard *',
    );
  }
  return steps;
}

function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return [];
  if ('every' in step) return Object.values(value);
  if ('index' in step) return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  if (Array.isArray(value) || !Object.hasOwn(value, step.name)) return [];
  return [Reflect.get(value, step.name)];
}
