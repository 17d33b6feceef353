// Memory ports of the room `model`: the recipient of a delivery, rate limits, and logs and metrics a test can read.
import type { Deps, Log, Metrics, RateLimits, Recipients } from '../../../lambdas/domain/model/ports.ts';
import {
  type BroadcastState,
  type Connection,
  DEFAULT_PREFERENCES,
  type Device,
  NEVER_SEEN,
} from '../../../lambdas/domain/model/recipient.ts';
import { NOTHING_SEEN } from '../../../lambdas/domain/model/seen-mark.ts';
import { inboxId, inboxOwner } from '../../../protocol/inbox-id.ts';
import { DEFAULT_LIMITS } from '../../../protocol/service-limits.ts';
import { isAlive, type Memory } from './memory.ts';
import type { ConnectionRow } from './subscriptions.ts';
import { type StateRow, withoutTtl } from './tables.ts';

export function memoryModel(memory: Memory): Deps & { counted: Record<string, number>; logged: unknown[][] } {
  const counted: Record<string, number> = {};
  const logged: unknown[][] = [];
  const metrics: Metrics = {
    count: (name, amount = 1) => {
      if (amount > 0) counted[name] = (counted[name] ?? 0) + amount;
    },
    latency: () => undefined,
    gauge: (name, value) => {
      counted[name] = value;
    },
  };
  const log: Log = {
    info: (...line) => void logged.push(['info', ...line]),
    error: (...line) => void logged.push(['error', ...line]),
  };
  return {
    clock: memory.clock,
    log,
    metrics,
    counted,
    logged,
    recipients: memoryRecipients(memory),
    rateLimits: memoryRateLimits(memory),
    limits: { ...DEFAULT_LIMITS },
    inboxRules: { organisations: true, groupField: 'groupId' },
  };
}

function memoryRecipients({ table, call, clock, staleMs }: Memory): Recipients {
  const connections = table<ConnectionRow>('connections');
  const plain = (row: Omit<ConnectionRow, 'ttlSeconds'>): Connection => {
    const {
      topics: _,
      muted_types: _types,
      muted_topics: _topics,
      muted_groups: _groups,
      sockets_off: _off,
      preferences_version: _version,
      ...connection
    } = row;
    return connection;
  };
  const organisations = table<object>('organisations');
  const devices = table<Device>('devices');
  const states = table<StateRow>('states');
  const logouts = table<{ atMs: number }>('logouts');
  const broadcastStates = table<BroadcastState & { ttlSeconds: number }>('broadcastStates');
  const alive = <Row extends { ttlSeconds: number }>(rows: [string, Row][]) =>
    rows.filter(([, row]) => isAlive(row, clock.now())).map(([, row]) => withoutTtl(row));
  return {
    connections: (userId) => call('recipients.connections', () => alive(connections.range(userId).rows).map(plain)),
    load: (userId, { consistent = false } = {}) =>
      call('recipients.load', () => {
        const stale = consistent ? 0 : staleMs();
        const state = states.get(userId, 'state', stale);
        const logout = logouts.get(userId, 'logout', stale);
        return {
          user_id: userId,
          connections: alive(connections.range(userId, {}, stale).rows).map(plain),
          devices: devices.range(userId, {}, stale).rows.map(([, device]) => ({ ...device })),
          preferences: { ...DEFAULT_PREFERENCES, ...state?.preferences },
          watermarks: state?.watermarks ?? [],
          cleared_before: state?.cleared_before ?? '',
          seen: state?.seen ?? NOTHING_SEEN,
          known_since: state ? (state.known_since ?? '') : NEVER_SEEN,
          state_version: state?.version ?? 0,
          broadcast_states: alive(broadcastStates.range(userId, {}, stale).rows),
          ...(logout && { logged_out_at_ms: logout.atMs }),
        };
      }),
    inboxes: (userId) =>
      call('recipients.inboxes', () => [
        userId,
        ...organisations.range(userId).rows.map(([org]) => inboxId(userId, org)),
      ]),
    introduce: (userId, since) =>
      call('recipients.introduce', () => {
        noteOrganisation(table, userId);
        if (states.get(userId, 'state') === undefined) states.set(userId, 'state', { known_since: since, version: 0 });
      }),
  };
}

/** Before the inbox gets a state of its own. */
export function noteOrganisation(table: Memory['table'], inbox: string): void {
  const { user_id: userId, org_id: org } = inboxOwner(inbox);
  if (org !== undefined) table<object>('organisations').set(userId, org, {});
}

function memoryRateLimits({ table, call }: Memory): RateLimits {
  const windows = table<{ calls: number; ttlSeconds: number }>('rateWindows');
  return {
    take: (userId, bucket, window, limit, ttlSeconds) =>
      call('rateLimits.take', () => {
        const key = `${bucket}#${window}`;
        const calls = windows.get(userId, key)?.calls ?? 0;
        if (calls >= limit) return false;
        windows.set(userId, key, { calls: calls + 1, ttlSeconds });
        return true;
      }),
  };
}
