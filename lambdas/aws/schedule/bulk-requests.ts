// What a request with many recipients keeps: its content, once, and how many of its messages are sent.

import type { BulkRequests } from '../../domain/schedule/ports.ts';
import type { Table } from '../clients.ts';
import { GetCommand, PutCommand } from '../table-commands.ts';
import { packed, unpacked } from './packed-request.ts';
import { contentKey, sentKey } from './request-rows.ts';

export function bulkRequests(table: Table): BulkRequests {
  const get = async (Key: Record<string, string>) =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;
  const put = async (Item: Record<string, unknown>) => {
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };
  return {
    // Without its recipients a request fits one item.
    keepContent: (key, request, ttlSeconds) =>
      put({ ...contentKey(key), content: packed(request)[0], ttl: ttlSeconds }),
    async content(key) {
      const row = await get(contentKey(key));
      return row && unpacked([row.content]);
    },
    sent: async (key) => (await get(sentKey(key)))?.sent ?? 0,
    saveSent: (key, sent, ttlSeconds) => put({ ...sentKey(key), sent, ttl: ttlSeconds }),
  };
}
