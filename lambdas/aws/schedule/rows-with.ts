// All rows of a partition whose sort keys begin alike, by consistent reads.

import type { Table } from '../clients.ts';
import { QueryCommand } from '../table-commands.ts';

export async function rowsWith(table: Table, pk: string, prefix: string): Promise<Record<string, any>[]> {
  const rows: Record<string, any>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
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
