// A user's notifications in the table.
import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Inbox, UnreadKey } from '../../domain/inbox/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { AGAIN_SIGN } from '../../domain/model/watermark.ts';
import type { Table } from '../clients.ts';
import { isShown, NOTIFICATION_PREFIX, notificationKey, UNREAD_INDEX, userKey } from '../keys.ts';
import { getRow, putOnce, refiledRow, rowsAfter, toRow } from './stored-rows.ts';

/** Sorts after every id and before the keys of what was marked unread again. */
const LAST_ID = 'g';
/** Sorts after every unread key. */
const LAST_KEY = `${AGAIN_SIGN}${AGAIN_SIGN}`;
const ALL = Number.POSITIVE_INFINITY;

interface KeyRange {
  /** Both inclusive. */
  first: string;
  last: string;
  limit?: number;
  isConsistent: boolean;
  isDescending?: boolean;
}

export function inbox(table: Table, clock: Clock): Inbox {
  const keysIn = async (userId: string, { first, last, limit = ALL, ...how }: KeyRange): Promise<UnreadKey[]> => {
    const keys: UnreadKey[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: UNREAD_INDEX,
          KeyConditionExpression: 'pk = :pk AND unread_key BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': userKey(userId), ':first': first, ':last': last },
          ConsistentRead: how.isConsistent,
          ScanIndexForward: !how.isDescending,
          ...(limit !== ALL && { Limit: limit - keys.length }),
          ExclusiveStartKey: from,
        }),
      );
      for (const row of page.Items ?? []) {
        // A user's states of broadcasts stand in the index too.
        if (!row.sk.startsWith(NOTIFICATION_PREFIX) || !isShown(row, clock.now())) continue;
        const { unread_key, expires_at } = row;
        const id = row.sk.slice(NOTIFICATION_PREFIX.length);
        keys.push({ id, unread_key, ...(expires_at !== undefined && { expires_at }) });
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

    newestUnread: (userId, floor, limit) =>
      keysIn(userId, { first: `${floor}\0`, last: LAST_KEY, limit, isConsistent: false, isDescending: true }),
    unreadAgain: (userId, floor) =>
      keysIn(userId, { first: `${AGAIN_SIGN}${floor}\0`, last: LAST_KEY, isConsistent: true }),
    neverRead: (userId, afterId, limit) =>
      keysIn(userId, { first: `${afterId}\0`, last: LAST_ID, limit, isConsistent: true }),
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
