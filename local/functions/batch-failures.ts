// Reads which messages of a batch a function reports as failed, by Lambda's own rules.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
import { isObject } from '../is-object.ts';

/** No answer, or none failed, is success; anything malformed, or an id not of this batch, fails the whole batch. */
export function failedMessageIds(answer: unknown, batch: { messageId: string }[]): Set<string> | 'all' {
  if (answer === null || answer === undefined) return new Set();
  if (!isObject(answer)) return 'all';
  const { batchItemFailures } = answer;
  if (batchItemFailures === null || batchItemFailures === undefined) return new Set();
  if (!Array.isArray(batchItemFailures)) return 'all';
  const known = new Set(batch.map(({ messageId }) => messageId));
  const failed = new Set<string>();
  for (const item of batchItemFailures) {
    const id: unknown = item?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}
