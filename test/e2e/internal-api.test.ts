// The IAM routes for back ends, and the one route without authentication.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { takeRejected } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi, hasTokens } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const PATHS = ['/internal/tickets', '/internal/events'];
const signed = (path: string, body: unknown) => stack.http('POST', path, { sign: true, body });
const request = (userId: string) => ({
  user_id: userId,
  title: 'A title',
  message: 'A message',
  notification_type: 'system',
});

describe('GET /health', () => {
  it('is open', async () => {
    const reply = await stack.http('GET', '/health');
    expect([reply.status, reply.body]).toEqual([200, { status: 'ok' }]);
  });

  it.skipIf(!hasControlApi)('answers 503 while the table fails, and asks it at most once in 5 s', async () => {
    await stack.local.advance(6);
    await stack.local.fault({ service: 'dynamodb', operation: 'GetItem', kind: 'error', function: 'inbox' });
    const failing = await stack.http('GET', '/health');
    expect(failing).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    await stack.local.clearFaults();
    expect((await stack.http('GET', '/health')).status).toBe(503);
    await stack.local.advance(6);
    expect((await stack.http('GET', '/health')).status).toBe(200);
  });
});

describe.each(PATHS)('POST %s', (path) => {
  it('is refused with 403 unsigned, or signed by another', async () => {
    const body = { user_id: 'alice' };
    expect((await stack.http('POST', path, { body })).status).toBe(403);
    const right = {
      accessKeyId: stack.outputs.aws_access_key_id ?? process.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: 'wrong',
    };
    expect((await stack.http('POST', path, { body, sign: right })).status).toBe(403);
    const stranger = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'wrong' };
    expect((await stack.http('POST', path, { body, sign: stranger })).status).toBe(403);
  });

  it.skipIf(!hasTokens)('is refused with 403 to a user of the API (needs tokens)', async () => {
    expect((await stack.as('alice', 'POST', path, { user_id: 'alice' })).status).toBe(403);
  });

  it('is refused with 403 when the body was changed after it was signed', async () => {
    const keep = await stack.http('POST', path, {
      sign: true,
      body: { user_id: 'alice' },
      headers: { 'x-amz-content-sha256': '0'.repeat(64) },
    });
    expect(keep.status).toBe(403);
  });

  it.each(['{', 'text', '[1', '"a"', '7', 'null'])('refuses the body %s with 400', async (body) => {
    const reply = await signed(path, body);
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body).toMatchObject({
      status: 400,
      code: 'invalid_request',
      field: 'body',
      detail: expect.stringMatching(/\w/),
    });
  });
});

