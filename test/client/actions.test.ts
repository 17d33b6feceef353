// Actions: shown at once, sent in order, rolled back when the server refuses.
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND, setup, titles } from './setup.ts';

async function withThree(options = {}) {
  const set = setup(options);
  await set.online();
  const items = ['a', 'b', 'c'].map((title) => set.server.add({ title }));
  await set.clock.advance(SECOND);
  set.server.calls.length = 0;
  return { ...set, items, ids: items.map(({ id }) => id) };
}
const readOf = (client: { getState(): { notifications: readonly { is_read: boolean }[] } }) =>
  client.getState().notifications.map((one) => one.is_read);

describe('an action', () => {
  it('shows at once and stays when the server accepts it', async () => {
    const { client, clock, ids, server } = await withThree();
    const read = client.markRead(ids[2]!);
    expect(readOf(client)).toEqual([true, false, false]);
    expect(client.getState().unreadCount).toBe(2);
    await clock.advance(SECOND);
    expect(await read).toBe(true);
    expect(client.getState().notifications[0]).toMatchObject({ is_read: true, read_at: expect.any(String) });
    const unread = client.markUnread(ids[2]!);
    expect(client.getState().unreadCount).toBe(3);
    await clock.advance(SECOND);
    expect(await unread).toBe(true);
    const removed = client.remove(ids[1]!);
    expect(titles(client)).toEqual(['c', 'a']);
    expect(client.getState().unreadCount).toBe(2);
    await clock.advance(SECOND);
    expect(await removed).toBe(true);
    expect(server.calls.map((call) => call.split(' ')[0])).toEqual(['PUT', 'PUT', 'DELETE']);
  });

  it('marks all as seen in every tab without reading anything, and asks the server only where something is new', async () => {
    const { client, clock, server } = await withThree();
    expect(client.getState()).toMatchObject({ unreadCount: 3, unseenCount: 3 });
    const seen = client.markAllSeen();
    expect(client.getState()).toMatchObject({ unreadCount: 3, unseenCount: 0 });
    expect(readOf(client)).toEqual([false, false, false]);
    await clock.advance(SECOND);
    expect(await seen).toBe(true);
    expect(await client.markAllSeen()).toBe(true);
    expect(server.calls).toEqual(['PUT /api/v2/notifications/mark-all-seen']);
    server.add();
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 4, unseenCount: 1 });
    server.add({ isBroadcast: true });
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 5, unseenCount: 2 });
  });

  it('snoozes at once, and shows what is taken back in its place again', async () => {
    const { client, clock, ids, server } = await withThree();
    const until = new Date(clock.now() + 600_000);
    const snoozed = client.snooze(ids[1]!, until);
    expect(titles(client)).toEqual(['c', 'a']);
    expect(client.getState().unreadCount).toBe(2);
    await clock.advance(SECOND);
    expect(await snoozed).toBe(true);
    expect(server.calls).toEqual([`PUT /api/v2/notifications/${ids[1]}/snooze`]);
    const back = client.unsnooze(ids[1]!);
    await clock.advance(SECOND);
    expect(await back).toBe(true);
    await clock.advance(SECOND);
    expect(titles(client)).toEqual(['c', 'b', 'a']);
    expect(client.getState().unreadCount).toBe(3);
  });

  it('shows again what the server would not snooze', async () => {
    const { client, clock, ids, server } = await withThree();
    server.intercept = () => ({ status: 400, body: { code: 'invalid_request', detail: 'No.' } });
    const snoozed = client.snooze(ids[1]!, new Date(0));
    await clock.advance(SECOND);
    expect(await snoozed).toBe(false);
    expect(titles(client)).toEqual(['c', 'b', 'a']);
  });

  it('counts everything unread as new where the server does not say what was seen', async () => {
    const { client, clock, server } = await withThree();
    server.post({ type: 'unread_count', unread_count: 7 });
    await clock.advance(SECOND);
    expect(client.getState()).toMatchObject({ unreadCount: 7, unseenCount: 7 });
  });

  it('is rolled back when the server refuses it, and an error event says which', async () => {
    const { client, clock, ids, server } = await withThree();
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    server.intercept = () => ({ status: 400, body: { code: 'invalid_request', detail: 'No.' } });
    const before = client.getState();
    const actions = [client.markRead(ids[0]!), client.remove(ids[1]!), client.clear()];
    expect(client.getState()).toMatchObject({ notifications: [], unreadCount: 0 });
    await clock.advance(SECOND);
    expect(await Promise.all(actions)).toEqual([false, false, false]);
    expect(client.getState().notifications).toEqual(before.notifications);
    expect(client.getState().unreadCount).toBe(3);
    expect(errors).toEqual([
      { action: 'markRead', notificationId: ids[0], code: 'invalid_request', message: 'No.', status: 400 },
      { action: 'remove', notificationId: ids[1], code: 'invalid_request', message: 'No.', status: 400 },
      { action: 'clear', code: 'invalid_request', message: 'No.', status: 400 },
    ]);
  });

  it.each([
    ['a lost reply', 'network' as const],
    ['a failing server', { status: 503 }],
    ['too many calls', { status: 429, headers: { 'retry-after': '3' } }],
  ])('is tried once more after %s', async (_, refusal) => {
    const { client, clock, ids, server, errors } = await withThree();
    let refusals = 1;
    server.intercept = (method) => (method === 'PUT' && refusals-- > 0 ? refusal : undefined);
    const read = client.markRead(ids[0]!);
    await clock.advance(5 * SECOND);
    expect(await read).toBe(true);
    refusals = 2;
    const again = client.markUnread(ids[0]!);
    await clock.advance(10 * SECOND);
    expect(await again).toBe(false);
    expect(readOf(client)).toEqual([false, false, true]);
    expect(errors).toHaveLength(1);
  });

  it('is not tried again when the server asks for a long wait', async () => {
    const { client, clock, ids, server } = await withThree();
    server.intercept = () => ({ status: 429, headers: { 'retry-after': '40' }, body: { code: 'rate_limited' } });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    const read = client.markRead(ids[0]!);
    await clock.advance(SECOND);
    expect(await read).toBe(false);
    expect(errors).toEqual([expect.objectContaining({ code: 'rate_limited', retryAfterSeconds: 40 })]);
  });

  it('ends with the server’s state when the reply was lost and the call was done', async () => {
    const { client, clock, ids, server } = await withThree();
    server.losesReply = () => true;
    const read = client.markRead(ids[0]!);
    await clock.advance(10 * SECOND);
    expect(await read).toBe(false);
    expect(readOf(client)).toEqual([false, false, true]);
    expect(client.getState().unreadCount).toBe(2);
  });

  it('is sent after those before it, so that the last one wins', async () => {
    const { client, clock, ids, server } = await withThree();
    const latencies = [400, 300, 200, 100, 10, 10];
    server.latency = () => latencies.shift() ?? 10;
    void client.markRead(ids[0]!);
    void client.markUnread(ids[0]!);
    void client.markRead(ids[1]!);
    await clock.advance(5 * SECOND);
    expect(readOf(client)).toEqual([false, true, false]);
    expect(server.items.get(ids[0]!)!.is_read).toBe(false);
  });

  it('on what is gone removes it: no error for remove, one for the others', async () => {
    const { client, clock, ids, server, errors } = await withThree();
    server.items.delete(ids[0]!);
    server.items.delete(ids[1]!);
    const [removed, read] = [client.remove(ids[0]!), client.markRead(ids[1]!)];
    await clock.advance(SECOND);
    expect([await removed, await read]).toEqual([true, false]);
    expect(titles(client)).toEqual(['c']);
    expect(client.getState().unreadCount).toBe(1);
    expect(errors).toEqual(['markRead not_found']);
  });

  it('is not broken by an id with other characters', async () => {
    const { client, clock, server } = await withThree();
    void client.markRead('../preferences?x=1#');
    await clock.advance(SECOND);
    expect(server.calls).toEqual(['PUT /api/v2/notifications/..%2Fpreferences%3Fx%3D1%23/read']);
  });

  it('stops the client when the server refuses the user', async () => {
    const { client, clock, ids, server } = await withThree();
    server.intercept = () => ({ status: 401, body: { message: 'Unauthorized' } });
    void client.markRead(ids[0]!);
    await clock.advance(SECOND);
    expect(client.getState().connection).toMatchObject({ status: 'unauthorized', reason: 'token_refused' });
    expect(client.getState().unreadCount).toBe(3);
  });
});

