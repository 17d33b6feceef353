// A user's notifications in the table.
import type { Inbox, UnreadKey } from '../../domain/inbox/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { AGAIN_SIGN } from '../../domain/model/watermark.ts';
import type { Table } from '../clients.ts';
import { isShown, NOTIFICATION_PREFIX, notificationKey, UNREAD_INDEX, userKey } from '../keys.ts';
import { GetCommand, QueryCommand, UpdateCommand } from '../table-commands.ts';
import { getRow, putOnce, refiledRow, rowsAfter, toRow } from './stored-rows.ts';

/** Sorts after every id and before the keys of what was marked unread again. */
const LAST_ID = 'g';
/** Sorts after every key of what was marked unread again. */
const LAST_KEY = `${AGAIN_SIGN}g`;
const ALL = Number.POSITIVE_INFINITY;

export function inbox(table: Table, clock: Clock): Inbox {
  const keysAbove = async (
    userId: string,
    floor: string,
    limit: number,
    consistent: boolean,
    last = LAST_KEY,
  ): Promise<UnreadKey[]> => {
    const keys: UnreadKey[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: UNREAD_INDEX,
          KeyConditionExpression: 'pk = :pk AND unread_key BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': userKey(userId), ':first': `${floor}\0`, ':last': last },
          ConsistentRead: consistent,
          ScanIndexForward: false,
          ...(limit !== ALL && { Limit: limit - keys.length }),
          ExclusiveStartKey: from,
        }),
      );
      for (const row of page.Items ?? []) {
        // A user's states of broadcasts stand in the index too.
        if (!row.sk.startsWith(NOTIFICATION_PREFIX) || !isShown(row, clock.now())) continue;
        const { sk, unread_key, expires_at } = row;
        keys.push({ id: sk.slice(NOTIFICATION_PREFIX.length), unread_key, ...(expires_at && { expires_at }) });
      }
      from = page.LastEvaluatedKey;
    } while (from && keys.length < limit);
    return keys;
  };
  return {
    put: (userId, item, ttlSeconds) => putOnce(table, toRow(userKey(userId), item, ttlSeconds)),
    refile: (userId, id, filedAtMs, ttlSeconds) =>
      putOnce(table, refiledRow(userKey(userId), id, filedAtMs, ttlSeconds)),
    get: (userId, id) => getRow(table, notificationKey(userId, id), clock),
    async refiledAtMs(userId, id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: notificationKey(userId, id), ConsistentRead: true }),
      );
      return Item?.filed_at_ms;
    },
    newerThan: (userId, afterId, limit) => rowsAfter(table, userKey(userId), afterId, limit, clock),

    async update(userId, id, changes) {
      await table.client.send(
        new UpdateCommand({ TableName: table.name, Key: notificationKey(userId, id), ...updateOf(changes) }),
      );
    },

    unreadKeys: (userId, floor, limit, { consistent = false } = {}) =>
      keysAbove(userId, floor || '0', limit, consistent),
    unreadAgain: (userId, floor) => keysAbove(userId, AGAIN_SIGN + floor, ALL, true),

    neverReadKeys: (userId, afterId, limit) => keysAbove(userId, afterId || '0', limit, true, LAST_ID),
  };
}

/** An update expression that sets what has a value and removes what is undefined. It never brings a row into being. */
export function updateOf(changes: Record<string, unknown>) {
  const names = Object.keys(changes);
  const set = names.filter((name) => changes[name] !== undefined);
  const remove = names.filter((name) => changes[name] === undefined);
  return {
    UpdateExpression: [
      set.length > 0 && `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
      remove.length > 0 && `REMOVE ${remove.map((name) => `#${name}`).join(', ')}`,
    ]
      .filter(Boolean)
      .join(' '),
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ...(set.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(set.map((name) => [`:${name}`, changes[name]])),
    }),
  };
}
