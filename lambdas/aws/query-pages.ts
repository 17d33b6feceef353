// All pages of a query, one after the other: DynamoDB ends a page at 1 MB (AWS limit).
import type { Table } from './clients.ts';
import { QueryCommand, type QueryCommandInput } from './table-commands.ts';

export type Row = Record<string, any>;

export async function* queryPages(table: Table, input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Row[]> {
  let from: Row | undefined;
  do {
    const page: { Items: Row[]; LastEvaluatedKey?: Row } = await table.client.send(
      new QueryCommand({ TableName: table.name, ...input, ...(from && { ExclusiveStartKey: from }) }),
    );
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
