// Registered phones: one row in the user's list, one that says whose the device is.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../../domain/model/recipient.ts';
import type { Devices } from '../../domain/push/ports.ts';
import type { Table } from '../clients.ts';
import { DEVICE_PREFIX, deviceKey, deviceOwnerKey, userKey } from '../keys.ts';

export function devices(table: Table): Devices {
  /** False when the condition does not hold. */
  const tried = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  const get = async (Key: Record<string, string>) =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  return {
    owner: async (deviceId) => (await get(deviceOwnerKey(deviceId)))?.user_id,

    changeOwner: (deviceId, from, to) =>
      tried(
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
      const done = await tried(
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
      return done ? 'forgotten' : 'changed';
    },

    async disown(deviceId, userId) {
      await tried(
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

    async list(userId) {
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': userKey(userId), ':prefix': DEVICE_PREFIX },
          ConsistentRead: true,
        }),
      );
      return (page.Items ?? []).map(fromRow);
    },
  };
}

function fromRow({ pk: _pk, sk, ...attributes }: Record<string, any>): Device {
  return { ...(attributes as Omit<Device, 'id'>), id: sk.slice(DEVICE_PREFIX.length) };
}
