// Requests by id and audience: those seen before, those parked until their time, and the tombstones of both.

import type { KnownRequest, NotedRejection, Requests } from '../../domain/schedule/ports.ts';
import type { RequestKey } from '../../domain/schedule/request-key.ts';
import type { Table } from '../clients.ts';
import { conditional, isApplied, storedRow } from '../conditional.ts';
import { BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '../table-commands.ts';
import { packed, unpacked } from './packed-request.ts';
import {
  cancellationKey,
  dueKey,
  partsPrefix,
  REQUEST_PREFIX,
  rejectionKey,
  requestKey,
  requestPartition,
} from './request-rows.ts';
import { rowsWith } from './rows-with.ts';

/** What is there gives way only to a request accepted after its cancellation. */
const IS_FREE = 'attribute_not_exists(pk) OR (#state = :cancelled AND cancelled_at_ms < :accepted)';
const STATE = { '#state': 'state' };
/** Our choice: what is larger is kept apart, so that reading all requests of an id stays cheap. */
const INLINE_MAX_BYTES = 4 * 1024;

export function requests(table: Table): Requests {
  /** undefined when written, else the request that is stored. */
  const putIfFree = async (key: RequestKey, item: KnownRequest & Record<string, unknown>) => {
    const outcome = await conditional(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...requestKey(key), ...item },
          ConditionExpression: IS_FREE,
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':cancelled': 'cancelled', ':accepted': item.accepted_at_ms },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return outcome.isApplied ? undefined : known(storedRow(outcome));
  };
  const put = (Item: Record<string, unknown>) => table.client.send(new PutCommand({ TableName: table.name, Item }));

  return {
    async remember(key, seen, ttlSeconds) {
      return (await putIfFree(key, { ...seen, ttl: ttlSeconds })) ?? seen;
    },

    async park(key, { request, ...parked }, ttlSeconds) {
      const pieces = packed(request);
      const isInline = pieces.length === 1 && pieces[0]!.byteLength <= INLINE_MAX_BYTES;
      const prefix = partsPrefix(key, parked.event_id);
      // The parts first: a reader that finds the head finds every part. So with the row that says when it is due.
      for (const [part, content] of isInline ? [] : pieces.entries()) {
        await put({ pk: requestPartition(key), sk: `${prefix}${part}`, content, ttl: ttlSeconds });
      }
      const { accepted_at_ms, deliver_at_ms } = parked;
      await put({ ...dueKey(key, deliver_at_ms), ...key, accepted_at_ms, deliver_at_ms, ttl: ttlSeconds });
      const content = isInline ? { content: pieces[0] } : { parts: pieces.length };
      return (await putIfFree(key, { ...parked, state: 'parked', ...content, ttl: ttlSeconds })) ?? 'parked';
    },

    async load(key) {
      const { Item: head } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: requestKey(key), ConsistentRead: true }),
      );
      if (!head) return undefined;
      if (head.content !== undefined) return { ...known(head), request: unpacked([head.content]) };
      if (head.parts === undefined) return known(head);
      const parts = await rowsWith(table, requestPartition(key), partsPrefix(key, head.event_id));
      if (parts.length < head.parts) throw new Error('A parked request is not whole: one of its parts is missing.');
      return { ...known(head), request: unpacked(parts.map((part) => part.content)) };
    },

    async state(key) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: requestKey(key), ConsistentRead: true }),
      );
      return Item && known(Item);
    },

    async take(key, acceptedAtMs, takenBy) {
      const outcome = await change(table, key, {
        UpdateExpression: 'SET #state = :delivered, taken_by = :by',
        ConditionExpression: 'accepted_at_ms = :accepted AND (#state = :parked OR taken_by = :by)',
        ExpressionAttributeValues: {
          ':delivered': 'delivered',
          ':by': takenBy,
          ':parked': 'parked',
          ':accepted': acceptedAtMs,
        },
      });
      return outcome.done;
    },

    async finish(key, acceptedAtMs, ttlSeconds) {
      const { done, was } = await change(table, key, {
        UpdateExpression: 'SET #state = :delivered, #ttl = :ttl REMOVE content, parts',
        ConditionExpression: 'accepted_at_ms = :accepted AND #state <> :cancelled',
        ExpressionAttributeValues: {
          ':delivered': 'delivered',
          ':ttl': ttlSeconds,
          ':accepted': acceptedAtMs,
          ':cancelled': 'cancelled',
        },
      });
      if (done) await removeParked(key, was);
    },

    async askAgain(key, acceptedAtMs, askedAtMs) {
      const { done } = await change(table, key, {
        UpdateExpression: 'SET asked_at_ms = :at',
        ConditionExpression: 'accepted_at_ms = :accepted AND #state = :parked',
        ExpressionAttributeValues: { ':at': askedAtMs, ':accepted': acceptedAtMs, ':parked': 'parked' },
      });
      return done;
    },

    async withdraw(key, acceptedAtMs, cancelledAtMs, ttlSeconds) {
      const { done, was } = await change(table, key, {
        UpdateExpression: 'SET #state = :cancelled, cancelled_at_ms = :at, #ttl = :ttl REMOVE content, parts',
        ConditionExpression:
          'accepted_at_ms = :accepted AND (attribute_not_exists(asked_at_ms) OR asked_at_ms <= :at) AND ' +
          '(attribute_not_exists(#state) OR #state = :parked OR cancelled_at_ms = :at)',
        ExpressionAttributeValues: {
          ':cancelled': 'cancelled',
          ':parked': 'parked',
          ':at': cancelledAtMs,
          ':accepted': acceptedAtMs,
          ':ttl': ttlSeconds,
        },
      });
      if (done) await removeParked(key, was);
      return done;
    },

    async cancel(id, cancelledAtMs, ttlSeconds) {
      // Not applied: a later cancellation is noted already, and covers this one.
      await isApplied(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: cancellationKey(id),
            UpdateExpression: 'SET cancelled_at_ms = :at, #ttl = :ttl',
            ConditionExpression: 'attribute_not_exists(pk) OR cancelled_at_ms <= :at',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':at': cancelledAtMs, ':ttl': ttlSeconds },
          }),
        ),
      );
    },

    async cancelledAtMs(id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: cancellationKey(id), ConsistentRead: true }),
      );
      return Item?.cancelled_at_ms;
    },

    async reject(id, rejection, ttlSeconds) {
      await put({ ...rejectionKey(id), ...rejection, ttl: ttlSeconds });
    },

    async rejection(id) {
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: rejectionKey(id) }));
      if (Item === undefined) return undefined;
      const { field, reason, rejected_at_ms } = Item as NotedRejection;
      return { field, reason, rejected_at_ms };
    },

    async ofId(id) {
      const rows = await rowsWith(table, requestPartition(id), REQUEST_PREFIX);
      return rows.map((row) => ({ ...known(row), audience: row.sk.slice(REQUEST_PREFIX.length) }));
    },
  };

  /** What is left over when the table is throttled goes by its time to live. */
  async function removeParked(key: RequestKey, was: Record<string, any> | undefined): Promise<void> {
    if (was?.deliver_at_ms !== undefined) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: dueKey(key, was.deliver_at_ms) }));
    }
    if (!was?.parts) return;
    const prefix = partsPrefix(key, was.event_id);
    const keys = Array.from({ length: was.parts }, (_, part) => ({
      pk: requestPartition(key),
      sk: `${prefix}${part}`,
    }));
    await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: keys.map((Key) => ({ DeleteRequest: { Key } })) } }),
    );
  }
}

function known({
  pk: _pk,
  sk: _sk,
  ttl: _ttl,
  content: _content,
  parts: _parts,
  ...row
}: Record<string, any>): KnownRequest {
  return row as KnownRequest;
}

async function change(
  table: Table,
  key: RequestKey,
  input: { UpdateExpression: string; ConditionExpression: string; ExpressionAttributeValues: Record<string, unknown> },
): Promise<{ done: boolean; was: Record<string, any> | undefined }> {
  const outcome = await conditional(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: requestKey(key),
        ...input,
        ExpressionAttributeNames: { ...STATE, ...(input.UpdateExpression.includes('#ttl') && { '#ttl': 'ttl' }) },
        ReturnValues: 'ALL_OLD',
      }),
    ),
  );
  return { done: outcome.isApplied, was: outcome.isApplied ? outcome.answer.Attributes : undefined };
}
