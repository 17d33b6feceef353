// Notifications as rows: the same for a user's own and for broadcasts, only the partition differs.

import type { Refiled } from '../../domain/model/filing.ts';
import type { Clock } from '../../domain/model/ports.ts';
import type { StoredNotification } from '../../domain/model/stored-notification.ts';
import type { Table } from '../clients.ts';
import { conditional, storedRow } from '../conditional.ts';
import { isNotification, NOTIFICATION_PREFIX } from '../keys.ts';
import { GetCommand, PutCommand, QueryCommand } from '../table-commands.ts';

export function toRow(
  pk: string,
  { id, ...attributes }: StoredNotification,
  ttlSeconds: number,
): Record<string, unknown> {
  return { pk, sk: NOTIFICATION_PREFIX + id, ...attributes, ttl: ttlSeconds };
}

export function fromRow(row: Record<string, any>): StoredNotification {
  const { pk: _pk, sk, ttl: _ttl, ...attributes } = row;
  return { ...(attributes as Omit<StoredNotification, 'id'>), id: sk.slice(NOTIFICATION_PREFIX.length) };
}

/**
 * 'created', or what was there already. The condition is the whole of idempotency: an id names one request and one
 * user.
 */
export async function putOnce(
  table: Table,
  row: Record<string, unknown>,
): Promise<'created' | StoredNotification | Refiled> {
  const outcome = await conditional(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: row,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  );
  if (outcome.isApplied) return 'created';
  const found = storedRow(outcome);
  // Our own write, applied though its answer was lost: the SDK's next try met it.
  const isOurs = found.sent_at === row.sent_at && found.filed_at_ms === row.filed_at_ms;
  if (isOurs && outcome.attempts > 1) return 'created';
  return found.filed_at_ms === undefined ? fromRow(found) : { filed_at_ms: found.filed_at_ms };
}

/** No notification: it only keeps the id from being used. */
export const refiledRow = (pk: string, id: string, filedAtMs: number, ttlSeconds: number) => ({
  pk,
  sk: NOTIFICATION_PREFIX + id,
  filed_at_ms: filedAtMs,
  ttl: ttlSeconds,
});

export async function getRow(
  table: Table,
  key: { pk: string; sk: string },
  clock: Clock,
): Promise<StoredNotification | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
  return Item && isNotification(Item, clock.now()) ? fromRow(Item) : undefined;
}

export async function rowsAfter(table: Table, pk: string, afterId: string, limit: number, clock: Clock) {
  const page = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :end',
      ExpressionAttributeValues: {
        ':pk': pk,
        ':after': `${NOTIFICATION_PREFIX}${afterId}\0`,
        ':end': `${NOTIFICATION_PREFIX}~`,
      },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  const rows = page.Items ?? [];
  const last = page.LastEvaluatedKey && rows.at(-1);
  return {
    items: rows.filter((row) => isNotification(row, clock.now()) && row.recalled_at === undefined).map(fromRow),
    ...(last && { nextAfterId: fromRow(last).id }),
  };
}
