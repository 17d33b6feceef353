// The batch operations' common rules: the whole call fails for a malformed batch, an entry alone for its own fault.
import { messageBytes } from '../sqs/message.ts';
import { AwsError } from './aws-error.ts';
import { queryErrorCode } from './sqs-errors.ts';

/** AWS's limit. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_ENTRIES = 10;

export function runBatch(
  operation: string,
  entries: Record<string, any>[] = [],
  maxBytes: number | undefined,
  runOne: (entry: Record<string, any>) => Record<string, unknown>,
) {
  const ids = entries.map(({ Id }) => String(Id ?? ''));
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${operation}RequestEntry in the request.`);
  }
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  if (maxBytes !== undefined) {
    const bytes = entries.reduce(
      (sum, entry) => sum + messageBytes(String(entry.MessageBody ?? ''), entry.MessageAttributes ?? {}),
      0,
    );
    if (bytes > maxBytes) {
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${maxBytes} bytes. You have sent ${bytes} bytes.`,
      );
    }
  }

  const successful: Record<string, unknown>[] = [];
  const failed: Record<string, unknown>[] = [];
  for (const [index, entry] of entries.entries()) {
    const Id = ids[index];
    try {
      successful.push({ Id, ...runOne(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id, SenderFault: error.status < 500, Code: queryErrorCode(error.code), Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}
