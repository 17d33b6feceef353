// A write with a condition: whether the condition held is an outcome, and every other failure is thrown.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export type ConditionalOutcome<Answer> =
  | { isApplied: true; answer: Answer }
  /** `stored`: the row, where the write asks for it. `attempts`: the SDK's tries, each of which may have written. */
  | { isApplied: false; stored: Record<string, any> | undefined; attempts: number };

export async function conditional<Answer>(write: Promise<Answer>): Promise<ConditionalOutcome<Answer>> {
  try {
    return { isApplied: true, answer: await write };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const stored = error.Item && unmarshall(error.Item);
    return { isApplied: false, stored, attempts: error.$metadata?.attempts ?? 1 };
  }
}

export const isApplied = async (write: Promise<unknown>): Promise<boolean> => (await conditional(write)).isApplied;
