// The list: order, bounds, duplicates, older pages, counts, and changes made elsewhere.
import { describe, expect, it } from 'vitest';
import { notification } from './fake-server.ts';
import { count, MINUTE, SECOND, setup, titles } from './setup.ts';

describe('the list', () => {
  it('keeps the newest 50, newest first', async () => {
    const { server, clock, client, arrived, online } = setup();
    await online();
    for (let n = 1; n <= 60; n++) server.add({ title: String(n) });
    await clock.advance(SECOND);
    expect(titles(client)).toEqual(Array.from({ length: 50 }, (_, at) => String(60 - at)));
    expect(client.getState()).toMatchObject({ unreadCount: 60, hasMore: true });
    expect(arrived).toHaveLength(60);
  });

  it('orders by id, whatever the order of arrival, and shows an id once', async () => {
    const { server, clock, client, arrived, online } = setup();
    await online();
    const delays = [900, 600, 300];
    server.route = () => {
      const delayMs = delays.shift()!;
      return [delayMs, delayMs + 500];
    };
    for (const title of ['a', 'b', 'c']) server.add({ title });
    await clock.advance(3 * SECOND);
    expect(titles(client)).toEqual(['c', 'b', 'a']);
    expect(arrived).toEqual(['c', 'b', 'a']);
  });

  it('does not bring back what was removed when its frame comes late', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const item = server.add();
    await clock.advance(SECOND);
    await Promise.all([client.remove(item.id), clock.advance(SECOND)]);
    server.post({ type: 'notification', notification: item, unread_count: 0 });
    await clock.advance(SECOND);
    expect(titles(client)).toEqual([]);
    const other = server.add();
    await clock.advance(SECOND);
    server.readAll();
    await Promise.all([client.clear(), clock.advance(SECOND)]);
    server.post({ type: 'notification', notification: other, unread_count: 0 });
    await clock.advance(SECOND);
    expect(titles(client)).toEqual([]);
  });

  it('keeps what was read when an older copy comes late', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const item = server.add();
    await clock.advance(SECOND);
    server.read(item.id);
    await clock.advance(SECOND);
    server.post({ type: 'notification', notification: item, unread_count: 0 });
    await clock.advance(SECOND);
    expect(client.getState().notifications[0]!.is_read).toBe(true);
  });

  it('loads older ones by cursor to the end', async () => {
    const { server, clock, client, online } = setup({ size: 5 });
    for (let n = 1; n <= 112; n++) server.add({ title: String(n) });
    await online();
    expect(titles(client)).toHaveLength(5);
    for (const length of [55, 105, 112]) {
      const loading = client.loadMore();
      expect(client.getState().loading).toBe(true);
      await Promise.all([loading, clock.advance(SECOND)]);
      expect(client.getState().loading).toBe(false);
      expect(titles(client)).toHaveLength(length);
    }
    expect(client.getState().hasMore).toBe(false);
    expect(titles(client)).toEqual(Array.from({ length: 112 }, (_, at) => String(112 - at)));
    expect(await client.loadMore()).toBe(false);
  });

  it('loads older ones after some were pushed out, even of one millisecond', async () => {
    const { server, clock, client, online } = setup({ size: 5 });
    for (let n = 1; n <= 70; n++) server.add({ title: String(n) });
    await online();
    for (let n = 71; n <= 73; n++) server.add({ title: String(n) });
    await clock.advance(SECOND);
    expect(titles(client)).toEqual(['73', '72', '71', '70', '69']);
    for (let calls = 0; calls < 4 && client.getState().hasMore; calls++) {
      await Promise.all([client.loadMore(), clock.advance(SECOND)]);
    }
    expect(titles(client)).toEqual(Array.from({ length: 73 }, (_, at) => String(73 - at)));
  });

  it('applies to older ones what changed while they were loaded', async () => {
    const { server, clock, client, online } = setup({ size: 1 });
    const old = server.add({ title: 'Old' });
    await clock.advance(SECOND);
    server.add({ title: 'New' });
    await online();
    server.latency = () => 500;
    const loading = client.loadMore();
    await clock.advance(600);
    server.read(old.id);
    await clock.advance(SECOND);
    await loading;
    expect(client.getState().notifications.map(({ title, is_read: isRead }) => [title, isRead])).toEqual([
      ['New', false],
      ['Old', true],
    ]);
  });

  it('does not lose what arrives while it is fetched again', async () => {
    const { server, clock, client, tab, online } = setup();
    const first = server.add({ title: 'First' });
    await online();
    await clock.advance(6 * MINUTE);
    server.latency = () => 500;
    tab.page('focus');
    await clock.advance(600);
    server.add({ title: 'Meanwhile', is_read: false });
    server.read(first.id);
    await clock.advance(2 * SECOND);
    expect(client.getState().notifications.map(({ title, is_read: isRead }) => [title, isRead])).toEqual([
      ['Meanwhile', false],
      ['First', true],
    ]);
    expect(client.getState().unreadCount).toBe(1);
  });

  it('is refreshed on focus, at most every 5 minutes while online', async () => {
    const { server, clock, tab, online } = setup();
    await online();
    const before = count(server, 'GET ');
    for (let times = 0; times < 10; times++) {
      tab.page('focus');
      await clock.advance(MINUTE);
    }
    expect(count(server, 'GET ') - before).toBe(1);
  });

  it('hides a notification when it expires, and asks the server for the count', async () => {
    const { server, clock, client, online } = setup();
    await online();
    server.add({ expires_at: new Date(clock.now() + 10 * MINUTE).toISOString() });
    await clock.advance(10 * MINUTE - SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 1, notifications: [{}] });
    const before = count(server, 'GET ');
    await clock.advance(2 * SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 0, notifications: [] });
    expect(count(server, 'GET ')).toBe(before + 1);
  });

  it('says that it loads, and why it could not', async () => {
    const { server, clock, client, errors } = setup();
    server.intercept = (_, path) =>
      path.includes('notifications')
        ? { status: 500, body: { code: 'internal_error', detail: 'Our fault.' } }
        : undefined;
    client.start();
    expect(client.getState().loading).toBe(false);
    await clock.advance(10);
    expect(client.getState()).toMatchObject({ loading: true, error: null });
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({
      loading: false,
      error: { action: 'load', code: 'internal_error', status: 500, message: 'Our fault.' },
    });
    expect(errors).toContain('load internal_error');
    server.intercept = undefined;
    client.retryNow();
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ error: null });
  });

  it('is fetched again after a minute when it could not be fetched while the socket is open', async () => {
    const { server, clock, client, online } = setup();
    const { id } = server.add();
    await online();
    server.isUp = false;
    server.cut();
    server.archive(id);
    server.isUp = true;
    server.intercept = (method) => (method === 'GET' ? 'network' : undefined);
    await clock.advance(5 * SECOND);
    expect(client.getState()).toMatchObject({ connection: { status: 'online' }, notifications: [{ id }] });
    server.intercept = undefined;
    await clock.advance(66 * SECOND);
    expect(client.getState().notifications).toEqual([]);
    const calls = count(server, 'GET ');
    await clock.advance(5 * MINUTE);
    expect(count(server, 'GET ')).toBe(calls);
  });

  it('survives replies that are no lists', async () => {
    const { server, clock, client } = setup();
    server.intercept = (method) => (method === 'GET' ? { status: 200, body: { hello: 'captive portal' } } : undefined);
    client.start();
    await clock.advance(SECOND);
    expect(client.getState().error).toMatchObject({ action: 'load', code: 'network' });
    expect(client.getState().connection.status).toBe('online');
  });
});

