// The IAM routes: tickets, events, presence, counts, and how a broadcast goes.
import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const now = () => new Date(system.clock.ms).toISOString();
const announce = (fields: object = {}) =>
  system.notify({ id: 'announcement-1', user_id: EVERYONE, notification_type: 'announcement', ...fields });
const statusOf = (id = 'announcement-1') => system.call('GET', `/internal/broadcasts/${id}?source=test`);

describe('POST /internal/events', () => {
  const entry = { source: 'test', detail_type: 'notification.requested', detail: { user_id: 'alice' } };

  it('puts events on the bus', async () => {
    const client = await system.connect('alice');
    const detail = { user_id: 'alice', title: 'Hello', message: 'There', notification_type: 'system' };
    const reply = await system.call('POST', '/internal/events', { entries: [{ ...entry, detail }] });
    expect(reply).toMatchObject({ status: 200, body: { failed_entry_count: 0 } });
    await system.run();
    expect(client.frames).toMatchObject([{ type: 'notification', notification: { title: 'Hello' } }]);
  });

  it('puts events past the bus when asked to be fast, and takes only its own detail types there', async () => {
    const client = await system.connect('alice');
    const detail = { user_id: 'alice', title: 'Hello', message: 'There', notification_type: 'system' };
    const reply = await system.call('POST', '/internal/events?fast=1', { entries: [{ ...entry, detail }] });
    expect(reply).toMatchObject({ status: 200, body: { failed_entry_count: 0, entries: [{}] } });
    await system.run();
    expect(client.frames).toMatchObject([{ type: 'notification', notification: { title: 'Hello' } }]);
    const mapped = { entries: [{ ...entry, detail_type: 'order.placed' }] };
    expect(await system.call('POST', '/internal/events?fast=1', mapped)).toMatchObject({ status: 400 });
    expect(await system.call('POST', '/internal/events?fast=yes', { entries: [entry] })).toMatchObject({
      status: 400,
      body: { field: 'fast' },
    });
  });

  it('refuses the whole batch when a detail type is neither its own nor mapped, and suggests one', async () => {
    const entries = [
      { ...entry, detail_type: 'order.shipped' },
      { ...entry, detail_type: 'notification.request' },
    ];
    const { status, body } = await system.call('POST', '/internal/events', { entries });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      field: 'entries[1].detail_type',
      detail: expect.stringContaining('notification.requested'),
    });
    expect(system.memory.queues.dispatch.all()).toEqual([]);
  });
});

describe('GET /internal/users/{id}/presence', () => {
  it('lists the open connections of the user', async () => {
    await system.connect('alice', { org_id: 'acme' });
    const { body } = await system.call('GET', '/internal/users/alice/presence');
    const connections = [{ connected_at: now(), org_id: 'acme' }];
    expect(body).toEqual({ user_id: 'alice', is_online: true, is_present: false, connections, last_seen_at: now() });
  });

  it('says at which connections a person is', async () => {
    const [idle, active] = [await system.connect('alice'), await system.connect('alice')];
    await idle.send({ action: 'presence', state: 'idle' });
    await active.send({ action: 'presence', state: 'active' });
    const { body } = await system.call('GET', '/internal/users/alice/presence');
    const of = (presence: string) => ({ connected_at: now(), presence, presence_at: now() });
    expect(body).toMatchObject({ is_present: true, connections: [of('idle'), of('active')] });
  });

  it('says when the last connection closed', async () => {
    const client = await system.connect('alice');
    system.clock.ms += 60_000;
    await client.close();
    const closedAt = now();
    system.clock.ms += 60_000;
    const { body } = await system.call('GET', '/internal/users/alice/presence');
    expect(body).toEqual({
      user_id: 'alice',
      is_online: false,
      is_present: false,
      connections: [],
      last_seen_at: closedAt,
    });
  });

  it('has no time for a user who never connected, and refuses everyone', async () => {
    expect((await system.call('GET', '/internal/users/bob/presence')).body.last_seen_at).toBeNull();
    expect((await system.call('GET', `/internal/users/${EVERYONE}/presence`)).status).toBe(400);
    expect((await system.call('GET', '/internal/users/bob/presence?verbose=1')).status).toBe(400);
  });
});

describe('GET /internal/topics/{topic}/subscribers', () => {
  const count = async (topic: string) => (await system.call('GET', `/internal/topics/${topic}/subscribers`)).body;

  it('counts connections and users', async () => {
    for (const user of ['alice', 'alice', 'bob']) {
      const client = await system.connect(user, { topics: ['chat:1'] });
      await client.send({ action: 'subscribe', topics: ['chat:1'] });
    }
    expect(await count('chat:1')).toEqual({
      topic: 'chat:1',
      connections: 3,
      users: 2,
      is_exact: true,
      counted_at: now(),
    });
    expect(await count('global_notifications')).toMatchObject({ connections: 3, users: 2 });
  });

  it('counts at most once a minute', async () => {
    await count('global_notifications');
    const countedAt = now();
    await system.connect('alice');
    system.clock.ms += 59_000;
    expect(await count('global_notifications')).toMatchObject({ connections: 0, counted_at: countedAt });
    system.clock.ms += 2_000;
    expect(await count('global_notifications')).toMatchObject({ connections: 1, counted_at: now() });
  });

  it('counts a user’s own topic without a subscription, at once', async () => {
    expect(await count('wal:alice')).toMatchObject({ connections: 0, users: 0, is_exact: true });
    await system.connect('alice');
    await system.connect('alice');
    expect(await count('wal:alice')).toMatchObject({ connections: 2, users: 1, is_exact: true });
  });

  it('refuses notifications, which is no audience', async () => {
    expect((await system.call('GET', '/internal/topics/notifications/subscribers')).status).toBe(400);
  });
});

