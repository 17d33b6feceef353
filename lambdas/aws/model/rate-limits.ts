// Counts a user's calls in a window of time: one write a call; a refused one costs nothing more in the same container.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RateLimits } from '../../domain/model/ports.ts';
import type { Table } from '../clients.ts';
import { rateKey } from '../keys.ts';

/** Our choice: a container remembers this many that are used up, then forgets them and asks the table again. */
const REMEMBERED_MAX = 1_000;

export function rateLimits(table: Table): RateLimits {
  const usedUp = new Set<string>();
  return {
    async take(userId, bucket, window, limit, ttlSeconds) {
      const name = `${userId}#${bucket}#${window}`;
      if (usedUp.has(name)) return false;
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: rateKey(userId, bucket, window),
            UpdateExpression: 'SET #ttl = :ttl ADD calls :one',
            ConditionExpression: 'attribute_not_exists(calls) OR calls < :limit',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':ttl': ttlSeconds, ':one': 1, ':limit': limit },
          }),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if (usedUp.size >= REMEMBERED_MAX) usedUp.clear();
        usedUp.add(name);
        return false;
      }
    },
  };
}
