// Walks through a user's notifications and everyone's, newest first.

import { type History, type IdRange, OPEN_END, type Slice } from '../../domain/inbox/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import type { StoredNotification } from '../../domain/model/stored-notification.ts';
import { AGAIN_SIGN } from '../../domain/model/watermark.ts';
import type { Table } from '../clients.ts';
import {
  BROADCAST,
  broadcastKey,
  isShown,
  NOTIFICATION_PREFIX,
  notificationKey,
  UNREAD_INDEX,
  userKey,
} from '../keys.ts';
import { BatchGetCommand, GetCommand, QueryCommand, type QueryCommandInput } from '../table-commands.ts';
import { fromRow } from './stored-rows.ts';

type Row = Record<string, any>;

const idOf = (row: Row): string => row.sk.slice(NOTIFICATION_PREFIX.length);

export function history(table: Table, clock: Clock): History {
  /** Always consistent: who changes something and looks again must see the change. */
  const query = async (pk: string, low: string, high: string, more: Partial<QueryCommandInput>) => {
    const sortKey = more.IndexName ? 'unread_key' : 'sk';
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: `pk = :pk AND ${sortKey} BETWEEN :low AND :high`,
        ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': high },
        ConsistentRead: true,
        ScanIndexForward: false,
        ...more,
      }),
    );
    return { rows: (page.Items ?? []) as Row[], next: page.LastEvaluatedKey };
  };

  const slice = async (pk: string, range: IdRange, limit: number, IndexName?: string): Promise<Slice<Row>> => {
    if (range.after >= justBelow(range.before)) return { items: [] };
    const prefix = IndexName ? '' : NOTIFICATION_PREFIX;
    const { rows, next } = await query(pk, `${prefix}${justAbove(range.after)}`, prefix + justBelow(range.before), {
      Limit: limit,
      ...(IndexName !== undefined && { IndexName }),
    });
    const last = next && rows.at(-1);
    return {
      items: rows.filter((row) => row.sk.startsWith(NOTIFICATION_PREFIX) && isShown(row, clock.now())),
      ...(last && { lookedDownTo: IndexName ? last.unread_key : idOf(last) }),
    };
  };

  const rows = async (pk: string, range: IdRange, limit: number): Promise<Slice<StoredNotification>> => {
    const { items, ...rest } = await slice(pk, range, limit);
    return { items: items.map(fromRow), ...rest };
  };

  const newest = async (pk: string): Promise<string | undefined> => {
    const [row] = (await query(pk, NOTIFICATION_PREFIX, `${NOTIFICATION_PREFIX}${OPEN_END}`, { Limit: 1 })).rows;
    return row && idOf(row);
  };

  return {
    own: (userId, range, limit) => rows(userKey(userId), range, limit),
    everyones: (range, limit) => rows(BROADCAST, range, limit),
    newestOwn: (userId) => newest(userKey(userId)),
    newestOfEveryones: () => newest(BROADCAST),

    async neverRead(userId, range, limit) {
      const { items, ...rest } = await slice(userKey(userId), range, limit, UNREAD_INDEX);
      return { items: items.map(idOf), ...rest };
    },

    async newestUnreadAgain(userId) {
      const page = await query(userKey(userId), AGAIN_SIGN, `${AGAIN_SIGN}${AGAIN_SIGN}`, {
        IndexName: UNREAD_INDEX,
        Limit: 1,
      });
      return page.rows[0]?.unread_key;
    },

    async many(userId, ownIds, broadcastIds) {
      const keys = [...ownIds.map((id) => notificationKey(userId, id)), ...broadcastIds.map(broadcastKey)];
      const found = await batchGet(table, keys);
      return found.filter((row) => isShown(row, clock.now())).map((row) => fromRow(row));
    },

    async broadcast(id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: broadcastKey(id), ConsistentRead: true }),
      );
      return Item && isShown(Item, clock.now()) ? { item: fromRow(Item), ttlSeconds: Item.ttl } : undefined;
    },
  };
}

/** The first text after an id, and the last one before it: no id is between. */
const justAbove = (id: string): string => `${id}\0`;
const justBelow = (id: string): string =>
  id.slice(0, -1) + String.fromCharCode(id.charCodeAt(id.length - 1) - 1) + OPEN_END;

/** AWS's limit of one BatchGetItem. */
const BATCH_KEYS = 100;

async function batchGet(table: Table, keys: { pk: string; sk: string }[]): Promise<Row[]> {
  const found: Row[] = [];
  for (let at = 0; at < keys.length; at += BATCH_KEYS) {
    let left: Row | undefined = { [table.name]: { Keys: keys.slice(at, at + BATCH_KEYS), ConsistentRead: true } };
    // It answers at most 16 MB and may leave keys over (AWS limit); each round brings some, or the SDK throws that it
    // is throttled.
    for (let round = 0; left && Object.keys(left).length > 0; round++) {
      if (round > BATCH_KEYS) throw new Error('Notifications were not all read: the table is throttled.');
      const page: any = await table.client.send(new BatchGetCommand({ RequestItems: left }));
      found.push(...(page.Responses?.[table.name] ?? []));
      left = page.UnprocessedKeys;
    }
  }
  return found;
}