describe('GET /api/v2/notifications/stats', () => {
  const stats = (claims: object) => system.as('root', 'GET', '/api/v2/notifications/stats', undefined, claims);

  it('answers administrators only, by group or scope compared whole', async () => {
    await system.connect('alice');
    const data = { total_users: 1, total_clients: 1, timestamp: now() };
    for (const claims of [{ 'cognito:groups': ['carillon-admin', 'other'] }, { scope: 'openid carillon/admin' }]) {
      expect(await stats(claims)).toEqual({ status: 200, body: { success: true, data } });
    }
    for (const claims of [
      {},
      { scope: 'carillon/administrator' },
      { scope: 'xcarillon/admin' },
      { 'cognito:groups': ['carillon-admins'] },
      { 'cognito:groups': ['not-carillon-admin'] },
    ]) {
      expect((await stats(claims)).status, JSON.stringify(claims)).toBe(403);
    }
  });
});

describe('GET /internal/broadcasts/{id}', () => {
  it('says how many have it, by the request’s id and by the notification’s', async () => {
    await system.connect('alice');
    await system.connect('bob');
    await announce();
    const { body } = await statusOf();
    expect(body).toMatchObject({ state: 'sent', sent: 2, failed: 0, remaining: 0, recalled_at: null, rollout: null });
    expect((await system.call('GET', `/internal/broadcasts/${body.id}`)).body).toEqual(body);
  });

  it('answers 404 for one that is not stored', async () => {
    expect((await statusOf('unknown')).status).toBe(404);
  });

  it('says that it was recalled', async () => {
    await announce();
    system.clock.ms += 1_000;
    await system.put('notification.recalled', { id: 'announcement-1' });
    expect((await statusOf()).body).toMatchObject({ state: 'recalled', recalled_at: now() });
  });
});

describe('a rollout', () => {
  const USERS = 40;
  const open = () => Promise.all(Array.from({ length: USERS }, (_, at) => system.connect(`user-${at}`)));
  const count = (clients: { frames: object[] }[]) => clients.filter(({ frames }) => frames.length > 0).length;
  const rollout = { percent: 50, minutes: 10 };

  it('reaches a part first, and the others after its minutes', async () => {
    const clients = await open();
    await announce({ rollout });
    const first = count(clients);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(USERS);
    expect((await statusOf()).body).toMatchObject({ state: 'rolling_out', sent: first, rollout });
    await system.advance(10 * 60 + 5);
    expect(clients.map(({ frames }) => frames.length)).toEqual(Array(USERS).fill(1));
    expect((await statusOf()).body).toMatchObject({ state: 'sent', sent: USERS });
  });

  it('stops when too many sockets of the first part could not be served', async () => {
    const clients = await open();
    for (const { id } of clients) system.memory.sockets.get(id)!.refusal = 'LimitExceededException';
    await announce({ rollout });
    // The rounds of retries are over by then.
    await system.advance(10 * 60 + 5);
    for (const { id } of clients) system.memory.sockets.get(id)!.refusal = undefined;
    await system.advance(60);
    expect(count(clients)).toBe(0);
    expect((await statusOf()).body).toMatchObject({ state: 'stopped', sent: 0 });
    expect(system.deps.counted.rollout_stopped).toBe(1);
  });

  it('does not go on after a recall, and removes what was sent', async () => {
    const clients = await open();
    await announce({ rollout });
    const first = clients.filter(({ frames }) => frames.length > 0);
    await system.put('notification.recalled', { id: 'announcement-1' });
    await system.advance(10 * 60 + 5);
    expect(first.map(({ frames }) => frames.at(-1))).toMatchObject(first.map(() => ({ type: 'notification_removed' })));
    const received = clients.flatMap(({ frames }) => frames).filter(({ type }) => type === 'notification');
    expect(received).toHaveLength(first.length);
  });
});

describe('POST /internal/broadcasts/estimate', () => {
  it('gives recipients, connections, bytes, dollars and seconds', async () => {
    for (const user of ['alice', 'alice', 'bob']) await system.connect(user);
    const { status, body } = await system.call('POST', '/internal/broadcasts/estimate');
    expect(status).toBe(200);
    expect(body).toMatchObject({ recipients: 2, connections: 3, is_exact: true, seconds: 3 / 5_000 });
    expect(body.dollars).toBeCloseTo(3 * 1.03e-6, 8);
  });

  it('counts 32 KB begun as one message more', async () => {
    await system.connect('alice');
    const request = { user_id: EVERYONE, title: 'Long', message: 'x'.repeat(4_000), notification_type: 'system' };
    const estimate = async (payload: object) =>
      (await system.call('POST', '/internal/broadcasts/estimate', { request: { ...request, payload } })).body;
    const [small, large] = [await estimate({}), await estimate({ text: 'é'.repeat(11_500) })];
    expect([small.frame_bytes < 32_768, large.frame_bytes < 32_768]).toEqual([true, true]);
    expect(large.frame_bytes).toBeGreaterThan(small.frame_bytes + 23_000);
  });
});

describe('DELETE /internal/users/{id}', () => {
  it('is to be repeated while a socket of the user is opening, which could not be closed', async () => {
    system.deps.userRows = { page: async () => ({ rows: [] }), remove: async () => undefined };
    const { id } = await system.connect('alice');
    const socket = system.memory.sockets.get(id)!;
    socket.isOpen = false;
    expect(await system.call('DELETE', '/internal/users/alice')).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    socket.isOpen = true;
    expect(await system.call('DELETE', '/internal/users/alice')).toMatchObject({ status: 200, body: { erased: 0 } });
    expect(socket.isOpen).toBe(false);
  });
});
