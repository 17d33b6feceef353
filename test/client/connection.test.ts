// How a client stays connected: tickets, backoff, pings, handover, polling, and when it stops.
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../client/core/backoff.ts';
import { START_MS } from './fake-clock.ts';
import { count, HOUR, MINUTE, SECOND, setup, titles } from './setup.ts';

const TICKET = 'POST /api/v2/tickets';
const LIST = 'GET /api/v2/notifications';

describe('an attempt', () => {
  it('comes back when the server says so after it had too many connections, and polls meanwhile', async () => {
    const { server, clock, status, client, online, errors } = setup();
    await online();
    const tickets = count(server, 'POST /api/v2/tickets');
    server.post({ type: 'error', code: 'too_many_connections', message: 'Too many.', retry_after_seconds: 600 });
    await clock.advance(SECOND);
    expect(errors).toEqual(['connect too_many_connections']);
    expect(client.getState().connection.nextRetryAt).toBeGreaterThanOrEqual(clock.now() + 598 * SECOND);
    server.add();
    await clock.advance(2 * MINUTE);
    expect(status()).toBe('polling');
    expect(client.getState().unreadCount).toBe(1);
    expect(count(server, 'POST /api/v2/tickets')).toBe(tickets);
    await clock.advance(9 * MINUTE);
    expect(status()).toBe('online');
  });

  it('opens a socket with a ticket, syncs, and is online', async () => {
    const { server, status, online, client } = setup();
    expect(status()).toBe('idle');
    server.add({ title: 'Before' });
    await online();
    expect(server.sockets).toHaveLength(1);
    expect(server.sockets[0]!.received).toEqual([{ action: 'sync', since: expect.any(String) }]);
    expect(titles(client)).toEqual(['Before']);
    expect(client.getState().connection).toEqual({ status: 'online', reason: null, attempt: 0, nextRetryAt: null });
  });

  it('uses a new ticket each time', async () => {
    const { server, clock, online } = setup();
    await online();
    for (let cuts = 0; cuts < 3; cuts++) {
      server.cut();
      await clock.advance(40 * SECOND);
    }
    expect(server.sockets).toHaveLength(4);
    expect(count(server, TICKET)).toBe(4);
  });

  it('finds a notification that arrived between the list and the socket of an empty inbox', async () => {
    const { server, clock, client } = setup();
    server.latency = () => 300;
    client.start();
    // The list was answered at 300 ms, the socket opens at 900 ms.
    await clock.advance(700);
    server.add({ title: 'In between' });
    await clock.advance(5 * SECOND);
    expect(titles(client)).toEqual(['In between']);
  });

  it('fails after 20 s when the socket opens and nothing is answered', async () => {
    const { server, clock, client, status } = setup();
    server.isMute = true;
    client.start();
    await clock.advance(19 * SECOND);
    expect(status()).toBe('connecting');
    await clock.advance(2 * SECOND);
    expect(server.openSockets().length).toBeLessThanOrEqual(1);
    server.isMute = false;
    await clock.advance(MINUTE);
    expect(status()).toBe('online');
    expect(server.openSockets()).toHaveLength(1);
  });

  it('is online with the list over HTTP when sync is refused', async () => {
    const { server, clock, client, status } = setup();
    server.refuseSync = { type: 'error', code: 'rate_limited', message: 'Wait 20 s.' };
    client.start();
    await clock.advance(SECOND);
    expect(status()).toBe('online');
    expect(count(server, LIST)).toBe(2);
    // The gateway's own error has no type.
    server.refuseSync = { message: 'Internal server error', connectionId: 'c', requestId: 'r' };
    server.cut();
    await clock.advance(5 * SECOND);
    expect(status()).toBe('online');
  });

  it('fetches the list when the server could not send everything missed', async () => {
    const { server, clock, client, online } = setup({ size: 10 });
    server.add({ title: 'First' });
    await online();
    server.syncMax = 2;
    server.isUp = false;
    server.cut();
    for (let n = 1; n <= 5; n++) server.add({ title: `Missed ${n}` });
    server.isUp = true;
    await clock.advance(10 * SECOND);
    expect(titles(client)).toEqual(['Missed 5', 'Missed 4', 'Missed 3', 'Missed 2', 'Missed 1', 'First']);
    expect(client.getState().unreadCount).toBe(6);
  });
});

