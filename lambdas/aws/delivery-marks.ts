// Marks on stored notifications, each set once by a condition; and how many of a kind arrived lately.
// A call whose answer is lost is repeated by the SDK: each condition lets its own earlier write pass.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DeliveryMarks } from '../domain/delivery-deps.ts';
import type { Table } from './clients.ts';
import { broadcastKey, NOTIFICATION_PREFIX, notificationKey, userKey } from './keys.ts';

export function deliveryMarks(table: Table): DeliveryMarks {
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

    markPushed: (userId, id, at) =>
      mark({
        Key: notificationKey(userId, id),
        UpdateExpression: 'SET pushed_at = :at, sent_at = if_not_exists(sent_at, :at), updated_at = :at',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(pushed_at) OR pushed_at = :at)',
        ExpressionAttributeValues: { ':at': at },
      }),

    acknowledge: (userId, id, at) =>
      mark({
        Key: notificationKey(userId, id),
        UpdateExpression: 'SET acknowledged_at = if_not_exists(acknowledged_at, :at), updated_at = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': at },
      }),

    async markBroadcastPushed(id, at) {
      await mark({
        Key: broadcastKey(id),
        UpdateExpression: 'SET pushed_at = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': at },
      });
    },

    async countOfType(userId, notificationType, fromId, upToId) {
      let count = 0;
      let from: Record<string, unknown> | undefined;
      do {
        const page = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
            FilterExpression: 'notification_type = :type',
            ExpressionAttributeValues: {
              ':pk': userKey(userId),
              ':from': NOTIFICATION_PREFIX + fromId,
              ':to': NOTIFICATION_PREFIX + upToId,
              ':type': notificationType,
            },
            Select: 'COUNT',
            // Of several deliveries at once each counts those of the others.
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        count += page.Count ?? 0;
        from = page.LastEvaluatedKey;
      } while (from);
      return count;
    },
  };
}

/** False when the condition does not hold. */
async function updateIf(table: Table, input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> {
  try {
    await table.client.send(new UpdateCommand({ TableName: table.name, ...input } as UpdateCommandInput));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
