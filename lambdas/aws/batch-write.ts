// Writes any number of rows, in batches that DynamoDB takes.

import type { Table } from './clients.ts';
import { BatchWriteCommand } from './table-commands.ts';

export type Write =
  | { PutRequest: { Item: Record<string, unknown> } }
  | { DeleteRequest: { Key: Record<string, unknown> } };

/** AWS limit of one BatchWriteItem. */
const BATCH_ITEMS = 25;

/**
 * BatchWriteItem may leave items unprocessed when it is throttled; they are offered again, then it is the caller's
 * failure.
 */
export async function batchWrite(table: Table, writes: readonly Write[]): Promise<void> {
  for (let at = 0; at < writes.length; at += BATCH_ITEMS) {
    await writeBatch(table, writes.slice(at, at + BATCH_ITEMS));
  }
}

async function writeBatch(table: Table, writes: readonly Write[]): Promise<void> {
  let left: any = { [table.name]: writes };
  for (let attempt = 0; attempt < 4; attempt++) {
    const result = await table.client.send(new BatchWriteCommand({ RequestItems: left }));
    left = result.UnprocessedItems ?? {};
    if (Object.keys(left).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt * Math.random()));
  }
  throw new Error('Rows were not all written: the table is throttled.');
}
