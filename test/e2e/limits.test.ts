// What one user, or one connection, may use: everybody else is served as before, and who is refused hears when to come
// back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CONNECTIONS_PER_USER_MAX,
  DEVICES_PER_USER_MAX,
  FRAMES_PER_MINUTE,
  PAGE_MAX_BYTES,
  READS_PER_MINUTE,
  SOCKETS_PER_DELIVERY_MAX,
  SYNCS_PER_MINUTE,
} from '../../protocol/limits.ts';
import { newUser } from '../support/new-user.ts';
import type { SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';

/** Functions have several containers, each of which may let a few calls pass before it counts them for all. */
const SLACK = 20;

describe.skipIf(!hasControlApi)('limits (need the local clock)', () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest();
  });
  afterAll(() => stack.close());

  /** So that no minute ends in the middle of a test. */
  async function minuteBegins(): Promise<void> {
    const nowMs = await stack.now();
    await stack.local.advance(60 - ((nowMs / 1000) % 60) + 1);
  }

  /** Operations of AWS calls since `before` calls had been made. */
  async function callsSince(before: number): Promise<{ operation: string; function?: string }[]> {
    const calls = await stack.local.calls();
    return calls.slice(0, calls.length - before);
  }

  const refusals = (socket: SocketClient) => socket.of('error').filter(({ code }) => code === 'rate_limited');

  it('120 frames a minute on a connection: the others are answered with when to come back, on that connection alone', async () => {
    const user = newUser('frames');
    const [busy, other] = [await stack.connect(user), await stack.connect(user)];
    await minuteBegins();
    for (let at = 0; at < FRAMES_PER_MINUTE + SLACK; at++) busy.send({ action: 'dance' });
    await busy.frame(() => busy.of('error').length === FRAMES_PER_MINUTE + SLACK, 30_000);
    const refused = refusals(busy);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(SLACK);
    expect(refused[0].retry_after_seconds).toBeGreaterThan(0);
    expect(refused[0].retry_after_seconds).toBeLessThanOrEqual(60);
    other.send({ action: 'dance' });
    expect(await other.frame('error')).toMatchObject({ code: 'unknown_action' });
    await stack.local.advance(refused[0].retry_after_seconds);
    busy.send({ action: 'sync' });
    await busy.frame('synced');
  });

  it('6 sync a minute on a connection', async () => {
    const socket = await stack.connect(newUser('syncs'));
    await minuteBegins();
    for (let at = 0; at < SYNCS_PER_MINUTE + 3; at++) socket.send({ action: 'sync' });
    await socket.frame(() => socket.frames.length === SYNCS_PER_MINUTE + 3, 30_000);
    expect(socket.of('synced')).toHaveLength(SYNCS_PER_MINUTE);
    expect(refusals(socket)).toHaveLength(3);
  });

  it('600 reads a minute, each of every container counted', async () => {
    const [user, token] = [newUser('reads'), await stack.token(newUser('other'))];
    const own = await stack.token(user);
    await minuteBegins();
    const statuses: number[] = [];
    let refused: { headers: Headers; body: any } | undefined;
    const read = async () => {
      while (statuses.length < READS_PER_MINUTE + 2 * SLACK) {
        const at = statuses.push(0) - 1;
        const reply = await stack.http('GET', '/api/v2/notifications/unread-count', { token: own });
        statuses[at] = reply.status;
        if (reply.status === 429) refused = reply;
      }
    };
    await Promise.all(Array.from({ length: 8 }, read));
    const passed = statuses.filter((status) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(READS_PER_MINUTE);
    expect(passed).toBeLessThan(READS_PER_MINUTE + 2 * SLACK);
    const seconds = Number(refused!.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(refused!.body).toMatchObject({ code: 'rate_limited', retry_after_seconds: seconds });
    expect((await stack.http('GET', '/api/v2/notifications/unread-count', { token })).status).toBe(200);
  });

  it('50 connections of a user: the oldest hears why and is closed, the others are served', async () => {
    const user = newUser('connections');
    const sockets: SocketClient[] = [];
    for (let at = 0; at < CONNECTIONS_PER_USER_MAX + 2; at++) sockets.push(await stack.connect(user));
    for (const oldest of sockets.splice(0, 2)) {
      await oldest.closed;
      expect(oldest.frames.at(-1)).toMatchObject({ type: 'error', code: 'too_many_connections' });
    }
    await stack.notify({ user_id: user });
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
    await stack.settle();
    for (const socket of sockets) expect(socket.of('notification')).toHaveLength(1);
    expect((await stack.local.connections()).filter((one) => one.user_id === user)).toHaveLength(sockets.length);
  });

  it('more than 20 sockets of a user are left to the fan-out, for live-only frames too', async () => {
    const user = newUser('sockets');
    const sockets = await Promise.all(Array.from({ length: SOCKETS_PER_DELIVERY_MAX + 5 }, () => stack.connect(user)));
    const before = (await stack.local.calls()).length;
    await stack.notify({ user_id: user, store: false, notification_type: 'signal' });
    await Promise.all(sockets.map((socket) => socket.frame('event')));
    await stack.notify({ user_id: user });
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
    await stack.settle();
    for (const socket of sockets)
      expect([socket.of('event'), socket.of('notification')].map(({ length }) => length)).toEqual([1, 1]);
    const posts = (await callsSince(before)).filter(({ operation }) => operation === 'PostToConnection');
    const by = (name: string) => posts.filter((call) => call.function === name).length;
    expect([by('dispatch'), by('fanout')]).toEqual([2 * SOCKETS_PER_DELIVERY_MAX, 2 * 5]);
  });

  it('20 devices of a user, however many register at once', async () => {
    const user = newUser('devices');
    const register = (at: number) =>
      stack.as(user, 'POST', '/api/v2/devices', { platform: 'fcm', token: `${user}-${at}` });
    const replies = await Promise.all(Array.from({ length: DEVICES_PER_USER_MAX + 5 }, (_, at) => register(at)));
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(DEVICES_PER_USER_MAX).fill(201), ...Array(5).fill(400)]);
    const { devices } = (await stack.as(user, 'GET', '/api/v2/devices')).body;
    expect(devices).toHaveLength(DEVICES_PER_USER_MAX);
    await stack.as(user, 'DELETE', `/api/v2/devices/${devices[0].id}`);
    expect((await register(99)).status).toBe(201);
  });

  it('page × size beyond 5,000 is refused before anything is read', async () => {
    const user = newUser('pages');
    await stack.as(user, 'GET', '/api/v2/notifications');
    const before = (await stack.local.calls()).length;
    const reply = await stack.as(user, 'GET', '/api/v2/notifications?page=51&size=100');
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request', field: 'page' } });
    const calls = (await callsSince(before)).map(({ operation }) => operation);
    expect(calls).toContain('GetItem');
    expect(calls).not.toContain('Query');
    expect((await stack.as(user, 'GET', '/api/v2/notifications?page=50&size=100')).status).toBe(200);
  });

  it('a page ends at 4 MB and goes on with its cursor', async () => {
    const user = newUser('large');
    const message = '\u0001'.repeat(16_000);
    const entries = Array.from({ length: 50 }, (_, at) => ({
      detail_type: 'notification.requested',
      detail: { user_id: user, title: `Large ${at}`, message, notification_type: 'system' },
    }));
    for (let at = 0; at < entries.length; at += 2) await stack.put(entries.slice(at, at + 2));
    await stack.settle();
    const seen: string[] = [];
    let query = '?size=100';
    for (;;) {
      const { status, text, body } = await stack.as(user, 'GET', `/api/v2/notifications${query}`);
      expect(status).toBe(200);
      expect(Buffer.byteLength(text)).toBeLessThan(PAGE_MAX_BYTES + 1_000);
      seen.push(...body.notifications.map(({ title }: { title: string }) => title));
      if (body.next_cursor === null) break;
      query = `?size=100&cursor=${body.next_cursor}`;
    }
    expect(seen.toSorted()).toEqual(entries.map(({ detail }) => detail.title).toSorted());
  });
});
