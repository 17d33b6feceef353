// Memory ports of the room `inbox`: notifications, broadcasts, read state, what a user decided about the whole inbox.
import type {
  BroadcastKey,
  Broadcasts,
  ChangeOptions,
  Inbox,
  NewerPage,
  ReadMarks,
  UnreadKey,
  UserStates,
} from '../../../lambdas/domain/inbox/ports.ts';
import type { Refiled } from '../../../lambdas/domain/model/filing.ts';
import { momentKey } from '../../../lambdas/domain/model/notification-id.ts';
import { type BroadcastState, DEFAULT_PREFERENCES, NEVER_SEEN } from '../../../lambdas/domain/model/recipient.ts';
import { NOTHING_SEEN } from '../../../lambdas/domain/model/seen-mark.ts';
import type { StoredNotification } from '../../../lambdas/domain/model/stored-notification.ts';
import { AGAIN_SIGN } from '../../../lambdas/domain/model/watermark.ts';
import { memoryClaims } from './claims.ts';
import { memoryHistory } from './history.ts';
import { isAlive, isNotification, isShown, type Memory } from './memory.ts';
import { noteOrganisation } from './model.ts';
import {
  EVERYONES,
  moveInIndex,
  type NotificationRow,
  type NotificationTable,
  notificationTable,
  type StateRow,
  withoutTtl,
} from './tables.ts';

export function memoryInbox(memory: Memory) {
  const notifications = notificationTable(memory);
  return {
    inbox: inboxOf(memory, notifications),
    broadcasts: broadcastsOf(memory, notifications),
    claims: memoryClaims(memory),
    history: memoryHistory(memory, notifications),
    readMarks: readMarksOf(memory, notifications),
    userStates: userStatesOf(memory),
  };
}

/** One put, with the SDK's tries: where an earlier try was applied and its answer lost, the next finds its own row. */
function putOnce(
  table: NotificationTable,
  partition: string,
  item: StoredNotification | (Refiled & { id: string }),
  ttlSeconds: number,
): () => 'created' | StoredNotification | Refiled {
  let isApplied = false;
  return () => {
    const there = isApplied ? undefined : table.rows.get(partition, item.id);
    if (there) return there.filed_at_ms === undefined ? withoutTtl(there) : { filed_at_ms: there.filed_at_ms };
    if (!isApplied) table.set(partition, { ...item, ttlSeconds } as NotificationRow);
    isApplied = true;
    return 'created';
  };
}

/** A row of the inbox is changed only where there is one. */
function changeRow(
  table: NotificationTable,
  userId: string,
  id: string,
  changes: Partial<StoredNotification>,
): boolean {
  const row = table.rows.get(userId, id);
  if (!row) return false;
  table.set(userId, { ...row, ...changes } as NotificationRow);
  return true;
}

function newerThan(
  table: NotificationTable,
  partition: string,
  after: string,
  limit: number,
  nowMs: number,
): NewerPage {
  const { rows, hasMore } = table.rows.range(partition, { after, limit });
  const last = rows.at(-1);
  return {
    items: rows
      .filter(([, row]) => isNotification(row, nowMs) && row.recalled_at === undefined)
      .map(([, row]) => withoutTtl(row)),
    ...(hasMore && last && { nextAfterId: last[0] }),
  };
}

function inboxOf({ call, clock, staleMs }: Memory, table: NotificationTable): Inbox {
  const unreadKeys = (userId: string, after: string, limit: number, before?: string, stale = 0) => {
    const keys: UnreadKey[] = [];
    table.unread.scan(userId, { after, before, isDescending: true }, stale, (unreadKey, { id, isBroadcastState }) => {
      const row = isBroadcastState ? undefined : table.rows.get(userId, id, stale);
      if (row && isShown(row, clock.now()))
        keys.push({ id, unread_key: unreadKey, ...(row.expires_at !== undefined && { expires_at: row.expires_at }) });
      return keys.length < limit;
    });
    return keys;
  };
  return {
    put: (userId, item, ttlSeconds) => call('inbox.put', putOnce(table, userId, item, ttlSeconds)),
    refile: (userId, id, filedAtMs, ttlSeconds) =>
      call('inbox.refile', putOnce(table, userId, { id, filed_at_ms: filedAtMs }, ttlSeconds)),
    get: (userId, id) =>
      call('inbox.get', () => {
        const row = table.rows.get(userId, id);
        return row && isNotification(row, clock.now()) ? withoutTtl(row) : undefined;
      }),
    refiledAtMs: (userId, id) =>
      call('inbox.refiledAtMs', () => (table.rows.get(userId, id) as Partial<Refiled> | undefined)?.filed_at_ms),
    update: (userId, id, changes) =>
      call('inbox.update', () => {
        if (changeRow(table, userId, id, changes)) return;
        throw new Error('ConditionalCheckFailedException: there is no such row.');
      }),
    unreadKeys: (userId, floor, limit, { consistent = false } = {}) =>
      call('inbox.unreadKeys', () => unreadKeys(userId, floor, limit, undefined, consistent ? 0 : staleMs())),
    unreadAgain: (userId, floor) =>
      call('inbox.unreadAgain', () => unreadKeys(userId, AGAIN_SIGN + floor, Number.POSITIVE_INFINITY)),
    neverReadKeys: (userId, afterId, limit) =>
      call('inbox.neverReadKeys', () => unreadKeys(userId, afterId, limit, AGAIN_SIGN)),
    newerThan: (userId, after, limit) =>
      call('inbox.newerThan', () => newerThan(table, userId, after, limit, clock.now())),
  };
}

