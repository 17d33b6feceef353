// POST /internal/explain says what a delivery then does, and leaves no trace.
import { describe, expect, it } from 'vitest';
import figures from '../../../bench/figures.json' with { type: 'json' };
import { dollarsOf, PER_INVOCATION } from '../../../lambdas/domain/delivery/delivery-cost.ts';
import type { Explanation, UserOutcome } from '../../../protocol/explanation.ts';
import { EXPLAINED_USERS_MAX } from '../../../protocol/limits.ts';
import { OUTCOME_REASONS } from '../../../protocol/outcome-words.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../support/functions-in-memory.ts';
import { PREFERENCE_CHANGES, PREFERENCES, NOTIFICATION_TYPE as TYPE } from '../domain/delivery/delivery-case.ts';

const REQUEST = { user_id: 'alice', title: 'T', message: 'M', notification_type: TYPE };

const cases = Object.entries(PREFERENCE_CHANGES).flatMap(([preference, change]) =>
  (['normal', 'high', 'critical'] as const).flatMap((priority) =>
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [2, 2],
    ].flatMap(([sockets = 0, phones = 0]) =>
      (['stored', 'live', 'expired', 'crowded', 'in an hour'] as const).map((kind) => {
        return { preference, change, priority, sockets, phones, kind };
      }),
    ),
  ),
);
type Case = (typeof cases)[number];

async function setUp({ change, sockets, phones, kind }: Case) {
  const system = functionsInMemory();
  const clients = [];
  for (let at = 0; at < sockets; at++) clients.push(await system.connect('alice'));
  const registered = Array.from({ length: phones }, (_, at) => system.memory.sns.phone(`phone-${at}`));
  for (const at of registered.keys())
    await system.as('alice', 'POST', '/api/v2/devices', { platform: 'fcm', token: `phone-${at}` });
  await system.as('alice', 'PUT', '/api/v2/preferences', change);
  if (kind === 'crowded') {
    const requests = Array.from({ length: 60 }, () => ({ ...REQUEST, priority: 'critical' }));
    await system.put('notification.requested', { requests });
    // Ids of one millisecond have no order: one of the crowd might come after.
    system.clock.ms += 10;
  }
  for (const client of clients) client.frames.length = 0;
  for (const phone of registered) phone.pushes.length = 0;
  return { system, clients, registered };
}

const requestOf = ({ priority, kind }: Case, startMs: number) => ({
  ...REQUEST,
  id: 'explained',
  priority,
  ...(kind === 'live' && { store: false }),
  ...(kind === 'expired' && { expires_at: new Date(startMs - 1_000).toISOString() }),
  ...(kind === 'in an hour' && { deliver_at: new Date(startMs + 3_600_000).toISOString() }),
});

const explain = async (system: FunctionsInMemory, request: object, source?: string): Promise<Explanation> => {
  const { status, body } = await system.call('POST', '/internal/explain', { request, ...(source && { source }) });
  expect(status).toBe(200);
  return body;
};

/** What the delivery did, as a user and an operator see it. */
async function deliveredOutcome(system: FunctionsInMemory, frames: number, pushes: number): Promise<UserOutcome> {
  const { status, body } = await system.call('GET', '/internal/requests/explained?source=test&user_id=alice');
  const stored = status === 200 ? body.notification : null;
  if (stored === null) return frames > 0 ? 'delivered' : 'live';
  if (frames > 0) return 'delivered';
  return pushes > 0 ? 'pushed' : stored.outcome;
}

describe.each(PREFERENCES)('with preference %s', (preference) => {
  it('says what the delivery then does, in every combination', async () => {
    for (const one of cases.filter((each) => each.preference === preference)) {
      const name = JSON.stringify({ ...one, change: undefined });
      const { system, clients, registered } = await setUp(one);
      const request = requestOf(one, system.clock.ms);
      const explanation = await explain(system, request);
      const [explained] = explanation.users;
      await system.notify(request);
      if (one.kind === 'in an hour') {
        expect(explanation, name).toMatchObject({ outcome: 'scheduled', deliver_at: request.deliver_at });
        await system.advance(3_600);
      }
      const frames = clients.map((client) => client.frames.filter(({ type }) => /^(notification|event)$/.test(type)));
      const pushes = registered.map((phone) => phone.pushes.length);
      const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
      const outcome = await deliveredOutcome(system, sum(frames.map(({ length }) => length)), sum(pushes));
      expect(explained?.outcome, name).toBe(one.kind === 'expired' ? 'expired' : outcome);
      expect(explained?.sockets, name).toBe(frames.filter(({ length }) => length > 0).length);
      if (explained?.held_until) await system.advance((Date.parse(explained.held_until) - system.clock.ms) / 1000 + 1);
      const pushed = registered.filter((phone) => phone.pushes.length > 0);
      expect(explained?.phones, name).toBe(pushed.length);
    }
  });
});