describe('POST /internal/tickets', () => {
  it('gives a ticket for any user, with the topics and the time asked for', async () => {
    const user = newUser('vouched');
    const reply = await signed('/internal/tickets', {
      user_id: user,
      org_id: 'acme',
      topics: ['chat:42'],
      ttl_seconds: 3_600,
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      ticket: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      ws_url: stack.outputs.ws_url,
      expires_at: expect.stringMatching(/Z$/),
    });
    const socket = await stack.open(`?ticket=${reply.body.ticket}&user_id=${user}`);
    await stack.notify({ user_id: user, org_id: 'acme' });
    await socket.frame('notification');
  });

  it.each([
    [{}, 'user_id'],
    [{ user_id: 7 }, 'user_id'],
    [{ user_id: '' }, 'user_id'],
    [{ user_id: 'a#b' }, 'user_id'],
    [{ user_id: 'a b' }, 'user_id'],
    [{ user_id: 'x'.repeat(129) }, 'user_id'],
    [{ user_id: '00000000-0000-0000-0000-000000000000' }, 'user_id'],
    [{ user_id: 'a', ttl_seconds: 0 }, 'ttl_seconds'],
    [{ user_id: 'a', ttl_seconds: 3_601 }, 'ttl_seconds'],
    [{ user_id: 'a', ttl_seconds: 1.5 }, 'ttl_seconds'],
    [{ user_id: 'a', ttl_seconds: '60' }, 'ttl_seconds'],
    [{ user_id: 'a', topics: 'chat:1' }, 'topics'],
    [{ user_id: 'a', topics: ['chat:1', 'Not a topic'] }, 'topics[1]'],
    [{ user_id: 'a', topics: Array.from({ length: 51 }, (_, at) => `chat:${at}`) }, 'topics'],
    [
      {
        user_id: 'a',
        topics: ['org:é'.repeat(1), ...Array.from({ length: 49 }, (_, at) => `chat:${at}${'x'.repeat(121)}`)],
      },
      'topics',
    ],
    [{ user_id: 'a', topics: ['wal:b'] }, 'topics[0]'],
    [{ user_id: 'a', topics: ['chat:1', 'notifications'] }, 'topics[1]'],
    [{ user_id: 'a', org_id: 'a b' }, 'org_id'],
    [{ user_id: 'a', org_id: 7 }, 'org_id'],
    [{ user_id: 'a', org_id: '' }, 'org_id'],
    [{ user_id: 'a', admin: true }, 'admin'],
    [[{ user_id: 'a' }], 'body'],
  ])('refuses %j and names %s', async (body, field) => {
    const reply = await signed('/internal/tickets', body);
    expect([reply.status, reply.body.code, reply.body.field]).toEqual([400, 'invalid_request', field]);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('POST /internal/events', () => {
  it('puts one event, or ten, on the bus', async () => {
    const users = Array.from({ length: 11 }, () => newUser('internal'));
    const [one, ...ten] = await Promise.all(users.map((user) => stack.connect(user)));
    const first = await signed('/internal/events', {
      entries: [{ detail_type: 'notification.requested', detail: request(users[0]!) }],
    });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ failed_entry_count: 0, entries: [{ event_id: expect.any(String) }] });
    await one!.frame('notification');

    const entries = users
      .slice(1)
      .map((user) => ({ source: 'shop', detail_type: 'notification.requested', detail: request(user) }));
    const many = await signed('/internal/events', { entries });
    expect(many.body.failed_entry_count).toBe(0);
    expect(new Set(many.body.entries.map((entry: any) => entry.event_id)).size).toBe(10);
    await Promise.all(ten.map((socket) => socket.frame('notification')));
  });

  it('delivers an event that goes past the bus', async () => {
    const user = newUser('fast');
    const socket = await stack.connect(user);
    const entries = [{ detail_type: 'notification.requested', detail: request(user) }];
    const reply = await signed('/internal/events?fast=1', { entries });
    expect(reply.body).toEqual({ failed_entry_count: 0, entries: [{ event_id: expect.any(String) }] });
    await socket.frame('notification');
  });

  it("understands PutEvents's own spelling, and a bare list", async () => {
    const [first, second] = [newUser('spelt'), newUser('spelt')];
    const sockets = await Promise.all([stack.connect(first), stack.connect(second)]);
    const entry = (user: string) => ({
      Source: 'shop',
      DetailType: 'notification.requested',
      Detail: JSON.stringify(request(user)),
      EventBusName: 'default',
    });
    expect((await signed('/internal/events', { Entries: [entry(first)] })).status).toBe(200);
    expect((await signed('/internal/events', [entry(second)])).status).toBe(200);
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
  });

  it('lets the pipeline judge what is in the event', async () => {
    const source = newUser('internal');
    const reply = await signed('/internal/events', {
      entries: [{ source, detail_type: 'notification.requested', detail: { ...request('a'), title: 7 } }],
    });
    expect(reply.status).toBe(200);
    const [rejected] = await takeRejected(stack, ({ event }) => event?.source === source, { atLeast: 1 });
    expect(rejected!.attribute).toBe('title');
  });

  const event = { detail_type: 'notification.requested', detail: request('a') };
  it.each([
    ['no entries', {}, 'entries'],
    ['0 entries', { entries: [] }, 'entries'],
    ['11 entries', { entries: Array(11).fill(event) }, 'entries'],
    ['entries that are no list', { entries: event }, 'entries'],
    ['an entry that is no object', { entries: [event, 7] }, 'entries[1]'],
    ['no detail type', { entries: [{ detail: {} }] }, 'entries[0].detail_type'],
    ['an empty detail type', { entries: [{ ...event, detail_type: '' }] }, 'entries[0].detail_type'],
    ['a detail type too long', { entries: [{ ...event, detail_type: 'x'.repeat(129) }] }, 'entries[0].detail_type'],
    ['no detail', { entries: [event, { detail_type: 'a' }] }, 'entries[1].detail'],
    ['a detail that is a list', { entries: [{ ...event, detail: [] }] }, 'entries[0].detail'],
    ['a detail that is no JSON', { entries: [{ ...event, detail: '{' }] }, 'entries[0].detail'],
    ['a source that is a number', { entries: [{ ...event, source: 7 }] }, 'entries[0].source'],
    ['an unknown field', { entries: [{ ...event, colour: 'red' }] }, 'entries[0].colour'],
    ['an unknown field beside', { entries: [event], colour: 'red' }, 'colour'],
  ])('refuses %s and names the field', async (_what, body, field) => {
    const reply = await signed('/internal/events', body);
    expect([reply.status, reply.body.code, reply.body.field]).toEqual([400, 'invalid_request', field]);
  });

  it('puts none of a batch with a bad entry', async () => {
    const user = newUser('half');
    const good = { detail_type: 'notification.requested', detail: request(user) };
    expect((await signed('/internal/events', { entries: [good, { detail: {} }] })).status).toBe(400);
    await stack.settle();
    expect(await notificationsOf(stack, user)).toEqual([]);
  });
});
