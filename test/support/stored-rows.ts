// What is stored, read from the table itself.
import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { StackUnderTest } from './stack-under-test.ts';

type Row = Record<string, any>;

async function rowsUnder(stack: StackUnderTest, pk: string, prefix: string): Promise<Row[]> {
  const rows: Row[] = [];
  let from: Row | undefined;
  do {
    const page = await stack.dynamodb.send(
      new QueryCommand({
        TableName: stack.outputs.table_name!,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}

/** A user's notifications, oldest first. */
export const notificationsOf = async (stack: StackUnderTest, userId: string) =>
  withoutGivenUp(await rowsUnder(stack, `USER#${userId}`, 'N#'));
/** The connections deliveries would be sent to. */
export const connectionsOf = (stack: StackUnderTest, userId: string) => rowsUnder(stack, `USER#${userId}`, '#CONN#');
export const broadcasts = async (stack: StackUnderTest) => withoutGivenUp(await rowsUnder(stack, 'BROADCAST', 'N#'));

/** Ids that a late request gave up have rows of their own, which are no notifications. */
const withoutGivenUp = (rows: Row[]): Row[] => rows.filter((row) => row.filed_at_ms === undefined);

/** Every row of the table: only for a stack that no other test uses. */
export async function allRows(stack: StackUnderTest): Promise<Row[]> {
  const rows: Row[] = [];
  let from: Row | undefined;
  do {
    const page = await stack.dynamodb.send(
      new ScanCommand({ TableName: stack.outputs.table_name!, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}
