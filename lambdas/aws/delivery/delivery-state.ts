// Marks on stored notifications, each set once by a condition.
// A call whose answer is lost is repeated by the SDK: each condition lets its own earlier write pass.

import { randomUUID } from 'node:crypto';
import type { DeliveryState } from '../../domain/delivery/ports.ts';
import { isOnPhones, type StoredNotification } from '../../domain/model/stored-notification.ts';
import type { Table } from '../clients.ts';
import { conditional, isApplied } from '../conditional.ts';
import { broadcastKey, notificationKey } from '../keys.ts';
import { UpdateCommand, type UpdateCommandInput } from '../table-commands.ts';

/** Not by the time: two copies of a task that waited for the same moment push in the same millisecond. */
const IS_FREE_TO_PUSH = 'attribute_exists(pk) AND (attribute_not_exists(pushed_at) OR pushed_by = :by)';

export function deliveryState(table: Table): DeliveryState {
  const mark = (input: Omit<UpdateCommandInput, 'TableName'>) => updateIf(table, input);
  return {
    countRetry: (userId, id, retryCount, at) =>
      mark({
        Key: notificationKey(userId, id),
        UpdateExpression: 'SET retry_count = :count, last_retry_at = :at, updated_at = :at',
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(retry_count) OR retry_count < :count OR last_retry_at = :at)',
        ExpressionAttributeValues: { ':count': retryCount, ':at': at },
      }),

    markPushed: (userId, id, at, { wasHeld = false } = {}) =>
      mark({
        Key: notificationKey(userId, id),
        UpdateExpression:
          'SET pushed_at = :at, pushed_by = :by, sent_at = if_not_exists(sent_at, :at), updated_at = :at' +
          (wasHeld ? ' REMOVE last_error' : ''),
        ConditionExpression: IS_FREE_TO_PUSH,
        ExpressionAttributeValues: { ':at': at, ':by': randomUUID() },
      }),

    async acknowledge(userId, id, at) {
      const input = {
        TableName: table.name,
        Key: notificationKey(userId, id),
        UpdateExpression: 'SET acknowledged_at = if_not_exists(acknowledged_at, :at), updated_at = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': at },
        ReturnValues: 'ALL_OLD' as const,
      };
      const write = await conditional(table.client.send(new UpdateCommand(input)));
      if (!write.isApplied) return 'unknown';
      const before: Partial<StoredNotification> = write.answer.Attributes ?? {};
      return before.acknowledged_at === undefined && isOnPhones(before) ? 'on_phones' : 'acknowledged';
    },

    async markShown(userId, id, at) {
      await mark({
        Key: notificationKey(userId, id),
        UpdateExpression: 'SET shown_at = :at',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(shown_at)',
        ExpressionAttributeValues: { ':at': at },
      });
    },

    claimBroadcastPush: (id, by, at) =>
      mark({
        Key: broadcastKey(id),
        UpdateExpression: 'SET pushed_at = :at, pushed_by = :by',
        ConditionExpression: IS_FREE_TO_PUSH,
        ExpressionAttributeValues: { ':at': at, ':by': by },
      }),

    async releaseBroadcastPush(id, by) {
      await mark({
        Key: broadcastKey(id),
        UpdateExpression: 'REMOVE pushed_at, pushed_by',
        ConditionExpression: 'pushed_by = :by',
        ExpressionAttributeValues: { ':by': by },
      });
    },
  };
}

/** False when the condition does not hold. */
const updateIf = (table: Table, input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> =>
  isApplied(table.client.send(new UpdateCommand({ TableName: table.name, ...input } as UpdateCommandInput)));