describe('backoff', () => {
  it('has full jitter, from 1 s to 30 s', () => {
    const most = [1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoffMs(failures, 0.999_999));
    expect(most.map(Math.round)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(backoffMs(6, 0)).toBe(0);
  });

  it('grows while attempts fail, reports when the next one is, and starts over after 30 s of a stable socket', async () => {
    const { server, clock, client } = setup({}, { random: () => 0.998 });
    const waits: number[] = [];
    client.on('connection', ({ status, nextRetryAt }) => {
      if (status === 'offline' && nextRetryAt) waits.push(Math.round((nextRetryAt - clock.now()) / 1_000));
    });
    server.isUp = false;
    client.start();
    await clock.advance(3 * MINUTE);
    expect(waits.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    server.isUp = true;
    const nextAttempt = () => clock.advance(client.getState().connection.nextRetryAt! - clock.now() + SECOND);
    for (const [stableSeconds, expected] of [
      [10, 30],
      [31, 1],
    ] as const) {
      await nextAttempt();
      await clock.advance(stableSeconds * SECOND);
      waits.length = 0;
      server.cut();
      await clock.advance(0);
      expect(waits).toEqual([expected]);
    }
  });

  it('keeps growing when sockets open and close at once', async () => {
    const { server, clock, client, online } = setup({}, { random: () => 0.998 });
    await online();
    for (let cuts = 0; cuts < 5; cuts++) {
      server.cut();
      await clock.advance(client.getState().connection.nextRetryAt! - clock.now() + 200);
    }
    server.cut();
    expect(client.getState().connection.attempt).toBe(6);
  });

  it.each(['online', 'visible', 'focus', 'pageshow'] as const)('%s cuts the wait short', async (signal) => {
    const { server, clock, client, tab, status } = setup({}, { random: () => 0.998 });
    server.isUp = false;
    client.start();
    await clock.advance(70 * SECOND);
    expect(client.getState().connection.nextRetryAt! - clock.now()).toBeGreaterThan(10 * SECOND);
    server.isUp = true;
    tab.page(signal);
    await clock.advance(SECOND);
    expect(status()).toBe('online');
  });

  it('honours Retry-After, which only retryNow cuts short', async () => {
    const { server, clock, client, tab, status } = setup();
    server.intercept = (_, path) =>
      path === '/api/v2/tickets'
        ? { status: 429, body: { code: 'rate_limited' }, headers: { 'retry-after': '90' } }
        : undefined;
    client.start();
    await clock.advance(SECOND);
    expect(client.getState().connection).toMatchObject({ status: 'polling', reason: 'rate_limited' });
    const waitMs = client.getState().connection.nextRetryAt! - clock.now();
    expect(waitMs).toBeGreaterThan(88 * SECOND);
    for (const signal of ['online', 'visible', 'focus'] as const) tab.page(signal);
    await clock.advance(80 * SECOND);
    expect(count(server, TICKET)).toBe(1);
    server.intercept = undefined;
    client.retryNow();
    await clock.advance(SECOND);
    expect(status()).toBe('online');
  });
});

describe('a client stops, and says why', () => {
  it('when the server refuses the token a second time, after a fresh one', async () => {
    const asked: boolean[] = [];
    const { server, clock, client } = setup({
      shareTabs: false,
      getToken: ({ refresh }) => {
        asked.push(refresh);
        return 'opaque';
      },
    });
    server.intercept = () => ({ status: 401, body: { message: 'Unauthorized' } });
    client.start();
    await clock.advance(SECOND);
    expect(client.getState().connection).toEqual({
      status: 'unauthorized',
      reason: 'token_refused',
      attempt: 0,
      nextRetryAt: null,
    });
    expect(asked.slice(0, 2)).toContain(false);
    expect(asked).toContain(true);
    const calls = server.calls.length;
    await clock.advance(HOUR);
    expect(server.calls).toHaveLength(calls);
    server.intercept = undefined;
    client.retryNow();
    await clock.advance(SECOND);
    expect(client.getState().connection.status).toBe('online');
  });

  it('when nobody is signed in; and shares tabs once somebody is', async () => {
    let token: string | null = null;
    const { server, clock, client, browser } = setup({ getToken: () => token });
    client.start();
    await clock.advance(SECOND);
    expect(client.getState().connection).toMatchObject({ status: 'unauthorized', reason: 'signed_out' });
    expect(server.calls).toEqual([]);
    token = 'e30.eyJzdWIiOiJhbGljZSJ9.';
    client.start();
    const second = browser.openTab({ getToken: () => token });
    second.client.start();
    await clock.advance(5 * SECOND);
    expect(client.getState().connection.status).toBe('online');
    expect(second.client.getState().connection.status).toBe('online');
    expect(server.openSockets()).toHaveLength(1);
  });

  it('when the user logs out everywhere: the list is emptied in every tab', async () => {
    const { server, clock, client, browser, online } = setup();
    server.add();
    await online();
    const second = browser.openTab();
    second.client.start();
    await clock.advance(SECOND);
    expect(second.client.getState().notifications).toHaveLength(1);
    server.post({ type: 'error', code: 'logged_out', message: 'You are logged out.' });
    await clock.advance(MINUTE);
    for (const one of [client, second.client]) {
      expect(one.getState()).toMatchObject({ notifications: [], unreadCount: 0 });
      expect(one.getState().connection).toMatchObject({ status: 'unauthorized', reason: 'logged_out' });
    }
    expect(server.openSockets()).toHaveLength(0);
    expect(count(server, TICKET)).toBe(1);
  });

  it('when getToken returns the token of another user', async () => {
    let sub = 'alice';
    const { server, clock, client, online } = setup({ getToken: () => `e30.${btoa(JSON.stringify({ sub }))}.` });
    server.add();
    await online();
    sub = 'bob';
    server.cut();
    await clock.advance(5 * SECOND);
    expect(client.getState().connection).toMatchObject({ status: 'unauthorized', reason: 'user_changed' });
    expect(client.getState().notifications).toEqual([]);
  });

  it('when getToken returns a token of another organisation, or not of the one it was asked for', async () => {
    let claims: object = { sub: 'alice', org_id: 'acme' };
    const asked: object[] = [];
    const getToken = (request: object) => {
      asked.push(request);
      return `e30.${btoa(JSON.stringify(claims))}.`;
    };
    const { server, clock, client, online } = setup({ getToken, orgId: 'acme' });
    server.add();
    await online();
    expect(asked[0]).toEqual({ refresh: false, orgId: 'acme' });
    claims = { sub: 'alice', org_id: 'globex' };
    server.cut();
    await clock.advance(5 * SECOND);
    expect(client.getState()).toMatchObject({ notifications: [], connection: { reason: 'user_changed' } });
    claims = { sub: 'alice' };
    const other = setup({ getToken, orgId: 'acme' });
    other.client.start();
    await other.clock.advance(SECOND);
    expect(other.client.getState().connection).toMatchObject({ status: 'unauthorized', reason: 'user_changed' });
    expect(other.server.sockets).toEqual([]);
  });

  it('by stop: nothing is sent any more, a late ticket opens no socket, and start begins again', async () => {
    const { server, clock, client, status, online } = setup();
    client.start();
    await clock.advance(10);
    client.stop();
    expect(status()).toBe('closed');
    await clock.advance(HOUR);
    expect(server.sockets).toHaveLength(0);
    await online();
    const calls = server.calls.length;
    client.stop();
    await clock.advance(HOUR);
    expect(server.calls).toHaveLength(calls);
    expect(server.openSockets()).toHaveLength(0);
  });

  it('not twice: start, stop, start opens one socket', async () => {
    const { server, clock, client, status } = setup();
    client.start();
    client.stop();
    client.start();
    client.start();
    await clock.advance(5 * SECOND);
    expect(status()).toBe('online');
    expect(server.openSockets()).toHaveLength(1);
  });
});

describe('a dead socket', () => {
  const sent = ({ server }: ReturnType<typeof setup>, action: string) =>
    server.sockets[0]!.received.filter((frame) => frame.action === action).length;

  it('is found by the ping that each eighth keep-alive is, unanswered for 10 s', async () => {
    const all = setup();
    const { server, clock, status, online } = all;
    await online();
    server.isMute = true;
    await clock.advance(72 * MINUTE - SECOND);
    expect([sent(all, 'keep_alive'), sent(all, 'ping')]).toEqual([7, 0]);
    await clock.advance(6 * SECOND);
    expect(server.sockets[0]!.received.at(-1)).toEqual({ action: 'ping' });
    expect(status()).toBe('online');
    await clock.advance(10 * SECOND);
    expect(status()).not.toBe('online');
    server.isMute = false;
    await clock.advance(MINUTE);
    expect(status()).toBe('online');
  });

  it('is found by its close event when the browser notices that nobody takes a keep-alive', async () => {
    const all = setup();
    await all.online();
    await all.clock.advance(10 * MINUTE);
    expect(sent(all, 'keep_alive')).toBe(1);
    all.server.cut();
    await all.clock.advance(MINUTE);
    expect(all.server.sockets).toHaveLength(2);
    expect(all.status()).toBe('online');
  });

  it('is kept from the gateway’s idle limit of 10 minutes, whatever is heard between', async () => {
    const all = setup();
    const { server, clock, online } = all;
    await online();
    await clock.advance(HOUR);
    expect(server.sockets).toHaveLength(1);
    expect([sent(all, 'keep_alive'), sent(all, 'ping')]).toEqual([6, 0]);
    // What is heard shows that the other end is there: keep-alives are counted anew.
    server.post({ type: 'pong' });
    await clock.advance(8 * MINUTE);
    expect(sent(all, 'keep_alive')).toBe(6);
    await clock.advance(20 * MINUTE);
    expect([sent(all, 'keep_alive'), sent(all, 'ping')]).toEqual([9, 0]);
  });

  it.each(['online', 'slept'])('is asked at once after: %s', async (cause) => {
    const { server, clock, tab, status, online } = setup();
    await online();
    server.isMute = true;
    if (cause === 'slept') clock.sleep(3 * HOUR);
    else tab.page('online');
    await clock.advance(11 * SECOND);
    expect(status()).not.toBe('online');
    server.isMute = false;
    await clock.advance(MINUTE);
    expect(status()).toBe('online');
  });

  it('is asked when a tab is looked at, unless it was heard within two minutes', async () => {
    const { server, clock, tab, online } = setup();
    await online();
    const pings = () => server.sockets[0]!.received.filter(({ action }) => action === 'ping').length;
    await clock.advance(MINUTE);
    tab.page('focus');
    expect(pings()).toBe(0);
    await clock.advance(2 * MINUTE);
    tab.page('visible');
    tab.page('focus');
    expect(pings()).toBe(1);
  });
});

describe('the handover before the gateway’s limit of 2 hours', () => {
  it('loses nothing and doubles nothing under a steady stream, and is never without a socket', async () => {
    const { server, clock, client, arrived, status, online } = setup({ size: 100 });
    await online();
    let least = 1;
    for (let second = 0; second < 3 * 60 * 60; second += 60) {
      server.add({ title: `At ${second}` });
      await clock.advance(MINUTE);
      // The gateway's limit.
      for (const socket of server.openSockets()) {
        if (clock.now() - socket.openedAt > 2 * HOUR) throw new Error('The gateway closed a socket.');
      }
      least = Math.min(least, server.openSockets().length);
      expect(status()).toBe('online');
    }
    expect(least).toBe(1);
    expect(server.sockets).toHaveLength(2);
    expect(server.openSockets()).toHaveLength(1);
    expect(arrived).toEqual(Array.from({ length: 180 }, (_, n) => `At ${n * 60}`));
    expect(client.getState().unreadCount).toBe(180);
  });

  it('spreads between 85 % and 95 % of the limit', async () => {
    const at: number[] = [];
    for (const chance of [0, 0.5, 0.98]) {
      const { server, clock, online } = setup({}, { random: () => chance });
      await online();
      await clock.advance(2 * HOUR);
      at.push(Math.round((server.sockets[1]!.openedAt - START_MS) / MINUTE));
    }
    expect(at).toEqual([102, 108, 114]);
  });

  it('keeps the old socket while the new one fails, and tries again', async () => {
    const { server, clock, client, arrived, status, online } = setup();
    await online();
    await clock.advance(101 * MINUTE);
    server.intercept = (_, path) => (path === '/api/v2/tickets' ? 'network' : undefined);
    await clock.advance(10 * MINUTE);
    server.add({ title: 'Meanwhile' });
    await clock.advance(SECOND);
    expect(arrived).toEqual(['Meanwhile']);
    expect(status()).toBe('online');
    server.intercept = undefined;
    await clock.advance(MINUTE);
    expect(server.openSockets()).toHaveLength(1);
    expect(server.openSockets()[0]).not.toBe(server.sockets[0]);
    expect(client.getState().connection.attempt).toBe(0);
  });

  it('goes on when the old credential ends meanwhile', async () => {
    const { server, clock, arrived, status, online } = setup();
    await online();
    await clock.advance(107 * MINUTE);
    server.latency = () => 2 * SECOND;
    await clock.advance(62 * SECOND);
    expect(server.openSockets()).toHaveLength(1);
    server.openSockets()[0]!.handlers.onMessage('{"type":"error","code":"credential_expired","message":"It ended."}');
    server.cut();
    server.add({ title: 'In between' });
    await clock.advance(30 * SECOND);
    expect(status()).toBe('online');
    expect(arrived).toEqual(['In between']);
  });
});

describe('a credential that ends', () => {
  it('is replaced by a new ticket within seconds', async () => {
    const { server, clock, arrived, status, online, errors } = setup();
    await online();
    await clock.advance(MINUTE);
    server.post({ type: 'error', code: 'credential_expired', message: 'It ended.' });
    await clock.advance(30);
    expect(status()).toBe('offline');
    server.add({ title: 'In between' });
    await clock.advance(3 * SECOND);
    expect(status()).toBe('online');
    expect(arrived).toEqual(['In between']);
    expect(errors).toEqual([]);
  });
});

describe('while there is no socket', () => {
  it('a server that is away for three minutes costs nothing: words, attempts, then everything once', async () => {
    const { server, clock, client, arrived, online } = setup();
    await online();
    await clock.advance(MINUTE);
    const seen: string[] = [];
    client.on('connection', ({ status, reason }) => seen.push(`${status} ${reason}`));
    server.isUp = false;
    server.cut();
    for (let n = 1; n <= 3; n++) {
      server.add({ title: `Missed ${n}` });
      await clock.advance(MINUTE);
    }
    expect(seen[0]).toBe('offline connection_lost');
    expect(seen).toContain('connecting server_unavailable');
    expect(seen).not.toContain('online null');
    expect(client.getState().error).toMatchObject({ action: 'load', code: 'network' });
    server.isUp = true;
    await clock.advance(40 * SECOND);
    expect(seen.at(-1)).toBe('online null');
    expect(arrived).toEqual(['Missed 1', 'Missed 2', 'Missed 3']);
    expect(client.getState()).toMatchObject({ unreadCount: 3, error: null });
  });

  it('polls every minute where a network blocks WebSockets, and an unchanged list is answered with 304', async () => {
    const { server, clock, client, arrived } = setup();
    server.blocksSockets = true;
    const replies: number[] = [];
    server.onReply = (path, status) => path.startsWith('/api/v2/notifications') && replies.push(status);
    client.start();
    await clock.advance(SECOND);
    expect(client.getState().connection.status).toBe('polling');
    await clock.advance(10 * MINUTE);
    expect(replies.length).toBeGreaterThanOrEqual(10);
    expect(replies.length).toBeLessThanOrEqual(12);
    expect(new Set(replies.slice(1))).toEqual(new Set([304]));
    server.add({ title: 'Polled' });
    await clock.advance(66 * SECOND);
    expect(arrived).toEqual(['Polled']);
    expect(client.getState().connection).toMatchObject({ status: 'polling', reason: 'server_unavailable' });
  });

  it('waits as long as the server asks before it polls again', async () => {
    const { server, clock, client } = setup();
    server.intercept = () => ({ status: 503, headers: { 'retry-after': '300' } });
    client.start();
    await clock.advance(4 * MINUTE);
    expect(count(server, LIST)).toBe(1);
    expect(count(server, TICKET)).toBe(1);
  });

  it('says that the browser has no network', async () => {
    const { server, clock, client, tab, online } = setup();
    await online();
    server.isUp = false;
    server.isMute = true;
    tab.page('offline');
    await clock.advance(11 * SECOND);
    expect(client.getState().connection).toMatchObject({ reason: 'no_network' });
    server.isUp = true;
    server.isMute = false;
    tab.page('online');
    await clock.advance(SECOND);
    expect(client.getState().connection.status).toBe('online');
  });
});

describe('a hidden page', () => {
  it('keeps its socket by default', async () => {
    const { server, clock, tab, online } = setup();
    await online();
    tab.page('hidden');
    await clock.advance(HOUR);
    expect(server.openSockets()).toHaveLength(1);
  });

  it('closes it after the time that is set, polls, and connects when it is shown', async () => {
    const { server, clock, tab, client, arrived, status, online } = setup({ closeHiddenAfterSeconds: 300 });
    await online();
    tab.page('hidden');
    await clock.advance(299 * SECOND);
    expect(server.openSockets()).toHaveLength(1);
    await clock.advance(2 * SECOND);
    expect(server.openSockets()).toHaveLength(0);
    expect(client.getState().connection).toMatchObject({ status: 'polling', reason: 'hidden', nextRetryAt: null });
    server.add({ title: 'While hidden' });
    await clock.advance(66 * SECOND);
    expect(arrived).toEqual(['While hidden']);
    tab.page('online');
    await clock.advance(SECOND);
    expect(status()).toBe('polling');
    tab.page('visible');
    await clock.advance(SECOND);
    expect(status()).toBe('online');
  });

  it('does not close it when it is shown again in time', async () => {
    const { server, clock, tab, online } = setup({ closeHiddenAfterSeconds: 300 });
    await online();
    tab.page('hidden');
    await clock.advance(200 * SECOND);
    tab.page('visible');
    await clock.advance(200 * SECOND);
    tab.page('hidden');
    await clock.advance(200 * SECOND);
    expect(server.openSockets()).toHaveLength(1);
  });

  it('lets go of the socket when the browser keeps the page for "Back", and is back with it', async () => {
    const { server, clock, tab, arrived, status, online } = setup();
    await online();
    tab.page('pagehide');
    expect(server.openSockets()).toHaveLength(0);
    server.add({ title: 'While away' });
    await clock.advance(HOUR);
    tab.page('pageshow');
    await clock.advance(SECOND);
    expect(status()).toBe('online');
    expect(arrived).toEqual(['While away']);
  });
});
