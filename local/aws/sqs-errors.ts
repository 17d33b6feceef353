// SQS's error names: the JSON protocol's shapes and the older codes SDKs still read from `x-amzn-query-error`.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
import { AwsError } from './aws-error.ts';

const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  AccessDeniedException: 'AccessDenied',
};
const PREFIXED = new Set(
  (
    'BatchEntryIdsNotDistinct BatchRequestTooLong EmptyBatchRequest InvalidBatchEntryId ' +
    'PurgeQueueInProgress TooManyEntriesInBatchRequest UnsupportedOperation'
  ).split(' '),
);

export function queryErrorCode(code: string): string {
  return QUERY_CODES[code] ?? (PREFIXED.has(code) ? `AWS.SimpleQueueService.${code}` : code);
}

/** `reference` is not for the wire on AWS, but names what was looked for. */
export function queueDoesNotExist(reference: string): AwsError {
  return new AwsError('QueueDoesNotExist', `The specified queue does not exist. (${reference || 'no QueueUrl'})`);
}