describe('counts', () => {
  it('a frame for everyone, which carries no count, adds one, once', async () => {
    const { server, clock, client, online } = setup();
    await online();
    server.route = () => [0, 100];
    server.add({ isBroadcast: true });
    await clock.advance(SECOND);
    expect(client.getState().unreadCount).toBe(1);
  });

  it('a count that comes while the list is fetched outlives the page, with what was added to it', async () => {
    const { server, clock, client, tab, online } = setup();
    await online();
    await clock.advance(6 * MINUTE);
    server.latency = () => 500;
    tab.page('focus');
    await clock.advance(100);
    server.add();
    server.add({ isBroadcast: true });
    await clock.advance(3 * SECOND);
    expect(client.getState().unreadCount).toBe(2);
  });

  it('is only a least number when the server says so', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const { id } = server.add();
    server.post({ type: 'unread_count', unread_count: 100, unread_count_exact: false });
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 100, unreadCountExact: false });
    server.isUp = false;
    void client.markRead(id);
    expect(client.getState().unreadCount).toBe(100);
  });
});

describe('a count that changes because something expires', () => {
  it('is asked for then, though the list does not show it', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const expires_at = new Date(clock.now() + 30 * SECOND).toISOString();
    // Of a type the user muted: only the count is sent.
    server.route = () => [];
    const { id } = server.add({ expires_at });
    server.route = () => [0];
    server.post({ type: 'unread_count', unread_count: 1, next_expiry_at: expires_at });
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 1, notifications: [] });
    await clock.advance(30 * SECOND);
    expect(server.items.has(id)).toBe(true);
    expect(client.getState().unreadCount).toBe(0);
  });

  it('is asked for once: a server that still counts it is not asked again and again', async () => {
    const { server, clock, client, online } = setup();
    await online();
    server.intercept = (_method, path) => (path.includes('/notifications?') ? { status: 500 } : undefined);
    const next_expiry_at = new Date(clock.now() + 10 * SECOND).toISOString();
    server.post({ type: 'unread_count', unread_count: 1, next_expiry_at });
    const before = count(server, 'GET');
    await clock.advance(40 * SECOND);
    expect(count(server, 'GET') - before).toBeLessThanOrEqual(2);
    expect(client.getState().unreadCount).toBe(1);
  });
});

