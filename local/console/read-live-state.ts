// Reads the state the console shows around the feed: clock, meter, users, queues.
import { randomUUID } from 'node:crypto';
import { inboxOwner } from '../../protocol/inbox-id.ts';
import { PRICES } from '../../protocol/list-prices.ts';
import type { LiveQueue, LiveState, LiveUser } from '../../protocol/local/live-state.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { WebSocketApi } from '../gateway/websocket-api.ts';
import { inboxOfConnection } from '../history/known-parts.ts';
import type { Meter } from '../meter.ts';
import type { Sns } from '../sns/sns.ts';
import type { PushService } from '../web-push/push-service.ts';
import { type WaitingDeps, waitingItems } from './waiting-items.ts';

export interface LiveStateDeps extends WaitingDeps {
  clock: Clock;
  meter: Meter;
  faults: Faults;
  sockets: WebSocketApi;
  sns: Sns;
  pushService: PushService;
}

/** Our choice. */
const USERS_SHOWN = 500;

export function liveStateReader(deps: LiveStateDeps): () => LiveState {
  const { clock, meter, faults, sockets, history } = deps;
  const runId = randomUUID();
  return () => {
    const waiting = waitingItems(deps);
    const phones = [...deps.sns.phones.summary(), ...deps.pushService.summary()];
    sockets.meterMinutes();
    return {
      run_id: runId,
      now_ms: clock.now(),
      ahead_ms: Math.round(clock.offset[0]!),
      next_due_ms: waiting[0]?.due_ms ?? null,
      dollars: dollarsOf(meter.read().units),
      users: users(deps, phones),
      queues: deps.queues.map(queueState),
      waiting: waiting.length,
      faults: faults.list().length,
      versions: {
        phones: phones.reduce((sum, { received, isEnabled }) => sum + received + (isEnabled ? 1 : 2), 0),
        logs: history.logCount,
        faults: faults.version,
      },
    };
  };
}

export function dollarsOf(units: Record<string, number>): number {
  return Object.entries(PRICES).reduce((sum, [unit, price]) => sum + price * (units[unit] ?? 0), 0);
}

function users(
  { sockets, history }: LiveStateDeps,
  phones: { token: string; platform: string; userId: string | null; isEnabled: boolean }[],
): LiveUser[] {
  const found = new Map<string, LiveUser>();
  const user = (id: string): LiveUser => {
    const known = found.get(id);
    if (known) return known;
    const { user_id, org_id } = inboxOwner(id);
    const ofOrganisation = org_id === undefined ? {} : { org_id };
    const unread_count = history.unread.of(id) ?? null;
    const made: LiveUser = { id: user_id, ...ofOrganisation, unread_count, sockets: [], phones: [] };
    found.set(id, made);
    return made;
  };
  for (const connection of sockets.connections.list()) {
    const inbox = inboxOfConnection(connection);
    if (inbox === undefined) continue;
    user(inbox).sockets.push({ id: connection.connectionId, connected_at_ms: connection.connectedAtMs });
  }
  for (const { token, platform, userId, isEnabled } of phones) {
    if (userId !== null) user(userId).phones.push({ token, platform, is_enabled: isEnabled });
  }
  for (const id of history.unread.users()) user(id);
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.slice(0, USERS_SHOWN).map(([, one]) => one);
}

function queueState({ queue, label, role }: LiveStateDeps['queues'][number]): LiveQueue {
  const counts = queue.attributes();
  const oldest = role === 'work' ? undefined : queue.peek()[0]?.message.sentMs;
  return {
    name: queue.name,
    label,
    role,
    available: Number(counts.ApproximateNumberOfMessages),
    delayed: Number(counts.ApproximateNumberOfMessagesDelayed),
    in_flight: Number(counts.ApproximateNumberOfMessagesNotVisible),
    oldest_ms: oldest ?? null,
  };
}
