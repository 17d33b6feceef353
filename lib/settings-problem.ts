// Says what is wrong with the settings of a stage, and what to write instead.
import type * as z from 'zod';

/** The first problem, in one or two sentences. */
export function settingsProblem(error: z.ZodError, given: unknown, names: readonly string[]): string {
  const issue = error.issues[0]!;
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0]!;
    if (path !== '') return `"${path}" has no "${unknown}". Remove it.`;
    return `there is no setting "${unknown}". The settings are ${names.join(', ')}.`;
  }
  if (path === '') return 'must be an object of settings, such as {}.';
  const value = JSON.stringify(issue.path.reduce((value: any, key) => value?.[key as string], given));
  return `"${path}" is ${value}: ${issue.message}.`;
}
