// The error for what AWS does and the local runtime doesn't: it names the thing, so nothing is silently ignored.
import { AwsError } from './aws-error.ts';

/** `what` completes "The local runtime does not emulate …". Status 501, which the SDKs don't retry. */
export function notEmulated(what: string, remedy = 'It works on AWS only.'): AwsError {
  return new AwsError('NotEmulatedByLocalRuntime', `The local runtime does not emulate ${what}. ${remedy}`, 501);
}
