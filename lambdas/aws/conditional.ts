// A write with a condition: whether the condition held is an outcome, and every other failure is thrown.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export type ConditionalOutcome<Answer> =
  | { isApplied: true; answer: Answer }
  /** `attempts`: the SDK's tries, each of which may have written. */
  | { isApplied: false; failure: ConditionalCheckFailedException; attempts: number };

export async function conditional<Answer>(write: Promise<Answer>): Promise<ConditionalOutcome<Answer>> {
  try {
    return { isApplied: true, answer: await write };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { isApplied: false, failure: error, attempts: error.$metadata?.attempts ?? 1 };
  }
}

/** The row that did not meet the condition: the write must ask for it, with ReturnValuesOnConditionCheckFailure. */
export function storedRow({ failure }: { failure: ConditionalCheckFailedException }): Record<string, any> {
  if (!failure.Item) throw failure;
  return unmarshall(failure.Item);
}

export const isApplied = async (write: Promise<unknown>): Promise<boolean> => (await conditional(write)).isApplied;
