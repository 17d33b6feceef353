// Producers' own request ids, remembered so that a repeat is known for one.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Requests, SeenRequest } from '../domain/deps.ts';
import type { Table } from './clients.ts';
import { requestKey } from './keys.ts';

export function requests(table: Table): Requests {
  return {
    async remember(requestId, seen, ttlSeconds) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...requestKey(requestId), ...seen, ttl: ttlSeconds },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return seen;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        return unmarshall(error.Item) as SeenRequest;
      }
    },
  };
}
