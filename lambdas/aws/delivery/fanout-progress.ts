// How far each part of a fan-out has come: one row a part, all of a fan-out in one partition.

import type { FanoutPart, FanoutProgress } from '../../domain/delivery/ports.ts';
import type { Table } from '../clients.ts';
import { conditional, isApplied } from '../conditional.ts';
import { FANOUT_PART_PREFIX, fanoutKey, fanoutPartKey, fanoutStopKey } from '../keys.ts';
import { queryPages } from '../query-pages.ts';
import { GetCommand, PutCommand, UpdateCommand } from '../table-commands.ts';

export function fanoutProgress(table: Table): FanoutProgress {
  return {
    async begin(fanoutId, part, run, ttlSeconds) {
      const outcome = await conditional(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: fanoutPartKey(fanoutId, part),
            UpdateExpression: 'SET held_by = :message, #run = :run, #ttl = :ttl',
            ConditionExpression: 'attribute_not_exists(pk) OR held_by = :message',
            ExpressionAttributeNames: { '#run': 'run', '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':message': run.message, ':run': run.run, ':ttl': ttlSeconds },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return outcome.isApplied ? toPart(outcome.answer.Attributes ?? {}) : 'taken';
    },

    async save(fanoutId, part, run, progress) {
      const values = Object.entries(progress).filter(([, value]) => value !== undefined);
      return isApplied(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: fanoutPartKey(fanoutId, part),
            UpdateExpression: `SET ${values.map(([name]) => `#${name} = :${name}`).join(', ')}`,
            ConditionExpression: '#run = :run',
            ExpressionAttributeNames: {
              '#run': 'run',
              ...Object.fromEntries(values.map(([name]) => [`#${name}`, name])),
            },
            ExpressionAttributeValues: {
              ':run': run.run,
              ...Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
            },
          }),
        ),
      );
    },

    async stop(fanoutId, ttlSeconds) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...fanoutStopKey(fanoutId), ttl: ttlSeconds } }),
      );
    },

    async isStopped(fanoutId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: fanoutStopKey(fanoutId), ConsistentRead: true }),
      );
      return Item !== undefined;
    },

    async parts(fanoutId) {
      const found: (FanoutPart & { part: string })[] = [];
      const pages = queryPages(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': fanoutKey(fanoutId) },
        ConsistentRead: true,
      });
      for await (const rows of pages) {
        for (const row of rows) {
          if (row.sk.startsWith(FANOUT_PART_PREFIX))
            found.push({ ...toPart(row), part: row.sk.slice(FANOUT_PART_PREFIX.length) });
        }
      }
      return found;
    },
  };
}

function toPart({ after, rest, expected, is_done, ...row }: Record<string, any>): FanoutPart {
  const { sent = 0, gone = 0, skipped = 0, refused = 0, failed = 0 } = row;
  return {
    ...{ sent, gone, skipped, refused, failed, is_done: is_done === true },
    ...(after !== undefined && { after }),
    ...(rest !== undefined && { rest }),
    ...(expected !== undefined && { expected }),
  };
}
