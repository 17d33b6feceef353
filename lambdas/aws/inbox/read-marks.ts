// What a reader changes about one notification: the user's own row, or the user's state of a broadcast.

import type { ChangeOptions, ReadMarks } from '../../domain/inbox/ports.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { broadcastStateKey, notificationKey } from '../keys.ts';
import { UpdateCommand } from '../table-commands.ts';
import { updateOf } from './inbox.ts';

export function readMarks(table: Table): ReadMarks {
  const change = async (
    Key: { pk: string; sk: string },
    { ttlSeconds: ttl, ...changes }: Record<string, unknown>,
    { unlessArchived, ifSnoozedUntil }: ChangeOptions,
    isThere: string[] = [],
  ) => {
    const { ConditionExpression: _isThere, ...update } = updateOf({ ...changes, ...(ttl !== undefined && { ttl }) });
    const conditions = [
      ...isThere,
      ...(unlessArchived ? ['attribute_not_exists(archived_at)'] : []),
      ...(ifSnoozedUntil === null ? ['attribute_not_exists(snoozed_until)'] : []),
      ...(ifSnoozedUntil ? ['snoozed_until = :ifSnoozedUntil'] : []),
    ];
    const isChanged = await isApplied(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key,
          ...update,
          ...(ifSnoozedUntil && {
            ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':ifSnoozedUntil': ifSnoozedUntil },
          }),
          ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
        }),
      ),
    );
    return isChanged ? 'changed' : 'unchanged';
  };
  return {
    changeOwn: (userId, id, changes, { ttlSeconds, ...options } = {}) =>
      change(notificationKey(userId, id), { ...changes, ttlSeconds }, options, ['attribute_exists(pk)']),
    changeBroadcast: (userId, id, changes, ttlSeconds, options = {}) =>
      change(broadcastStateKey(userId, id), { ...changes, ttlSeconds }, options),
  };
}
