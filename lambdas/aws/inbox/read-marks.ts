// What a reader changes about one notification: the user's own row, or the user's state of a broadcast.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { ReadMarks } from '../../domain/inbox/ports.ts';
import type { Table } from '../clients.ts';
import { broadcastStateKey, notificationKey } from '../keys.ts';
import { UpdateCommand } from '../table-commands.ts';
import { updateOf } from './inbox.ts';

export function readMarks(table: Table): ReadMarks {
  const change = async (Key: { pk: string; sk: string }, changes: Record<string, unknown>, conditions: string[]) => {
    const { ConditionExpression: _isThere, ...update } = updateOf(changes);
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key,
          ...update,
          ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
        }),
      );
      return 'changed';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'unchanged';
      throw error;
    }
  };
  const notArchived = (unlessArchived: boolean) => (unlessArchived ? ['attribute_not_exists(archived_at)'] : []);
  return {
    changeOwn: (userId, id, changes, { unlessArchived = false } = {}) =>
      change(notificationKey(userId, id), { ...changes }, ['attribute_exists(pk)', ...notArchived(unlessArchived)]),
    changeBroadcast: (userId, id, changes, ttlSeconds, { unlessArchived = false } = {}) =>
      change(broadcastStateKey(userId, id), { ...changes, ttl: ttlSeconds }, notArchived(unlessArchived)),
  };
}