describe('changes made elsewhere', () => {
  it.each([
    ['read', (one: any) => one.is_read, 1],
    ['unread', (one: any) => !one.is_read, 2],
    ['archive', (one: any) => one === undefined, 1],
    ['recall', (one: any) => one === undefined, 1],
  ] as const)('%s shows within a second', async (act, isDone, unread) => {
    const { server, clock, client, online } = setup();
    await online();
    const { id } = server.add();
    server.add();
    await clock.advance(SECOND);
    server[act](id);
    await clock.advance(SECOND);
    expect(isDone(client.getState().notifications.find((one) => one.id === id))).toBe(true);
    expect(client.getState().unreadCount).toBe(unread);
  });

  it('everything read, everything cleared', async () => {
    const { server, clock, client, online } = setup();
    await online();
    for (let n = 0; n < 3; n++) server.add();
    await clock.advance(SECOND);
    server.readAll();
    await clock.advance(SECOND);
    expect(client.getState().unreadCount).toBe(0);
    expect(client.getState().notifications.every((one) => one.is_read)).toBe(true);
    server.post({ type: 'unread_count', unread_count: 0, changed: { cleared_up_to: server.list(1)[0]!.id } });
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ notifications: [], hasMore: false });
  });

  it('are found when they were made while the client was away', async () => {
    const { server, clock, client, online } = setup();
    const { id } = server.add();
    await online();
    server.isUp = false;
    server.cut();
    await clock.advance(SECOND);
    server.read(id);
    server.isUp = true;
    await clock.advance(10 * SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 0, notifications: [{ is_read: true }] });
  });
});

