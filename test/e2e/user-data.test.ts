// What became of a request, and all that is stored of a user: given out, then erased until a scan of the table finds
// nothing.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from '../support/new-user.ts';
import { registerPhone } from '../support/phone.ts';
import { runPrinted } from '../support/printed-commands.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());
beforeEach(async () => {
  if (hasControlApi) await stack.local.reset();
});

const internal = (method: string, path: string) => stack.http(method, `/internal${path}`, { sign: true });
const inSeconds = async (seconds: number) => new Date((await stack.now()) + seconds * 1_000).toISOString();
const status = async (id: string, query = '') => (await internal('GET', `/requests/${id}?source=test${query}`)).body;

/** Calls until `next_cursor` is null. */
async function walk(method: string, path: string): Promise<any[]> {
  const replies: any[] = [];
  for (let cursor: string | null = ''; cursor !== null; cursor = replies.at(-1).next_cursor) {
    const { status: code, body } = await internal(method, path + (cursor === '' ? '' : `?cursor=${cursor}`));
    expect(code).toBe(200);
    replies.push(body);
  }
  return replies;
}
async function scanned(): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page: any = await stack.dynamodb.send(
      new ScanCommand({ TableName: stack.outputs.table_name!, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    rows.push(...page.Items);
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}
const naming = (rows: unknown[], user: string) => rows.filter((row) => JSON.stringify(row).includes(user));

describe('GET /internal/requests/{id}', () => {
  it('follows a request that waits, is delivered, acknowledged and read', async () => {
    const [user, id] = [newUser('reader'), newUser('request')];
    await stack.notify({ user_id: user, id, deliver_at: await inSeconds(60), requires_ack: true });
    await stack.settle();
    expect(await status(id, `&user_id=${user}`)).toMatchObject({
      state: 'parked',
      audiences: [{ audience: `user:${user}`, state: 'parked', cancelled_at: null }],
      notification: null,
    });
    const socket = await stack.connect(user);
    await stack.pass(61);
    await stack.settle();
    await socket.caughtUp();
    const found = socket.of('notification')[0]!.notification;
    socket.send({ action: 'ack', notification_id: found.id });
    await socket.caughtUp();
    await stack.as(user, 'PUT', `/api/v2/notifications/${found.id}/read`);
    const after = await status(id, `&user_id=${user}`);
    expect(after).toMatchObject({
      state: 'delivered',
      notification: { id: found.id, error_count: 0, last_error: null },
    });
    for (const name of ['stored_at', 'sent_at', 'acknowledged_at', 'read_at'])
      expect(after.notification[name], name).toMatch(/^\d{4}-/);
  });

  it('finds the notification of an event without an id of its own, in the inbox of the user', async () => {
    const user = newUser('away');
    const eventId = await stack.notify({ user_id: user });
    for (let more = 0; more < 3; more++) await stack.notify({ user_id: user });
    await stack.settle();
    expect(await status(eventId, `&user_id=${user}`)).toMatchObject({
      state: 'delivered',
      notification: { sent_at: null, read_at: null },
    });
    expect((await internal('GET', `/requests/${eventId}?source=test&user_id=${newUser('other')}`)).status).toBe(404);
    expect((await internal('GET', `/requests/${eventId}?source=other&user_id=${user}`)).status).toBe(404);
  });

  it('reports a cancellation', async () => {
    const [user, id] = [newUser('never'), newUser('request')];
    await stack.notify({ user_id: user, id, deliver_at: await inSeconds(600) });
    await stack.settle();
    await stack.put([{ detail_type: 'notification.cancelled', detail: { id } }]);
    await stack.settle();
    expect(await status(id)).toMatchObject({ state: 'cancelled', audiences: [{ cancelled_at: expect.any(String) }] });
  });

  it('names the field of a request that was rejected, by its own id or by its event’s', async () => {
    const id = newUser('request');
    const detail = { user_id: 'a b', title: 'A title', message: 'A message', notification_type: 'system' };
    const [eventId] = await stack.put([
      { detail_type: 'notification.requested', detail },
      { detail_type: 'notification.requested', detail: { ...detail, id } },
    ]);
    await stack.settle();
    for (const one of [eventId!, id])
      expect(await status(one)).toMatchObject({ state: 'rejected', rejection: { field: 'user_id' }, audiences: [] });
  });
});

describe('a user’s data', () => {
  it('is exported whole, then erased until no row has the user’s id, and nobody else’s is touched', {
    timeout: 60_000,
  }, async () => {
    const [user, other] = [newUser('leaving'), newUser('staying')];
    const soon = await inSeconds(600);
    const large = { payload: { text: Array.from({ length: 800 }, () => Math.random().toString(36)).join(' ') } };
    for (const to of [user, other]) {
      await stack.connect(to, { topics: ['chat:1'] });
      await registerPhone(stack, to);
      await stack.connect(to, { org_id: 'acme' });
      await stack.notify({ user_id: to, org_id: 'acme', id: `${to}-acme` });
      await stack.notify({ user_id: to, org_id: 'acme', deliver_at: soon, ...large });
      await stack.http('POST', '/internal/tickets', { sign: true, body: { user_id: to, org_id: 'acme' } });
      for (let at = 0; at < 3; at++) await stack.notify({ user_id: to, id: `${to}-${at}` });
      await stack.notify({ user_id: to, deliver_at: soon, ...large });
      await stack.http('POST', '/internal/tickets', { sign: true, body: { user_id: to } });
      await stack.as(to, 'PUT', '/api/v2/preferences', { muted_types: ['advert'] });
    }
    await stack.notify({ user_ids: [user, other], claim: { expires_seconds: 600 } });
    await stack.notify({ user_ids: [user, other], org_id: 'acme', claim: { expires_seconds: 600 } });
    await stack.settle();
    const claimed = (await stack.as(user, 'GET', '/api/v2/notifications')).body.notifications[0];
    expect((await stack.as(user, 'PUT', `/api/v2/notifications/${claimed.id}/claim`)).status).toBe(200);
    await stack.notify({ user_id: EVERYONE });
    await stack.settle();
    const broadcast = (await stack.as(user, 'GET', '/api/v2/notifications')).body.notifications[0];
    await stack.as(user, 'PUT', `/api/v2/notifications/${broadcast.id}/read`);
    const before = naming(await scanned(), user);
    const ofOther = naming(await scanned(), other).length;

    const exported = (await walk('GET', `/users/${user}/export`)).flatMap(({ rows }) => rows);
    expect(exported).toHaveLength(before.length);
    expect(JSON.stringify(exported)).toContain('"muted_types":["advert"]');

    const erased = await walk('DELETE', `/users/${user}`);
    expect(erased.reduce((sum, reply) => sum + reply.erased, 0)).toBeGreaterThan(10);
    await stack.settle();
    expect(naming(await scanned(), user)).toEqual([]);
    expect(naming(await scanned(), other)).toHaveLength(ofOther);
    if (hasControlApi) {
      expect((await stack.local.connections()).filter(({ user_id }) => user_id === user)).toEqual([]);
      expect((await stack.local.phones()).filter(({ user_id }) => user_id === user)).toEqual([]);
      await stack.local.advance(700);
    }
    expect(naming(await scanned(), user)).toEqual([]);
  });

  it('is not found for anybody without an AWS signature', async () => {
    const user = newUser('curious');
    const { status: code } = await stack.as(user, 'GET', `/internal/users/${user}/export`);
    expect(code).toBe(403);
  });

  it.each(['x', 'bm9uZQ', 'e30'])('refuses the cursor %s', async (cursor) => {
    const reply = await internal('GET', `/users/${newUser('u')}/export?cursor=${cursor}`);
    expect([reply.status, reply.body.field]).toEqual([400, 'cursor']);
  });
});

describe.skipIf(!hasControlApi)('docs/operate.md (needs the local runtime)', () => {
  it('prints commands that say what became of a request and what one would do, export a user and erase one', {
    timeout: 60_000,
  }, async () => {
    const printed = await runPrinted(stack, 'docs/operate.md', 'Did it arrive?');
    const found = JSON.parse(printed.slice(printed.indexOf('{')));
    expect(found).toMatchObject({ id: 'order-42', state: 'delivered', notification: { read_at: null } });
    const explained = await runPrinted(stack, 'docs/operate.md', 'What would happen');
    expect(JSON.parse(explained.slice(explained.indexOf('{')))).toMatchObject({
      outcome: 'dispatched',
      users: [{ user_id: 'alice', outcome: 'inbox' }],
    });
    const rows = await runPrinted(stack, 'docs/operate.md', "A user's data");
    expect(rows).toContain('"title":"Hello"');
    expect(rows).toMatch(/\d+ rows of alice erased/);
    expect(naming(await scanned(), 'alice')).toEqual([]);
  });
});

describe.skipIf(!hasControlApi)('npm run replay', () => {
  it('explains what was archived, says what would be another outcome now, and sends nothing', async () => {
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const socket = await stack.connect(alice);
    const fromMs = Math.floor((await stack.now()) / 1_000) * 1_000;
    await stack.notify({ user_id: alice, id: newUser('order'), title: 'To a socket' });
    const request = { user_id: bob, title: 'To the inbox', message: 'm', notification_type: 'news' };
    await stack.put([{ detail_type: 'notification.requested', detail: { requests: [request] } }]);
    await stack.notify({ user_id: EVERYONE });
    await stack.settle();
    await stack.as(bob, 'PUT', '/api/v2/preferences', { muted_types: ['news'] });
    const before = await stack.local.meter();

    const env = { ...process.env, PORT: new URL(stack.outputs.http_url!).port };
    const window = ['--from', new Date(fromMs).toISOString(), '--to', await inSeconds(60)];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'bin/replay.ts', '--json', ...window],
      { env },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      events: 3,
      requests: 3,
      same: 1,
      unknown: 0,
      not_compared: 1,
      is_cut: false,
      differences: [{ user_id: bob, was: 'inbox', would_be: 'muted' }],
    });
    await stack.settle();
    const after = await stack.local.meter();
    const dispatched = (meter: any) => meter.functions.dispatch?.invocations ?? 0;
    expect(dispatched(after)).toBe(dispatched(before));
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(2);
    expect((await stack.as(bob, 'GET', '/api/v2/notifications')).body.notifications).toHaveLength(2);
  });
});