function broadcastsOf({ call, clock, table: tableOf }: Memory, table: NotificationTable): Broadcasts {
  const names = tableOf<{ id: string }>('broadcastNames');
  return {
    put: (item, ttlSeconds) => call('broadcasts.put', putOnce(table, EVERYONES, item, ttlSeconds)),
    refile: (id, filedAtMs, ttlSeconds) =>
      call('broadcasts.refile', putOnce(table, EVERYONES, { id, filed_at_ms: filedAtMs }, ttlSeconds)),
    get: (id) =>
      call('broadcasts.get', () => {
        const row = table.rows.get(EVERYONES, id);
        return row && isNotification(row, clock.now()) ? withoutTtl(row) : undefined;
      }),
    newerThan: (after, limit) =>
      call('broadcasts.newerThan', () => newerThan(table, EVERYONES, after, limit, clock.now())),
    keysNewerThan: (after) =>
      call('broadcasts.keysNewerThan', () => {
        const keys: BroadcastKey[] = [];
        table.unread.scan(EVERYONES, { after }, 0, (_, { id }) => {
          const row = table.rows.get(EVERYONES, id);
          if (row && isAlive(row, clock.now())) {
            const { expires_at, canary_percent } = row;
            keys.push({
              id,
              ...(expires_at !== undefined && { expires_at }),
              ...(canary_percent !== undefined && { canary_percent }),
            });
          }
          return true;
        });
        return keys;
      }),
    update: (id, changes) =>
      call('broadcasts.update', () => {
        const row = table.rows.get(EVERYONES, id);
        if (row) table.set(EVERYONES, { ...row, ...changes } as NotificationRow);
      }),
    nameRequest: (requestId, id) => call('broadcasts.nameRequest', () => names.set(requestId, 'id', { id })),
    ofRequest: (requestId) => call('broadcasts.ofRequest', () => names.get(requestId, 'id')?.id),
  };
}

function isAllowed(
  row: Pick<StoredNotification, 'archived_at' | 'snoozed_until'> | undefined,
  { unlessArchived, ifSnoozedUntil }: ChangeOptions,
): boolean {
  if (unlessArchived && row?.archived_at !== undefined) return false;
  return ifSnoozedUntil === undefined || (row?.snoozed_until ?? null) === ifSnoozedUntil;
}

function readMarksOf({ call, table: tableOf }: Memory, table: NotificationTable): ReadMarks {
  const states = tableOf<BroadcastState & { ttlSeconds: number }>('broadcastStates');
  return {
    changeOwn: (userId, id, change, { ttlSeconds, ...options } = {}) =>
      call('readMarks.changeOwn', () => {
        if (!isAllowed(table.rows.get(userId, id), options)) return 'unchanged';
        const changes = { ...change, ...(ttlSeconds !== undefined && { ttlSeconds }) };
        return changeRow(table, userId, id, changes as Partial<StoredNotification>) ? 'changed' : 'unchanged';
      }),
    changeBroadcast: (userId, id, change, ttlSeconds, options = {}) =>
      call('readMarks.changeBroadcast', () => {
        const before = states.get(userId, id);
        if (!isAllowed(before, options)) return 'unchanged';
        const after = { ...before, ...change, id, ttlSeconds };
        states.set(userId, id, after);
        moveInIndex(table.unread, userId, before?.unread_key, after.unread_key, { id, isBroadcastState: true });
        return 'changed';
      }),
  };
}

/** Our choice, as in the table's implementation. */
const ATTEMPTS = 10;

function userStatesOf({ call, table, clock }: Memory): UserStates {
  const states = table<StateRow>('states');
  const load = (userId: string) =>
    call('userStates.read', () => {
      const row = states.get(userId, 'state');
      const version = row?.version ?? 0;
      const state = {
        watermarks: row?.watermarks ?? [],
        cleared_before: row?.cleared_before ?? '',
        seen: row?.seen ?? NOTHING_SEEN,
        known_since: row ? (row.known_since ?? '') : NEVER_SEEN,
        preferences: { ...DEFAULT_PREFERENCES, ...row?.preferences },
        version,
      };
      return { state, version };
    });
  return {
    read: async (userId) => (await load(userId)).state,
    async change(userId, change) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { state, version } = await load(userId);
        const changes = { ...change(state), version: version + 1 };
        if (state.known_since === NEVER_SEEN) {
          changes.known_since = momentKey(clock.now());
          noteOrganisation(table, userId);
        }
        const isWritten = await call('userStates.write', () => {
          const row = states.get(userId, 'state');
          if ((row?.version ?? 0) !== version) return false;
          states.set(userId, 'state', { ...row, ...changes });
          return true;
        });
        if (isWritten) return { ...state, ...changes };
      }
      throw new Error(`The state of a user was changed by others ${ATTEMPTS} times in a row.`);
    },
  };
}
