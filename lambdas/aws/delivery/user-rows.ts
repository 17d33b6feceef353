// Every row that is about one user, wherever it is stored: the user's own partition first, then the whole table.
import { isInboxOf } from '../../../protocol/inbox-id.ts';
import { walTopic } from '../../../protocol/topic.ts';
import type { UserRow, UserRows, UserRowsPage } from '../../domain/delivery/user-data.ts';
import { heldKey } from '../../domain/schedule/held-key.ts';
import { batchWrite } from '../batch-write.ts';
import type { Table } from '../clients.ts';
import { audienceKey, CLAIM_PREFIX, LOGOUT, rateKey, topicKey, userKey } from '../keys.ts';
import { unpacked } from '../schedule/packed-request.ts';
import { REQUEST_PREFIX } from '../schedule/request-rows.ts';
import { QueryCommand, ScanCommand } from '../table-commands.ts';

type Row = Record<string, any>;

/** Our choices: what one call gives at most, and how much of the table it reads: 10 MB take about a second. */
const ROWS_MAX = 500;
const PAGES_MAX = 10;

export function userRows(table: Table): UserRows {
  const own = async (userId: string, from: Row | undefined): Promise<UserRowsPage> => {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': userKey(userId) },
        ConsistentRead: true,
        Limit: ROWS_MAX,
        ExclusiveStartKey: from,
      }),
    );
    return {
      rows: Items.map(described),
      next: LastEvaluatedKey ? { in: 'own', from: LastEvaluatedKey } : { in: 'table' },
    };
  };

  const elsewhere = async (userId: string, from: Row | undefined): Promise<UserRowsPage> => {
    const rows: UserRow[] = [];
    let next = from;
    for (let pages = 0; pages < PAGES_MAX && rows.length < ROWS_MAX; pages++) {
      const { Items = [], LastEvaluatedKey } = await table.client.send(
        new ScanCommand({ TableName: table.name, ConsistentRead: true, ExclusiveStartKey: next }),
      );
      rows.push(...Items.filter((row) => isOf(row, userId)).map(described));
      rows.push(...Items.flatMap((row) => claimRow(row, userId)));
      next = LastEvaluatedKey;
      if (!next) return { rows };
    }
    return { rows, next: { in: 'table', from: next } };
  };

  return {
    page: (userId, { in: place, from }) => (place === 'own' ? own(userId, from) : elsewhere(userId, from)),

    async remove(rows) {
      await batchWrite(
        table,
        rows.map(({ key }) => ({ DeleteRequest: { Key: key } })),
      );
    },
  };
}

/** Of partitions that an inbox names, or the topic of its user. */
const OF_INBOX = [userKey(''), rateKey('', '', 0).pk, audienceKey(walTopic('')).pk, topicKey(walTopic(''))];

/** By its key, or by the user or the audience that it names: in the user's own inbox, or in any organisation. */
function isOf({ pk, sk, user_id, audience }: Row, userId: string): boolean {
  const audiences = [`user:${userId}`, heldKey({ source: '', id: '' }, userId).audience];
  return (
    isInboxOf(user_id, userId) ||
    audiences.some((one) => isInboxOf(audience, one)) ||
    OF_INBOX.some((prefix) => pk.startsWith(prefix) && isInboxOf(pk.slice(prefix.length), userId)) ||
    (pk.startsWith(REQUEST_PREFIX) && audiences.some((one) => isInboxOf(audienceIn(sk), one)))
  );
}

/** A claim that the user holds, or may. Of the others who may, an export shows nothing. */
function claimRow({ pk, sk, holder, user_ids: userIds = [] }: Row, userId: string): UserRow[] {
  const isHolder = isInboxOf(holder?.user_id, userId);
  // All who may are of one organisation.
  const inbox: string | undefined = isHolder ? holder.user_id : userIds.find((one: string) => isInboxOf(one, userId));
  if (!pk.startsWith(CLAIM_PREFIX) || inbox === undefined) return [];
  const shown = { row: `${pk} ${sk}`, ...(isHolder ? { holder } : { user_ids: [inbox] }) };
  return [{ key: { pk, sk }, shown, claim: { id: pk.slice(CLAIM_PREFIX.length), inbox } }];
}

/** `REQUEST#{audience}`, and the parts of large ones: `PART#{audience}#…`. */
const audienceIn = (sk: string): string | undefined => sk.split('#')[1];

/** For people to read: without what only the table needs, the secret of a ticket, and bytes. */
function described({ pk, sk, ttl, content, ...values }: Row): UserRow {
  const kind = pk.slice(0, pk.indexOf('#'));
  return {
    key: { pk, sk },
    ...(sk === LOGOUT && { isLogout: true }),
    shown: {
      row: kind === 'TICKET' ? kind : `${pk} ${sk}`,
      ...(typeof ttl === 'number' && { kept_until: new Date(ttl * 1000).toISOString() }),
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)])),
      ...(content !== undefined && sk.startsWith(REQUEST_PREFIX) && { request: unpacked([content]) }),
    },
  };
}

const plain = (value: unknown): unknown => {
  if (value instanceof Set) return [...value];
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
};
