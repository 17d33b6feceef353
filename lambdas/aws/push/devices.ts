// Registered phones and browsers: one row in the user's list, one that says whose the device is.

import type { Clock } from '../../domain/model/ports.ts';
import type { Device } from '../../domain/model/recipient.ts';
import type { Devices } from '../../domain/push/ports.ts';
import type { Table } from '../clients.ts';
import { conditional, isApplied, storedRow } from '../conditional.ts';
import { DEVICE_PREFIX, deviceKey, deviceOwnerKey, devicePlacesKey, userKey } from '../keys.ts';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '../table-commands.ts';

/** Our choice, longer than a function runs: a registration that began before, and shows in no list, broke off. */
const BROKEN_OFF_MS = 60_000;

export function devices(table: Table, clock: Clock): Devices {
  const get = async (Key: Record<string, string>) =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  /** The stored row; undefined when the condition held and the row was changed. */
  const updatePlaces = async (userId: string, change: Record<string, unknown>) => {
    const outcome = await conditional(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: devicePlacesKey(userId),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...change,
        } as never),
      ),
    );
    if (outcome.isApplied) return undefined;
    return outcome.failure.Item ? storedRow(outcome) : {};
  };
  /**
   * One row a user holds the ids of all devices, so that its condition counts them: of many at once, no more pass than
   * may.
   */
  const claim = (userId: string, deviceId: string, limit: number) =>
    updatePlaces(userId, {
      UpdateExpression: 'SET claimed_at_ms = :now ADD device_ids :id',
      ConditionExpression:
        'attribute_not_exists(device_ids) OR contains(device_ids, :text) OR size(device_ids) < :limit',
      ExpressionAttributeValues: {
        ':now': clock.now(),
        ':id': new Set([deviceId]),
        ':text': deviceId,
        ':limit': limit,
      },
    });
  const list = async (userId: string): Promise<Device[]> => {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': userKey(userId), ':prefix': DEVICE_PREFIX },
        ConsistentRead: true,
      }),
    );
    return (page.Items ?? []).map(fromRow);
  };

  return {
    async claimPlace(userId, deviceId, limit) {
      const full = await claim(userId, deviceId, limit);
      if (full === undefined) return true;
      if (clock.now() - full.claimed_at_ms < BROKEN_OFF_MS) return false;
      const ids = (await list(userId)).map(({ id }) => id);
      if (ids.length >= limit) return false;
      await updatePlaces(userId, {
        UpdateExpression: ids.length > 0 ? 'SET device_ids = :ids' : 'REMOVE device_ids',
        ConditionExpression: 'claimed_at_ms = :seen',
        ExpressionAttributeValues: { ':seen': full.claimed_at_ms, ...(ids.length > 0 && { ':ids': new Set(ids) }) },
      });
      return (await claim(userId, deviceId, limit)) === undefined;
    },

    owner: async (deviceId) => (await get(deviceOwnerKey(deviceId)))?.user_id,

    changeOwner: (deviceId, from, to) =>
      isApplied(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...deviceOwnerKey(deviceId), user_id: to },
            ConditionExpression:
              from === undefined ? 'attribute_not_exists(pk) OR user_id = :to' : 'user_id IN (:from, :to)',
            ExpressionAttributeValues: { ':to': to, ...(from !== undefined && { ':from': from }) },
          }),
        ),
      ),

    async put(userId, { id, ...attributes }) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...deviceKey(userId, id), ...attributes } }),
      );
    },

    async get(userId, deviceId) {
      const row = await get(deviceKey(userId, deviceId));
      return row && fromRow(row);
    },

    async forget(userId, deviceId, asOf) {
      const done = await isApplied(
        table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: deviceKey(userId, deviceId),
            ...(asOf !== undefined && {
              ConditionExpression: 'attribute_not_exists(pk) OR updated_at = :asOf',
              ExpressionAttributeValues: { ':asOf': asOf },
            }),
          }),
        ),
      );
      if (!done) return 'changed';
      await updatePlaces(userId, {
        UpdateExpression: 'DELETE device_ids :id',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':id': new Set([deviceId]) },
      });
      return 'forgotten';
    },

    async disown(deviceId, userId) {
      await isApplied(
        table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: deviceOwnerKey(deviceId),
            ConditionExpression: 'user_id = :user',
            ExpressionAttributeValues: { ':user': userId },
          }),
        ),
      );
    },

    list,
  };
}

function fromRow({ pk: _pk, sk, ...attributes }: Record<string, any>): Device {
  return { ...attributes, id: sk.slice(DEVICE_PREFIX.length) } as Device;
}
