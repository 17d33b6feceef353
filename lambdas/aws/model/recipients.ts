// Loads a recipient: connections, devices, preferences, watermarks and broadcast states sort together, so one Query has
// them.

import { inboxId } from '../../../protocol/inbox-id.ts';
import type { Clock, Recipients } from '../../domain/model/ports.ts';
import { DEFAULT_PREFERENCES, NEVER_SEEN, type Recipient } from '../../domain/model/recipient.ts';
import { NOTHING_SEEN } from '../../domain/model/seen-mark.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import {
  BROADCAST_STATE_PREFIX,
  CONNECTION_PREFIX,
  DEVICE_PREFIX,
  isAlive,
  LOGOUT,
  ORGANISATION_PREFIX,
  ORGANISATIONS_END,
  RECIPIENT_END,
  STATE,
  stateKey,
  userKey,
} from '../keys.ts';
import { queryPages } from '../query-pages.ts';
import { PutCommand } from '../table-commands.ts';
import { noteOrganisation } from './organisations.ts';

export function recipients(table: Table, clock: Clock): Recipients {
  /** Rows of the user between two sort keys, the expired left out. */
  const rowsBetween = async (userId: string, first: string, last: string, isConsistent: boolean) => {
    const rows: Record<string, any>[] = [];
    const pages = queryPages(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': userKey(userId), ':first': first, ':last': last },
      ConsistentRead: isConsistent,
    });
    for await (const page of pages) rows.push(...page.filter((row) => isAlive(row, clock.now())));
    return rows;
  };
  const recipientOf = (userId: string, rows: Record<string, any>[]): Recipient => {
    const recipient: Recipient = {
      user_id: userId,
      connections: [],
      devices: [],
      preferences: DEFAULT_PREFERENCES,
      watermarks: [],
      cleared_before: '',
      seen: NOTHING_SEEN,
      known_since: NEVER_SEEN,
      state_version: 0,
      broadcast_states: [],
    };
    for (const row of rows) take(recipient, row);
    return recipient;
  };
  return {
    load: async (userId, { consistent = false } = {}) =>
      recipientOf(userId, await rowsBetween(userId, '#', RECIPIENT_END, consistent)),
    connections: async (userId) =>
      recipientOf(userId, await rowsBetween(userId, CONNECTION_PREFIX, `${CONNECTION_PREFIX}~`, true)).connections,

    async inboxes(userId) {
      const rows = await rowsBetween(userId, ORGANISATION_PREFIX, ORGANISATIONS_END, true);
      return [userId, ...rows.map(({ sk }) => inboxId(userId, sk.slice(ORGANISATION_PREFIX.length)))];
    },

    async introduce(userId, since) {
      await noteOrganisation(table, userId);
      await isApplied(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...stateKey(userId), known_since: since },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
    },
  };
}

function take(recipient: Recipient, row: Record<string, any>): void {
  const { pk: _pk, sk, ttl: _ttl, ...attributes } = row;
  if (sk === STATE) {
    recipient.preferences = { ...DEFAULT_PREFERENCES, ...attributes.preferences };
    recipient.watermarks = attributes.watermarks ?? [];
    recipient.cleared_before = attributes.cleared_before ?? '';
    recipient.seen = attributes.seen ?? NOTHING_SEEN;
    // A row without it is of a user who was known before this was recorded.
    recipient.known_since = attributes.known_since ?? '';
    recipient.state_version = attributes.version ?? 0;
  } else if (sk === LOGOUT) {
    recipient.logged_out_at_ms = attributes.logged_out_at_ms;
  } else if (sk.startsWith(CONNECTION_PREFIX)) {
    const { org_id, connected_at, issued_at, expires_at, presence, presence_at } = attributes;
    recipient.connections.push({
      connection_id: sk.slice(CONNECTION_PREFIX.length),
      user_id: recipient.user_id,
      ...(org_id !== undefined && { org_id }),
      connected_at,
      ...(issued_at !== undefined && { issued_at }),
      ...(expires_at !== undefined && { expires_at }),
      ...(presence !== undefined && { presence, presence_at }),
    });
  } else if (sk.startsWith(DEVICE_PREFIX)) {
    recipient.devices.push({ ...attributes, id: sk.slice(DEVICE_PREFIX.length) } as any);
  } else if (sk.startsWith(BROADCAST_STATE_PREFIX)) {
    recipient.broadcast_states.push({ ...attributes, id: sk.slice(BROADCAST_STATE_PREFIX.length) });
  }
}
