// Claims: one row that says who holds it, and one with the users who may.

import type { ClaimState, Claims } from '../../domain/inbox/ports.ts';
import type { Table } from '../clients.ts';
import { conditional, isApplied, storedRow } from '../conditional.ts';
import { CLAIM_PREFIX, claimAudienceKey, claimKey } from '../keys.ts';
import { BatchGetCommand, GetCommand, PutCommand, UpdateCommand } from '../table-commands.ts';

type Row = Record<string, any>;

/** AWS's limit of one BatchGetItem. */
const BATCH_KEYS = 100;
/** Our choice: more users of one claim than are erased at the same moment. */
const LEAVE_TRIES = 10;

export function claims(table: Table): Claims {
  const port: Claims = {
    async keepAudience(id, { user_ids, ttl_seconds }) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...claimAudienceKey(id), user_ids, ttl: ttl_seconds } }),
      );
    },

    async audience(id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: claimAudienceKey(id), ConsistentRead: true }),
      );
      return Item && { user_ids: Item.user_ids, ttl_seconds: Item.ttl };
    },

    async take(id, holder, ttlSeconds) {
      const outcome = await conditional(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: claimKey(id),
            UpdateExpression: 'SET holder = :holder, #ttl = :ttl ADD version :one',
            // Whose time is over has it no longer, whether or not anybody wrote so. A call that comes late, or twice,
            // makes nobody's time shorter.
            ConditionExpression:
              'attribute_not_exists(holder) OR holder.expires_at <= :now OR ' +
              '(holder.user_id = :user AND holder.claimed_at < :now)',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ':holder': holder,
              ':ttl': ttlSeconds,
              ':one': 1,
              ':now': holder.claimed_at,
              ':user': holder.user_id,
            },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return stateOf(outcome.isApplied ? outcome.answer.Attributes! : storedRow(outcome));
    },

    async release(id, userId) {
      const outcome = await conditional(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: claimKey(id),
            UpdateExpression: 'REMOVE holder ADD version :one',
            ConditionExpression: 'holder.user_id = :user',
            ExpressionAttributeValues: { ':one': 1, ':user': userId },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return outcome.isApplied ? stateOf(outcome.answer.Attributes!) : undefined;
    },

    async leave(id, userId) {
      await port.release(id, userId);
      for (let tries = 1; tries <= LEAVE_TRIES; tries++) {
        const before = await port.audience(id);
        const index = before?.user_ids.indexOf(userId) ?? -1;
        if (index === -1 || (await removeAt(index, id, userId))) return;
      }
      throw new Error('The users of a claim changed all the time.');
    },

    async states(ids) {
      const found = new Map<string, ClaimState>();
      for (let at = 0; at < ids.length; at += BATCH_KEYS) {
        const Keys = ids.slice(at, at + BATCH_KEYS).map(claimKey);
        let left: Row | undefined = { [table.name]: { Keys, ConsistentRead: true } };
        for (let round = 0; left && Object.keys(left).length > 0; round++) {
          if (round > BATCH_KEYS) throw new Error('Claims were not all read: the table is throttled.');
          const page: any = await table.client.send(new BatchGetCommand({ RequestItems: left }));
          for (const row of page.Responses?.[table.name] ?? [])
            found.set(row.pk.slice(CLAIM_PREFIX.length), stateOf(row));
          left = page.UnprocessedKeys;
        }
      }
      return found;
    },
  };

  /** False: the user is not, or no longer, at this place of the list. */
  const removeAt = async (index: number, id: string, userId: string): Promise<boolean> => {
    return isApplied(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: claimAudienceKey(id),
          UpdateExpression: `REMOVE user_ids[${index}]`,
          ConditionExpression: `user_ids[${index}] = :user`,
          ExpressionAttributeValues: { ':user': userId },
        }),
      ),
    );
  };
  return port;
}

const stateOf = ({ version, holder }: Row): ClaimState => ({ version, ...(holder && { holder }) });
