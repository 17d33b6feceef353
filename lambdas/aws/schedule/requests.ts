// Requests by id: those seen before, those parked until their time, and the tombstones of both.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { KnownRequest, Requests } from '../../domain/schedule/ports.ts';
import type { Table } from '../clients.ts';
import { requestKey } from '../keys.ts';
import { packed, unpacked } from './packed-request.ts';

/** What is there gives way only to a request accepted after its cancellation. */
const IS_FREE = 'attribute_not_exists(pk) OR (#state = :cancelled AND cancelled_at_ms < :accepted)';
const STATE = { '#state': 'state' };

export function requests(table: Table): Requests {
  /** undefined when written, else what stood in the way. */
  const putIfFree = async (requestId: string, item: KnownRequest & Record<string, unknown>) => {
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...requestKey(requestId), ...item },
          ConditionExpression: IS_FREE,
          ExpressionAttributeNames: STATE,
          ExpressionAttributeValues: { ':cancelled': 'cancelled', ':accepted': item.accepted_at_ms },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return known(unmarshall(error.Item));
    }
  };
  const partsKey = (requestId: string, eventId: string, part: number) => ({
    pk: requestKey(requestId).pk,
    sk: `PART#${eventId}#${part}`,
  });

  return {
    async remember(requestId, seen, ttlSeconds) {
      return (await putIfFree(requestId, { ...seen, ttl: ttlSeconds })) ?? seen;
    },

    async park(requestId, { request, ...parked }, ttlSeconds) {
      const [first, ...rest] = packed(request);
      // The parts first: whoever finds the head finds the whole.
      for (const [part, content] of rest.entries()) {
        const Item = { ...partsKey(requestId, parked.event_id, part), content, ttl: ttlSeconds };
        await table.client.send(new PutCommand({ TableName: table.name, Item }));
      }
      const item = { ...parked, state: 'parked' as const, content: first, parts: rest.length, ttl: ttlSeconds };
      return (await putIfFree(requestId, item)) ?? 'parked';
    },

    async load(requestId) {
      const rows = await allRows(table, requestKey(requestId).pk);
      const head = rows.find((row) => row.sk === requestKey(requestId).sk);
      if (!head) return undefined;
      if (head.content === undefined) return known(head);
      const parts = Array.from({ length: head.parts }, (_, part) => partsKey(requestId, head.event_id, part).sk);
      const contents = parts.map((sk) => rows.find((row) => row.sk === sk)?.content);
      if (contents.includes(undefined)) throw new Error('A parked request is not whole: one of its parts is missing.');
      return { ...known(head), request: unpacked([head.content, ...contents]) };
    },

    async take(requestId, acceptedAtMs, takenBy) {
      const outcome = await change(table, requestId, {
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

    async finish(requestId, acceptedAtMs, ttlSeconds) {
      const { done, was } = await change(table, requestId, {
        UpdateExpression: 'SET #state = :delivered, #ttl = :ttl REMOVE content, parts',
        ConditionExpression: 'accepted_at_ms = :accepted AND #state <> :cancelled',
        ExpressionAttributeValues: {
          ':delivered': 'delivered',
          ':ttl': ttlSeconds,
          ':accepted': acceptedAtMs,
          ':cancelled': 'cancelled',
        },
      });
      if (done) await removeParts(requestId, was);
    },

    async cancel(requestId, acceptedAtMs, ttlSeconds) {
      const { done, was } = await change(table, requestId, {
        UpdateExpression:
          'SET #state = :cancelled, cancelled_at_ms = :accepted, accepted_at_ms = if_not_exists(accepted_at_ms, :accepted), ' +
          'event_id = if_not_exists(event_id, :none), #ttl = :ttl REMOVE content, parts',
        ConditionExpression: 'attribute_not_exists(pk) OR (#state = :parked AND accepted_at_ms <= :accepted)',
        ExpressionAttributeValues: {
          ':cancelled': 'cancelled',
          ':parked': 'parked',
          ':accepted': acceptedAtMs,
          ':none': '',
          ':ttl': ttlSeconds,
        },
      });
      // Its own repeat finds the tombstone it left, and finishes what the first attempt may not have.
      const isRepeat = was?.state === 'cancelled' && was.cancelled_at_ms === acceptedAtMs;
      if (done) await removeParts(requestId, was);
      const withdrawn = was !== undefined && (done || (isRepeat && was.deliver_at_ms !== undefined));
      return { withdrawn, ...(was && { was: known(was) }) };
    },
  };

  async function removeParts(requestId: string, was: Record<string, any> | undefined): Promise<void> {
    if (!was?.parts) return;
    const keys = Array.from({ length: was.parts }, (_, part) => partsKey(requestId, was.event_id, part));
    // What is left over when the table is throttled goes by its time to live.
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
  requestId: string,
  input: { UpdateExpression: string; ConditionExpression: string; ExpressionAttributeValues: Record<string, unknown> },
): Promise<{ done: boolean; was: Record<string, any> | undefined }> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: requestKey(requestId),
        ...input,
        ExpressionAttributeNames: { ...STATE, ...(input.UpdateExpression.includes('#ttl') && { '#ttl': 'ttl' }) },
        ReturnValues: 'ALL_OLD',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    // Some engines give the bare key where there was nothing.
    return { done: true, was: Attributes?.event_id === undefined ? undefined : Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { done: false, was: error.Item && unmarshall(error.Item) };
  }
}

async function allRows(table: Table, pk: string): Promise<Record<string, any>[]> {
  const rows: Record<string, any>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}
