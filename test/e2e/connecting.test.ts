// Who may open a socket, with what, and how everyone else is refused.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgedTokens } from '../support/forged-tokens.ts';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { allRows } from '../support/stored-rows.ts';
import { hasControlApi, hasTokens, ownsTarget } from '../support/target.ts';
import { upgradeStatus } from '../support/upgrade-status.ts';

const alice = newUser('alice');
const opened: Duplex[] = [];
let stack: StackUnderTest;
beforeAll(async () => {
  // A stack that is deployed already has settings of its own.
  stack = await stackUnderTest(ownsTarget ? { settings: { acceptTokensInUrls: true } } : {});
});
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await stack.close();
});

const status = (query: string, headers: Record<string, string> = {}) =>
  upgradeStatus(`${stack.outputs.ws_url}${query}`, headers, opened);

async function ticket(userId: string, body: object = {}): Promise<string> {
  const reply = await stack.http('POST', '/internal/tickets', { sign: true, body: { user_id: userId, ...body } });
  expect(reply.status).toBe(201);
  return reply.body.ticket;
}

describe('no credentials', () => {
  it.each(['', '?', '?user_id=alice', '?ticket=', '?token=', '?jwt=', '?TICKET=x'])(
    '%j is refused with 401',
    async (query) => {
      expect(await status(query)).toBe(401);
    },
  );

  it.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', 'Digest x'])(
    'Authorization: %j is refused with 401',
    async (authorization) => {
      expect(await status('', { authorization })).toBe(401);
    },
  );
});

describe.skipIf(!hasTokens)('tokens (needs tokens)', () => {
  it('open a socket as a bearer header and, where the setting allows it, as ?token= and as ?jwt=', async () => {
    const token = await stack.token(alice);
    if (ownsTarget) expect(await status(`?token=${token}`)).toBe(101);
    if (ownsTarget) expect(await status(`?jwt=${token}`)).toBe(101);
    expect(await status('', { authorization: `Bearer ${token}` })).toBe(101);
    expect(await status('', { authorization: `bearer ${token}` })).toBe(101);
  });

  it('deliver to their own user', async () => {
    const user = newUser('bearer');
    const socket = await stack.open('', { authorization: `Bearer ${await stack.token(user)}` });
    await stack.notify({ user_id: user, title: 'By token' });
    expect((await socket.frame('notification')).notification.user_id).toBe(user);
  });

  it('open a socket for the user they name, and refuse another with 403', async () => {
    const token = await stack.token(alice);
    const headers = { authorization: `Bearer ${token}` };
    expect(await status(`?user_id=${alice}`, headers)).toBe(101);
    expect(await status(`?user_id=${newUser('bob')}`, headers)).toBe(403);
    expect(await status('?user_id=', headers)).toBe(403);
  });

  it('that are forged open nothing: 401 at the socket and at the HTTP API', async () => {
    const wrong: Record<string, number[]> = {};
    for (const [what, token] of Object.entries(await forgedTokens(stack, alice))) {
      const found = [
        await status(`?token=${encodeURIComponent(token)}`),
        await status('', { authorization: `Bearer ${token}` }),
        (await stack.http('POST', '/api/v2/tickets', { token, body: {} })).status,
      ];
      if (found.some((code) => code !== 401)) wrong[what] = found;
    }
    expect(wrong).toEqual({});
  });

  it('end with their time', async () => {
    const ttlSeconds = 5;
    const token = await stack.token(alice, { ttl_seconds: ttlSeconds });
    const headers = { authorization: `Bearer ${token}` };
    expect(await status('', headers)).toBe(101);
    await stack.pass(ttlSeconds + 1);
    expect(await status('', headers)).toBe(401);
  });

  it('never decide when there is a ticket: a bad one is refused beside a good token', async () => {
    expect(await status(`?ticket=${randomBytes(32).toString('base64url')}&token=${await stack.token(alice)}`)).toBe(
      401,
    );
  });
});