describe('markAllRead and clear', () => {
  it('reach as far as what was shown: what arrives meanwhile stays', async () => {
    const { client, clock, server } = await withThree();
    server.latency = () => 300;
    const all = client.markAllRead();
    expect(client.getState().unreadCount).toBe(0);
    server.add({ title: 'd' });
    await clock.advance(100);
    expect(readOf(client)).toEqual([false, true, true, true]);
    await clock.advance(SECOND);
    expect(await all).toBe(true);
    expect(client.getState().unreadCount).toBe(1);
    const cleared = client.clear();
    server.add({ title: 'e' });
    await clock.advance(SECOND);
    expect(await cleared).toBe(true);
    expect(titles(client)).toEqual(['e']);
    expect(server.list(9).map(({ title }) => title)).toEqual(['e']);
  });

  it('count what is left although more is unread than is shown', async () => {
    const { client, clock, server, online } = setup({ size: 2 });
    for (let n = 0; n < 9; n++) server.add();
    await online();
    expect(client.getState().unreadCount).toBe(9);
    void client.markAllRead();
    expect(client.getState().unreadCount).toBe(0);
    await clock.advance(SECOND);
    expect(server.unreadCount()).toBe(0);
  });

  it('do nothing with an empty list', async () => {
    const { client, server, online } = setup();
    await online();
    const calls = server.calls.length;
    expect(await Promise.all([client.markAllRead(), client.clear()])).toEqual([true, true]);
    expect(server.calls).toHaveLength(calls);
  });
});

