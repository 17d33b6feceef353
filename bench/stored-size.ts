// How much of the table is kept for days, as DynamoDB bills it: rows and their copies in the index.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { TABLE_TYPES } from '../local/dynamodb-tables.ts';
import { connectEngine } from '../local/engine-connection.ts';
import type { Stack } from '../local/stack.ts';

type Row = Record<string, AttributeValue>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const ROW_OVERHEAD_BYTES = 100;
/** What goes sooner, such as a connection's rows, is left out. */
const KEPT_SECONDS = 24 * 60 * 60;

export async function storedGb(endpoint: string, stack: Stack): Promise<number> {
  const [table] = TABLE_TYPES.flatMap((type) => stack.ofType(type));
  const connection = connectEngine(endpoint);
  let bytes = 0;
  let from: Row | undefined;
  try {
    do {
      const input = { TableName: table!.ref, ...(from && { ExclusiveStartKey: from }) };
      const { status, body } = await connection.send('Scan', JSON.stringify(input));
      if (status !== 200) throw new Error(`The DynamoDB engine refused a scan: ${body}`);
      const page = JSON.parse(String(body)) as { Items?: Row[]; LastEvaluatedKey?: Row };
      for (const row of page.Items ?? []) if (isKept(row)) bytes += billedBytes(row);
      from = page.LastEvaluatedKey;
    } while (from);
  } finally {
    connection.close();
  }
  return bytes / 1e9;
}

const isKept = ({ ttl }: Row): boolean => ttl?.N === undefined || Number(ttl.N) > Date.now() / 1_000 + KEPT_SECONDS;

function billedBytes(row: Row): number {
  const { pk, sk, unread_key, ttl, expires_at } = row;
  const indexed = { pk, sk, unread_key, ttl, expires_at };
  return sizeOf(row) + ROW_OVERHEAD_BYTES + (unread_key ? sizeOf(indexed) + ROW_OVERHEAD_BYTES : 0);
}

function sizeOf(row: Record<string, AttributeValue | undefined>): number {
  return Object.entries(row).reduce((sum, [name, value]) => sum + (value ? name.length + valueBytes(value) : 0), 0);
}

function valueBytes({ S, N, B, M, L, SS }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (B !== undefined) return (B.length * 3) / 4;
  if (SS) return SS.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (M) return sizeOf(M) + 3 + Object.keys(M).length;
  if (L) return L.reduce((sum, one) => sum + valueBytes(one) + 1, 3);
  return 1;
}
