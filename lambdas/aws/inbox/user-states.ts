// What a user decided about the whole inbox: one row, changed by one write that fails when another writer came between.

import type { UserState, UserStates } from '../../domain/inbox/ports.ts';
import { momentKey } from '../../domain/model/notification-id.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { DEFAULT_PREFERENCES, NEVER_SEEN } from '../../domain/model/recipient.ts';
import { NOTHING_SEEN } from '../../domain/model/seen-mark.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { stateKey } from '../keys.ts';
import { noteOrganisation } from '../model/organisations.ts';
import { GetCommand, UpdateCommand } from '../table-commands.ts';

/** Our choice: only one user's own tabs can come between, and each of them needs one write. */
const ATTEMPTS = 10;

export function userStates(table: Table, clock: Clock): UserStates {
  const load = async (userId: string) => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: stateKey(userId), ConsistentRead: true }),
    );
    const version: number = Item?.version ?? 0;
    const state: UserState = {
      watermarks: Item?.watermarks ?? [],
      cleared_before: Item?.cleared_before ?? '',
      seen: Item?.seen ?? NOTHING_SEEN,
      known_since: Item === undefined ? NEVER_SEEN : (Item.known_since ?? ''),
      preferences: { ...DEFAULT_PREFERENCES, ...Item?.preferences },
      version,
    };
    return { state, version };
  };
  return {
    read: async (userId) => (await load(userId)).state,

    async change(userId, change) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { state, version } = await load(userId);
        const changes: Partial<UserState> = { ...change(state), version: version + 1 };
        // A user who changes a state counts as known from now on.
        if (state.known_since === NEVER_SEEN) {
          changes.known_since = momentKey(clock.now());
          await noteOrganisation(table, userId);
        }
        const names = Object.keys(changes);
        const isWritten = await isApplied(
          table.client.send(
            new UpdateCommand({
              TableName: table.name,
              Key: stateKey(userId),
              UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
              ConditionExpression: version === 0 ? 'attribute_not_exists(#version)' : '#version = :readVersion',
              ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
              ExpressionAttributeValues: {
                ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value as unknown])),
                ...(version > 0 && { ':readVersion': version }),
              },
            }),
          ),
        );
        if (isWritten) return { ...state, ...changes };
        // Another call wrote, or our own write was applied and its answer lost: what is stored now decides.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** Math.min(attempt, 5)));
      }
      throw new Error(`The state of a user was changed by others ${ATTEMPTS} times in a row.`);
    },
  };
}
