// Names and ids for resources the template leaves unnamed: the same on every start, so that what was noted down still
// fits.
import { createHash } from 'node:crypto';

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** As CloudFormation does: `Stack-LogicalId-ABC123DEF456`, with the front cut where a type's names must be shorter. */
export function generatedName(stackName: string, logicalId: string, maxLength: number): string {
  const suffix = letters(`${stackName}/${logicalId}`, 12, LOWER).toUpperCase();
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

export function generatedId(
  stackName: string,
  logicalId: string,
  length: number,
  letterCase: 'lower' | 'mixed' = 'lower',
) {
  return letters(`${stackName}/${logicalId}`, length, letterCase === 'lower' ? LOWER : MIXED);
}

export function generatedUuid(stackName: string, logicalId: string): string {
  const hex = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** `length` is at most 32, the bytes of one hash. */
function letters(seed: string, length: number, alphabet: string): string {
  const bytes = createHash('sha256').update(seed).digest().subarray(0, length);
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}
