// Which notifications of one type were sent to a user in the last minute: a set in one row, kept only while
// there is a crowd.

import type { RateSlots } from '../../domain/delivery/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { RATE_LIMITED } from '../../domain/model/stored-notification.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { NOTIFICATION_PREFIX, rateSlotsKey, userKey } from '../keys.ts';
import { queryPages } from '../query-pages.ts';
import { GetCommand, UpdateCommand, type UpdateCommandInput } from '../table-commands.ts';

/** The row outlives its minute, for clocks that differ (our choice). */
const KEPT_SECONDS = 5 * 60;

export function rateSlots(table: Table, clock: Clock): RateSlots {
  return {
    async hasRoom(userId, notificationType, sinceId, limit) {
      const taken = await takenSlots(table, rateSlotsKey(userId, notificationType));
      const recent = taken.filter((one) => one > sinceId);
      if (recent.length > 0) return recent.length < limit;
      // The crowd begins: those before it took no slot, and have the first places.
      return (await idsOfType(table, userId, notificationType, sinceId)).length < limit;
    },
    async take(userId, notificationType, id, sinceId, limit) {
      const Key = rateSlotsKey(userId, notificationType);
      const taken = await takenSlots(table, Key);
      const recent = taken.filter((one) => one > sinceId);
      if (recent.includes(id)) return true;
      if (recent.length >= limit) return false;
      const past = taken.filter((one) => one <= sinceId);
      if (past.length > 0) await update(table, { Key, ...setChange('DELETE', past) });
      const ttl = Math.ceil(clock.now() / 1000) + KEPT_SECONDS;
      if (recent.length === 0) {
        // The crowd begins: those before it took no slot, and have the first places.
        const places = (await idsOfType(table, userId, notificationType, sinceId)).slice(0, limit);
        if (places.length > 0) await update(table, { Key, ...setChange('ADD', places, ttl) });
        if (places.includes(id)) return true;
      }
      // A set takes an id once, and its size is looked at in the same moment: no two get the last place.
      const { ExpressionAttributeValues: values, ...change } = setChange('ADD', [id], ttl);
      return update(table, {
        Key,
        ...change,
        ConditionExpression: 'attribute_not_exists(ids) OR contains(ids, :id) OR size(ids) < :limit',
        ExpressionAttributeValues: { ...values, ':id': id, ':limit': limit },
      });
    },
  };
}

async function takenSlots(table: Table, Key: Record<string, string>): Promise<string[]> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return [...((Item?.ids as Set<string> | undefined) ?? [])];
}

function setChange(verb: 'ADD' | 'DELETE', ids: string[], ttl?: number) {
  return {
    UpdateExpression: `${verb} ids :ids${ttl === undefined ? '' : ' SET #ttl = :ttl'}`,
    ExpressionAttributeValues: { ':ids': new Set(ids), ...(ttl !== undefined && { ':ttl': ttl }) },
    ...(ttl !== undefined && { ExpressionAttributeNames: { '#ttl': 'ttl' } }),
  };
}

async function idsOfType(
  table: Table,
  userId: string,
  notificationType: string | undefined,
  sinceId: string,
): Promise<string[]> {
  // Those refused earlier had no place.
  const hadPlace = '(attribute_not_exists(last_error) OR last_error <> :refused)';
  const isAny = notificationType === undefined;
  const ids: string[] = [];
  const pages = queryPages(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    FilterExpression: isAny ? hadPlace : `notification_type = :type AND ${hadPlace}`,
    ExpressionAttributeValues: {
      ':pk': userKey(userId),
      ':from': NOTIFICATION_PREFIX + sinceId,
      ':to': `${NOTIFICATION_PREFIX}g`,
      ...(!isAny && { ':type': notificationType }),
      ':refused': RATE_LIMITED,
    },
    ProjectionExpression: 'sk',
    // Of several deliveries at once each finds those of the others.
    ConsistentRead: true,
  });
  for await (const rows of pages) {
    ids.push(...rows.map(({ sk }) => (sk as string).slice(NOTIFICATION_PREFIX.length)));
  }
  return ids;
}

/** False when the condition does not hold. */
const update = (table: Table, input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> =>
  isApplied(table.client.send(new UpdateCommand({ TableName: table.name, ...input })));
