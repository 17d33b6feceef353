// All rows of a partition whose sort keys begin alike, by consistent reads.
import type { Table } from '../clients.ts';
import { queryPages, type Row } from '../query-pages.ts';

export async function rowsWith(table: Table, pk: string, prefix: string): Promise<Row[]> {
  const rows: Row[] = [];
  const pages = queryPages(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
  });
  for await (const page of pages) rows.push(...page);
  return rows;
}
