// What a person must know of calls that IAM refused: who needs which permission on what.
import type { CallRecord } from './granted-statements.ts';

/** Each once, however often it was tried. */
export function deniedLines(calls: readonly CallRecord[]): string[] {
  const lines = calls.map(({ function: who, operation, permissions }) => {
    const needed = permissions.map(({ action, resource }) => `${action} on ${resource}`);
    return `AccessDenied: ${who} called ${operation}, which needs ${needed.join(' and ')}`;
  });
  return [...new Set(lines)];
}
