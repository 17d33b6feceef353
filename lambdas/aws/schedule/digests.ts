// Windows of digests in the user's partition: a row for the window, one for each write of members, one for what the
// window held when it was closed.

import type { Clock } from '../../domain/model/ports.ts';
import { type DigestContent, type DigestEntry, type DigestWindow, digestHash } from '../../domain/schedule/digest.ts';
import type { Digests } from '../../domain/schedule/ports.ts';
import { requestTtlSeconds } from '../../domain/schedule/request-ttl.ts';
import type { Table } from '../clients.ts';
import { conditional, isApplied } from '../conditional.ts';
import { DIGEST_PREFIX, digestContentKey, digestEntryPrefix, digestWindowPrefix, isAlive, userKey } from '../keys.ts';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '../table-commands.ts';

type Row = Record<string, any>;

const NUMBER_DIGITS = 9;
/** Later than every number, and than every name of an entry. */
const END = '~';
/** Our choice: rows of one user's digests that are looked through for one member: 10 pages of 1 MB (AWS limit). */
const PAGES_MAX = 10;

const digits = (number: number): string => String(number).padStart(NUMBER_DIGITS, '0');
const windowKey = (userId: string, { name, number }: Pick<DigestWindow, 'name' | 'number'>) => ({
  pk: userKey(userId),
  sk: digestWindowPrefix(digestHash(name)) + digits(number),
});
const contentKey = (userId: string, { name, number }: Pick<DigestWindow, 'name' | 'number'>) =>
  digestContentKey(userId, digestHash(name), digits(number));
const entryPrefix = ({ name, number }: Pick<DigestWindow, 'name' | 'number'>): string =>
  digestEntryPrefix(digestHash(name), digits(number));
const ttlOf = ({ closes_at_ms: closesAtMs }: DigestWindow): number => requestTtlSeconds(closesAtMs);

export function digests(table: Table, clock: Clock): Digests {
  const query = (userId: string, from: string, to: string, more: Row = {}) =>
    table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ConsistentRead: true,
        ...more,
        ExpressionAttributeValues: { ':pk': userKey(userId), ':from': from, ':to': to, ...more.values },
      }),
    );
  const get = async (Key: Row): Promise<Row | undefined> =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  return {
    async newest(userId, name, limit, below) {
      const prefix = digestWindowPrefix(digestHash(name));
      const last = below === undefined ? END : digits(below - 1);
      const { Items = [] } = await query(userId, prefix, prefix + last, { Limit: limit, ScanIndexForward: false });
      return Items.map(windowOf);
    },

    async window(userId, key) {
      const found = await get(windowKey(userId, key));
      return found && windowOf(found);
    },

    async open(userId, window) {
      const { name, number: _inKey, ...attributes } = window;
      return isApplied(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...windowKey(userId, window), name, ...attributes, ttl: ttlOf(window) },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
    },

    async close(userId, key, atMs) {
      const outcome = await conditional(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: windowKey(userId, key),
            UpdateExpression: 'SET closing_at_ms = if_not_exists(closing_at_ms, :now)',
            // One that was erased with its user stays away.
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':now': atMs },
            ReturnValues: 'UPDATED_NEW',
          }),
        ),
      );
      return outcome.isApplied ? outcome.answer.Attributes!.closing_at_ms : atMs;
    },

    async add(userId, window, { name, ids, newest }) {
      const sk = entryPrefix(window) + name;
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { pk: userKey(userId), sk, ids, newest, ttl: ttlOf(window) },
        }),
      );
    },

    async entries(userId, key, after) {
      const prefix = entryPrefix(key);
      const from = after === undefined ? prefix : `${prefix}${after}\0`;
      const { Items = [], LastEvaluatedKey } = await query(userId, from, prefix + END);
      const next: string | undefined = LastEvaluatedKey?.sk.slice(prefix.length);
      const entries = Items.filter((row) => isAlive(row, clock.now())).map(
        ({ sk, ids, newest }): DigestEntry => ({ name: sk.slice(prefix.length), ids, newest }),
      );
      return { entries, ...(next !== undefined && { next }) };
    },

    async content(userId, key) {
      const found = await get(contentKey(userId, key));
      return found && isAlive(found, clock.now()) ? contentOf(found) : undefined;
    },

    async decide(userId, window, content) {
      const isFirst = await isApplied(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...contentKey(userId, window), ...content, ttl: ttlOf(window) },
            // A number is used anew once the rows of its window have expired.
            ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':now': Math.floor(clock.now() / 1000) },
          }),
        ),
      );
      if (isFirst) return content;
      const decided = await get(contentKey(userId, window));
      if (decided === undefined) throw new Error('What a digest held was erased while it was decided.');
      return contentOf(decided);
    },

    async holding(userId, memberId) {
      let newest: DigestWindow | undefined;
      let from: Row | undefined;
      for (let pages = 0; pages < PAGES_MAX; pages++) {
        const page = await query(userId, DIGEST_PREFIX, DIGEST_PREFIX + END, {
          FilterExpression: 'contains(ids, :id) OR leader = :id',
          values: { ':id': memberId },
          ExclusiveStartKey: from,
        });
        for (const row of page.Items ?? []) {
          const window = row.leader === memberId ? row : await get(windowRowOf(row));
          if (window && !((newest?.opened_at_ms ?? 0) > window.opened_at_ms)) newest = windowOf(window);
        }
        from = page.LastEvaluatedKey;
        if (!from) break;
      }
      return newest;
    },
  };
}

function windowOf({ pk: _pk, sk, ttl: _ttl, ...attributes }: Row): DigestWindow {
  return { ...(attributes as Omit<DigestWindow, 'number'>), number: Number(sk.slice(-NUMBER_DIGITS)) };
}

const contentOf = ({ pk: _pk, sk: _sk, ttl: _ttl, ...content }: Row): DigestContent => content as DigestContent;

/** `DIGEST#{hash}#ENTRY#{number}#{name}` */
function windowRowOf({ pk, sk }: Row) {
  const [, hash, , number] = sk.split('#');
  return { pk, sk: digestWindowPrefix(hash) + number };
}