describe('POST /internal/explain', () => {
  it('sends and writes nothing', async () => {
    const { system, clients } = await setUp({ ...cases[0]!, sockets: 1, phones: 1, kind: 'crowded' });
    const { memory } = system;
    const call = memory.call;
    const calls: string[] = [];
    memory.call = (operation, apply) => {
      calls.push(operation);
      return call(operation, apply);
    };
    const before = JSON.stringify(memory.rowsOf('alice'));
    await explain(system, { ...REQUEST, id: 'one' }, 'test');
    await explain(system, { ...REQUEST, user_id: EVERYONE });
    expect(JSON.stringify(memory.rowsOf('alice'))).toBe(before);
    expect(memory.queues.dispatch.all()).toEqual([]);
    expect(clients[0]!.frames).toEqual([]);
    expect((await system.as('alice', 'GET', '/api/v2/notifications')).body.unread_count).toBe(60);
  });

  it('names the field of a request that would be rejected, in the words of the rejected queue', async () => {
    const system = functionsInMemory();
    expect(await explain(system, { ...REQUEST, priority: 'urgent' })).toMatchObject({
      outcome: 'rejected',
      field: 'priority',
      reason: `priority must be one of normal, high, critical. ${OUTCOME_REASONS.rejected}`,
      users: [],
    });
    expect((await system.call('POST', '/internal/explain', { request: 7 })).status).toBe(400);
  });

  it('finds a duplicate of the producer’s own id', async () => {
    const system = functionsInMemory();
    await system.notify({ ...REQUEST, id: 'order-42' });
    expect(await explain(system, { ...REQUEST, id: 'order-42' }, 'test')).toMatchObject({ outcome: 'duplicate' });
    expect(await explain(system, { ...REQUEST, id: 'order-42' }, 'other')).toMatchObject({ outcome: 'dispatched' });
  });

  it('says until when a request waits in a digest, and the request’s status says so then', async () => {
    const system = functionsInMemory();
    const digest = { key: 'k', window_seconds: 600, title: '{count}', message: 'M' };
    const request = { ...REQUEST, id: 'one', digest };
    const inTenMinutes = new Date(system.clock.ms + 600_000).toISOString();
    const explained = async () => (await explain(system, { ...request, id: 'other' })).users[0];
    expect(await explained()).toMatchObject({ outcome: 'digested', digested_until: inTenMinutes, sockets: 0 });
    await system.notify(request);
    await system.advance(60);
    expect(await explained()).toMatchObject({ outcome: 'digested', digested_until: inTenMinutes });
    const status = async () => (await system.call('GET', '/internal/requests/one?source=test&user_id=alice')).body;
    expect(await status()).toMatchObject({
      state: 'digested',
      digest: { state: 'waiting', closes_at: inTenMinutes },
      notification: null,
    });
    await system.advance(541);
    expect(await status()).toMatchObject({ state: 'digested', digest: { state: 'sent' } });
    const leading = { ...request, digest: { ...digest, key: 'l', leading: true } };
    expect((await explain(system, leading)).users[0]?.outcome).toBe('inbox');
  });

  it('says until when a type that is wanted daily waits', async () => {
    const system = functionsInMemory();
    const change = { type_frequencies: { [TYPE]: 'daily' }, daily_digest: { time: '18:00', time_zone: 'UTC' } };
    await system.as('alice', 'PUT', '/api/v2/preferences', change);
    const explained = async (more: object) => (await explain(system, { ...REQUEST, ...more })).users[0];
    expect(await explained({})).toMatchObject({ outcome: 'digested', digested_until: '2026-11-21T18:00:00.000Z' });
    expect((await explained({ priority: 'critical' }))?.outcome).toBe('inbox');
  });

  it('looks at the first of many users once each, and counts the subscribers of a topic', async () => {
    const system = functionsInMemory();
    await system.connect('user-7', { topics: ['chat:42'] });
    const userIds = Array.from({ length: 200 }, (_, at) => `user-${at % 100}`);
    const many = await explain(system, { ...REQUEST, user_id: undefined, user_ids: userIds });
    expect(many).toMatchObject({ recipients: 100, connections: 1 });
    expect(many.users.map((user) => user.user_id)).toEqual(userIds.slice(0, EXPLAINED_USERS_MAX));
    const everyone = await explain(system, { ...REQUEST, user_id: EVERYONE });
    expect(everyone).toMatchObject({ recipients: 1, connections: 1, users: [] });
    expect(await explain(system, { topic: 'chat:42', notification_type: TYPE })).toMatchObject({ connections: 0 });
  });

  it('puts a price on it that the benchmark confirms', async () => {
    const { system } = await setUp({ ...cases[0]!, sockets: 1, phones: 0, kind: 'stored' });
    const { log_gb: _logs, data_out_gb: _transfer, ...units } = figures.scenarios.single.units;
    const { dollars } = await explain(system, REQUEST);
    expect(dollars / dollarsOf(units)).toBeCloseTo(1, 1);
    expect(dollarsOf(PER_INVOCATION)).toBeLessThan(dollars);
  });
});