describe('a removal with time for Undo', () => {
  it('shows at once, is sent after the delay', async () => {
    const { client, clock, ids, server } = await withThree();
    const removed = client.remove(ids[0]!, { delayMs: 4_000 });
    expect(titles(client)).toEqual(['c', 'b']);
    await clock.advance(3_900);
    expect(server.calls).toEqual([]);
    await clock.advance(SECOND);
    expect(await removed).toBe(true);
    expect(server.calls).toHaveLength(1);
  });

  it('is rolled back without an error when it is aborted in time', async () => {
    const { client, clock, ids, server, errors } = await withThree();
    const undo = new AbortController();
    const actions = [
      client.remove(ids[0]!, { delayMs: 4_000, signal: undo.signal }),
      client.clear({ delayMs: 4_000, signal: undo.signal }),
    ];
    server.add({ title: 'd' });
    await clock.advance(2 * SECOND);
    expect(titles(client)).toEqual(['d']);
    undo.abort();
    expect(await Promise.all(actions)).toEqual([false, false]);
    expect(titles(client)).toEqual(['d', 'c', 'b', 'a']);
    await clock.advance(MINUTE);
    expect(server.calls).toEqual([]);
    expect(errors).toEqual([]);
    expect(await client.remove(ids[0]!, { delayMs: 9, signal: undo.signal })).toBe(false);
  });

  it.each(['pagehide', 'stop'])('is sent at once on %s', async (how) => {
    const { client, clock, tab, ids, server } = await withThree();
    void client.remove(ids[0]!, { delayMs: 60_000 });
    if (how === 'stop') client.stop();
    else tab.page('pagehide');
    await clock.advance(SECOND);
    expect(server.items.get(ids[0]!)!.is_archived).toBe(true);
  });
});

describe('preferences', () => {
  it('are read and changed', async () => {
    const { client, clock, server, errors } = await withThree();
    const [read, changed] = [client.getPreferences(), client.setPreferences({ muted_types: ['chat'] })];
    await clock.advance(SECOND);
    expect(await read).toMatchObject({ muted_types: [] });
    expect(await changed).toMatchObject({ muted_types: ['chat'] });
    expect(server.calls).toEqual(['GET /api/v2/preferences', 'PUT /api/v2/preferences']);
    server.intercept = () => ({ status: 400, body: { code: 'invalid_request', detail: 'muted_types[0] …' } });
    const refused = client.setPreferences({ muted_types: [''] });
    await clock.advance(SECOND);
    expect(await refused).toBeUndefined();
    expect(errors).toEqual(['setPreferences invalid_request']);
  });
});