describe('frames', () => {
  it('that are unknown, broken or incomplete change nothing', async () => {
    const { server, clock, client, online, status } = setup();
    server.add();
    await online();
    const before = client.getState();
    for (const text of ['', 'null', '[]', '7', '{', '"notification"', '{"type":"invented","x":1}']) {
      server.openSockets()[0]!.handlers.onMessage(text);
    }
    for (const frame of [
      { type: 'notification' },
      { type: 'notification', notification: {} },
      { type: 'notifications' },
      { type: 'notifications', notifications: [null, {}] },
      { type: 'unread_count' },
      { type: 'unread_count', changed: {} },
      { type: 'acked' },
      { type: 'notification_removed' },
      { type: 'subscribed', topics: [] },
    ]) {
      server.post(frame);
    }
    await clock.advance(SECOND);
    expect(client.getState()).toBe(before);
    expect(status()).toBe('online');
  });

  it('of a topic are events, once each', async () => {
    const { server, clock, client, online } = setup({ topics: ['chat:42'] });
    const events: unknown[] = [];
    client.on('event', (event) => events.push(event.payload));
    await online();
    expect(server.sockets[0]!.received.at(-1)).toEqual({ action: 'subscribe', topics: ['chat:42'] });
    const frame = { type: 'event', topic: 'chat:42', event_type: 'typing', payload: { user: 'bob' } };
    server.post({ ...frame, id: 'one' });
    server.post({ ...frame, id: 'one' });
    server.post(frame);
    await clock.advance(SECOND);
    expect(events).toEqual([{ user: 'bob' }, { user: 'bob' }]);
  });

  it('of an error are reported', async () => {
    const { server, clock, errors, online } = setup();
    await online();
    server.post({ type: 'error', code: 'forbidden', message: 'Your credential does not authorise chat:42.' });
    await clock.advance(SECOND);
    expect(errors).toEqual(['connect forbidden']);
  });

  it('that were sent again do not report a notification twice, nor do sync and polling', async () => {
    const { server, clock, arrived, online } = setup();
    await online();
    const item = server.add({ title: 'Once' });
    await clock.advance(SECOND);
    server.post({ type: 'notification', notification: { ...item, retry_count: 1 }, unread_count: 1 });
    server.cut();
    await clock.advance(5 * MINUTE);
    expect(arrived).toEqual(['Once']);
  });

  it('of a notification that was read elsewhere already report none', async () => {
    const { server, clock, arrived, online } = setup();
    await online();
    server.add({ title: 'Read', is_read: true });
    await clock.advance(SECOND);
    expect(arrived).toEqual([]);
  });
});

describe('what requires an acknowledgement', () => {
  it('is acknowledged in few frames', async () => {
    const { server, clock, client, online } = setup({ size: 100 });
    await online();
    for (let n = 0; n < 120; n++) server.add({ requires_ack: true });
    server.add();
    await clock.advance(SECOND);
    const acks = server.sockets[0]!.received.filter(({ action }) => action === 'ack');
    expect(acks.map((frame) => frame.notification_ids.length)).toEqual([100, 20]);
    expect(client.getState().notifications.filter((one) => one.acknowledged)).toHaveLength(99);
  });

  it('is acknowledged after a reconnect when it was polled, and again when the server asks again', async () => {
    const { server, clock, online } = setup();
    await online();
    server.blocksSockets = true;
    server.cut();
    const item = server.add({ requires_ack: true });
    await clock.advance(2 * MINUTE);
    server.blocksSockets = false;
    await clock.advance(MINUTE);
    const acksOf = () => server.sockets.at(-1)!.received.filter(({ action }) => action === 'ack').length;
    expect(server.items.get(item.id)!.acknowledged).toBe(true);
    const before = acksOf();
    server.post({ type: 'notification', notification: notification(item.id, item.created_at), unread_count: 1 });
    await clock.advance(SECOND);
    expect(acksOf()).toBe(before);
    server.post({ type: 'notification', notification: item, unread_count: 1 });
    await clock.advance(SECOND);
    expect(acksOf()).toBe(before + 1);
  });
});