describe('tickets', () => {
  it('open one socket, and are refused with 401 ever after', async () => {
    const once = await ticket(alice);
    expect(await status(`?ticket=${once}`)).toBe(101);
    expect(await status(`?ticket=${once}`)).toBe(401);
  });

  it('of ten attempts at once, one opens', async () => {
    const once = await ticket(alice);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => status(`?ticket=${once}`)));
    expect(statuses.sort()).toEqual([101, ...Array(9).fill(401)]);
  });

  it('open a socket for their own user, and refuse another with 403', async () => {
    expect(await status(`?ticket=${await ticket(alice)}&user_id=${alice}`)).toBe(101);
    expect(await status(`?ticket=${await ticket(alice)}&user_id=${newUser('bob')}`)).toBe(403);
  });

  it('that are made up are refused with 401', async () => {
    const shapes = ['x', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}%20`, '%00', 'x'.repeat(3_000)];
    for (const madeUp of [...shapes, randomBytes(32).toString('base64url')]) {
      expect([madeUp, await status(`?ticket=${madeUp}`)]).toEqual([madeUp, 401]);
    }
  });

  it('end after the time that was asked for', async () => {
    const short = await ticket(alice, { ttl_seconds: 1 });
    await stack.pass(2);
    expect(await status(`?ticket=${short}`)).toBe(401);
  });

  it.skipIf(!hasControlApi)('end after 60 seconds, or up to an hour (needs the local clock)', async () => {
    const [usual, long] = [await ticket(alice), await ticket(alice, { ttl_seconds: 3600 })];
    await stack.local.advance(61);
    expect(await status(`?ticket=${usual}`)).toBe(401);
    await stack.local.advance(3_500);
    expect(await status(`?ticket=${long}`)).toBe(101);
  });

  it.skipIf(!ownsTarget)('stand nowhere in the table but as a hash (needs a stack of its own)', async () => {
    const secret = await ticket(alice);
    const text = JSON.stringify(await allRows(stack));
    expect(text).toContain('TICKET#');
    expect(text).not.toContain(secret);
  });

  it.skipIf(!hasTokens)("come from POST /api/v2/tickets for the token's own user (needs tokens)", async () => {
    const user = newUser('ticketed');
    // Beforehand: a token may take its time.
    await stack.token(user);
    const before = await stack.now();
    const reply = await stack.as(user, 'POST', '/api/v2/tickets');
    const after = await stack.now();
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      ticket: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      ws_url: stack.outputs.ws_url,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const endsAt = Date.parse(reply.body.expires_at);
    // To the second; and the clock of a deployed stack is not quite the one here.
    expect(endsAt).toBeGreaterThanOrEqual(before + 58_000);
    expect(endsAt).toBeLessThanOrEqual(after + 62_000);
    const socket = await stack.open(`?ticket=${reply.body.ticket}`);
    await stack.notify({ user_id: user });
    expect((await socket.frame('notification')).notification.user_id).toBe(user);
    // The user is the token's; a body that names another is refused, not obeyed.
    const other = await stack.as(user, 'POST', '/api/v2/tickets', { user_id: alice });
    expect([other.status, other.body.field]).toEqual([400, 'user_id']);
  });
});

describe('many at once', () => {
  it('tabs and devices of one user all get what is sent', async () => {
    const user = newUser('tabs');
    const tabs = await Promise.all(Array.from({ length: 12 }, () => stack.connect(user)));
    await stack.notify({ user_id: user });
    const ids = await Promise.all(tabs.map(async (tab) => (await tab.frame('notification')).notification.id));
    expect(new Set(ids).size).toBe(1);
    await Promise.all(tabs.map((tab) => tab.caughtUp()));
    for (const tab of tabs) expect(tab.of('notification')).toHaveLength(1);
  });
});

describe.skipIf(!ownsTarget)('origins (needs a stack of its own)', () => {
  it('that are not on the list are refused with 403, and burn no ticket', async () => {
    const query = `?ticket=${await ticket(alice)}`;
    const foreign = [
      'https://evil.example.com',
      'https://localhost',
      'http://localhost.evil.example.com',
      'http://127.0.0.2:80',
      'null',
      'file://',
      '*',
      '',
    ];
    for (const origin of foreign) expect([origin, await status(query, { origin })]).toEqual([origin, 403]);
    expect(await status(query, { origin: 'http://localhost:5173' })).toBe(101);
  });

  it('are asked for before the credentials are', async () => {
    expect(await status('', { origin: 'https://evil.example.com' })).toBe(403);
  });

  it('on the list open, and so do clients that are no browsers', async () => {
    const native: Record<string, string> = {};
    for (const headers of [{ origin: 'http://127.0.0.1:4280' }, { origin: 'http://localhost' }, native]) {
      expect(await status(`?ticket=${await ticket(alice)}`, headers)).toBe(101);
    }
  });
});
