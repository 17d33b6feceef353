// The inbox over REST: the documented endpoints, one by one, with what other tabs see of each change.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from '../support/new-user.ts';
import { PAST_HANDSHAKE_SECONDS } from '../support/past-handshake.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { connectionsOf } from '../support/stored-rows.ts';
import { hasControlApi, hasTokens } from '../support/target.ts';
import { validateReply } from '../support/validate-reply.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const LIST = '/api/v2/notifications';

let user: string;
beforeEach(async () => {
  user = await newReader();
});

/** With an empty inbox, whatever was sent to everyone before. */
async function newReader(): Promise<string> {
  const name = newUser('reader');
  await call('DELETE', `${LIST}/clear-all`, { as: name });
  return name;
}

interface Call {
  as?: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}
/** Every reply is held against docs/openapi.json. */
async function call(method: string, path: string, { as = user, body, headers = {}, ...given }: Call = {}) {
  const token = given.token ?? (await stack.token(as));
  const reply = await stack.http(method, path, { token, headers, ...(body !== undefined && { body }) });
  validateReply(method, path, reply);
  return reply;
}

/** The bus may give events whole seconds: which of two within one second is the newer, nobody knows. */
const nextSecond = () => stack.pass(1.1);

/** Sends them and waits until a socket has them. Gives their ids in the order of `titles`, and the socket. */
async function receive(titles: string[], request: Record<string, unknown> = {}, { isOrdered = false } = {}) {
  const tab = await stack.connect(user);
  const ids: string[] = [];
  for (const title of titles) {
    if (isOrdered && ids.length > 0) await nextSecond();
    await stack.notify({ user_id: user, title, ...request });
    const { notification } = await tab.frame(
      (frame) => frame.type === 'notification' && frame.notification.title === title,
    );
    ids.push(notification.id);
  }
  return { ids, tab };
}

/** By the mark, or one by one: those of the last seconds are. */
const isReportedOf = (changed: any, mark: 'read_up_to' | 'cleared_up_to', ids: string[]): boolean[] =>
  ids.map((id) => id <= changed[mark] || (changed.notifications ?? []).some((one: { id: string }) => one.id === id));

const titles = (reply: { body: any }) =>
  reply.body.notifications.map((notification: { title: string }) => notification.title);

describe.skipIf(!hasTokens)('the documented endpoints (needs tokens)', () => {
  it('GET /notifications: pages, newest first', async () => {
    await receive(['a', 'b', 'c', 'd', 'e'], {}, { isOrdered: true });
    const first = await call('GET', `${LIST}?size=2`);
    expect(first.status).toBe(200);
    expect(titles(first)).toEqual(['e', 'd']);
    expect(first.body).toMatchObject({ page: 1, size: 2, unread_count: 5 });
    const second = await call('GET', `${LIST}?size=2&cursor=${first.body.next_cursor}`);
    expect(titles(second)).toEqual(['c', 'b']);
    const third = await call('GET', `${LIST}?size=2&cursor=${second.body.next_cursor}`);
    expect(titles(third)).toEqual(['a']);
    expect(third.body).toMatchObject({ next_cursor: null, page: 3 });
    expect(titles(await call('GET', `${LIST}?size=2&page=2`))).toEqual(['c', 'b']);
    expect((await call('GET', `${LIST}?page=9`)).body).toMatchObject({ notifications: [], next_cursor: null, page: 9 });
  });

  it('GET /notifications: filters by type, read state and date', async () => {
    const { ids } = await receive(['old']);
    await nextSecond();
    await receive(['chat'], { notification_type: 'chat_message' });
    await call('PUT', `${LIST}/${ids[0]}/read`);
    expect(titles(await call('GET', `${LIST}?type=chat_message`))).toEqual(['chat']);
    expect(titles(await call('GET', `${LIST}?is_read=true`))).toEqual(['old']);
    expect(titles(await call('GET', `${LIST}?is_read=false`))).toEqual(['chat']);
    expect(titles(await call('GET', `${LIST}?type=chat_message&is_read=true`))).toEqual([]);
    const { notifications } = (await call('GET', LIST)).body;
    const [{ created_at: newer }, { created_at: older }] = notifications;
    expect(titles(await call('GET', `${LIST}?start_date=${newer}`))).toEqual(['chat']);
    expect(titles(await call('GET', `${LIST}?end_date=${older}`))).toEqual(['old']);
    expect(titles(await call('GET', `${LIST}?start_date=${older}&end_date=${newer}`))).toEqual(['chat', 'old']);
    expect(titles(await call('GET', `${LIST}?end_date=1901-01-01`))).toEqual([]);
  });

  it('GET /notifications/{id}: one, also when it is archived', async () => {
    const { ids } = await receive(['one'], { payload: { url: '/x' }, priority: 'high' });
    const reply = await call('GET', `${LIST}/${ids[0]}`);
    expect(reply.body).toMatchObject({
      id: ids[0],
      user_id: user,
      title: 'one',
      payload: { url: '/x' },
      priority: 'high',
      is_read: false,
    });
    await call('DELETE', `${LIST}/${ids[0]}`);
    expect((await call('GET', `${LIST}/${ids[0]!.toUpperCase()}`)).body).toMatchObject({
      id: ids[0],
      is_archived: true,
    });
  });

  it('GET /notifications/unread-count', async () => {
    await receive(['a', 'b']);
    expect((await call('GET', `${LIST}/unread-count`)).body).toEqual({ count: 2, unseen_count: 2 });
    expect((await call('GET', `${LIST}/unread-count`, { as: await newReader() })).body).toEqual({
      count: 0,
      unseen_count: 0,
    });
  });

  it('PUT /notifications/{id}/read and /unread: the notification and the count, also to the other tabs', async () => {
    const { ids, tab } = await receive(['a', 'b']);
    const read = await call('PUT', `${LIST}/${ids[0]}/read`);
    expect(read.body).toMatchObject({ notification: { id: ids[0], is_read: true }, unread_count: 1 });
    expect(read.body.notification.read_at).toEqual(expect.any(String));
    expect(await tab.frame('unread_count')).toEqual({
      type: 'unread_count',
      unread_count: 1,
      unseen_count: 1,
      changed: { at: expect.any(String), notifications: [{ id: ids[0], is_read: true, is_archived: false }] },
    });
    expect((await call('PUT', `${LIST}/${ids[0]}/read`)).body).toEqual(read.body);
    const unread = await call('PUT', `${LIST}/${ids[0]}/unread`);
    expect(unread.body).toMatchObject({ notification: { is_read: false, read_at: null }, unread_count: 2 });
    await tab.frame((frame) => frame.type === 'unread_count' && frame.unread_count === 2);
  });

  it('PUT /notifications/mark-all-read: all, or up to one; and one of them unread again', async () => {
    const { ids, tab } = await receive(['a', 'b', 'c'], {}, { isOrdered: true });
    expect((await call('PUT', `${LIST}/mark-all-read`, { body: { up_to: ids[1] } })).body).toEqual({
      unread_count: 1,
      unseen_count: 1,
    });
    expect(isReportedOf((await tab.frame('unread_count')).changed, 'read_up_to', ids)).toEqual([true, true, false]);
    expect(titles(await call('GET', `${LIST}?is_read=false`))).toEqual(['c']);
    expect((await call('PUT', `${LIST}/mark-all-read`)).body).toEqual({ unread_count: 0, unseen_count: 0 });
    await tab.frame((frame) => frame.type === 'unread_count' && frame.unread_count === 0);
    expect((await call('PUT', `${LIST}/${ids[0]}/unread`)).body.unread_count).toBe(1);
    expect(titles(await call('GET', `${LIST}?is_read=false`))).toEqual(['a']);
    await receive(['d']);
    expect((await call('GET', `${LIST}/unread-count`)).body).toEqual({ count: 2, unseen_count: 2 });
  });

  it('DELETE /notifications/{id}: gone from the lists and the count; twice is once', async () => {
    const { ids } = await receive(['a', 'b']);
    const deleted = await call('DELETE', `${LIST}/${ids[1]}`);
    expect(deleted.status).toBe(200);
    expect(deleted.body).toMatchObject({ notification: { is_archived: true }, unread_count: 1 });
    expect((await call('DELETE', `${LIST}/${ids[1]}`)).body).toEqual(deleted.body);
    expect((await call('PUT', `${LIST}/${ids[1]}/unread`)).body).toEqual(deleted.body);
    expect(titles(await call('GET', LIST))).toEqual(['a']);
  });

  it('DELETE /notifications/clear-all: an empty inbox, and what comes later shows', async () => {
    await receive(['a', 'b']);
    expect((await call('DELETE', `${LIST}/clear-all`)).body).toEqual({ unread_count: 0, unseen_count: 0 });
    expect((await call('GET', LIST)).body).toMatchObject({ notifications: [], next_cursor: null, unread_count: 0 });
    await receive(['c']);
    expect(titles(await call('GET', LIST))).toEqual(['c']);
  });

  it('DELETE /notifications/clear-all?up_to: what is newer stays', async () => {
    const { ids, tab } = await receive(['a', 'b', 'c'], {}, { isOrdered: true });
    expect((await call('DELETE', `${LIST}/clear-all?up_to=${ids[1]}`)).body).toEqual({
      unread_count: 1,
      unseen_count: 1,
    });
    expect(isReportedOf((await tab.frame('unread_count')).changed, 'cleared_up_to', ids)).toEqual([true, true, false]);
    expect(titles(await call('GET', LIST))).toEqual(['c']);
    expect(await call('DELETE', `${LIST}/clear-all?up_to=yesterday`)).toMatchObject({ status: 400 });
  });

  it('GET /notifications with If-None-Match: 304 without a body while nothing changed', async () => {
    const { ids } = await receive(['a', 'b']);
    const first = await call('GET', LIST);
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^".+"$/);
    const again = () => call('GET', LIST, { headers: { 'if-none-match': etag } });
    expect(await again()).toMatchObject({ status: 304, text: '' });
    expect((await call('GET', `${LIST}?size=1`, { headers: { 'if-none-match': etag } })).status).toBe(200);
    await call('PUT', `${LIST}/${ids[0]}/read`);
    expect(await again()).toMatchObject({ status: 200, body: { unread_count: 1 } });
    await call('PUT', `${LIST}/${ids[0]}/unread`);
    const changed = await again();
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });
});

describe.skipIf(!hasControlApi)('a socket that was cut (needs the control API)', () => {
  it('does not keep a change from being made, and is forgotten by it', async () => {
    const { ids, tab } = await receive(['a']);
    const mine = (await stack.local.connections()).find((connection) => connection.user_id === user);
    await stack.local.cut(mine!.id);
    await tab.closed;
    // A connection this young may still be opening: it is given some seconds.
    await stack.local.advance(PAST_HANDSHAKE_SECONDS);
    expect((await call('PUT', `${LIST}/${ids[0]}/read`)).body.unread_count).toBe(0);
    expect(await connectionsOf(stack, user)).toEqual([]);
  });
});

/** It shows to every user there is, so not on a stack that others use. */
describe.skipIf(!hasControlApi)('everyone (needs a stack of its own)', () => {
  it('is in each inbox by time; each user reads and removes it alone', async () => {
    const other = await newReader();
    // Known before it is sent: a new user has no old announcements unread.
    await call('GET', LIST, { as: other });
    const title = `To all ${user}`;
    const { tab } = await receive(['before']);
    await nextSecond();
    await stack.notify({ user_id: EVERYONE, title });
    await tab.frame((frame) => frame.type === 'notification' && frame.notification.title === title);
    await nextSecond();
    await receive(['after']);
    const mine = await call('GET', LIST);
    expect(titles(mine).slice(0, 3)).toEqual(['after', title, 'before']);
    const broadcast = mine.body.notifications[1];
    const before = mine.body.unread_count;
    expect((await call('PUT', `${LIST}/${broadcast.id}/read`)).body).toMatchObject({
      notification: { is_read: true, user_id: user },
      unread_count: before - 1,
    });
    expect((await call('PUT', `${LIST}/${broadcast.id}/unread`)).body.unread_count).toBe(before);
    expect((await call('DELETE', `${LIST}/${broadcast.id}`)).body.unread_count).toBe(before - 1);
    expect(titles(await call('GET', LIST))).not.toContain(title);
    expect((await call('GET', `${LIST}/${broadcast.id}`, { as: other })).body).toMatchObject({
      is_read: false,
      is_archived: false,
      user_id: other,
    });
  });
});

it.skipIf(!hasControlApi)('the first page has the only one of a type beyond 300 others', async () => {
  await stack.notify({ user_id: user, notification_type: 'rare' });
  await stack.settle();
  await nextSecond();
  const other = { user_id: user, title: 'T', message: 'M', notification_type: 'other' };
  const entry = { detail_type: 'notification.requested', detail: { requests: Array(100).fill(other) } };
  // Beyond a thousand: rare-notifications.test.ts.
  await stack.put(Array(3).fill(entry));
  await stack.settle();
  for (const query of ['type=rare', 'type=rare&page=1', 'type=rare&is_read=false']) {
    const { body } = await call('GET', `${LIST}?${query}`);
    expect([query, body.notifications.length]).toEqual([query, 1]);
  }
});

describe.skipIf(!hasTokens)('preferences (needs tokens)', () => {
  it('have defaults, change in part, and stay', async () => {
    const defaults = (await call('GET', '/api/v2/preferences')).body;
    expect(defaults).toEqual({
      websocket_notifications: true,
      push_notifications: true,
      email_notifications: true,
      muted_types: [],
      muted_topics: [],
      muted_groups: [],
      quiet_hours: null,
      type_frequencies: {},
      daily_digest: { time: '09:00', time_zone: 'UTC' },
    });
    const quietHours = { start: '22:00', end: '07:00', time_zone: 'Europe/Rome' };
    await call('PUT', '/api/v2/preferences', { body: { push_notifications: false, quiet_hours: quietHours } });
    await call('PUT', '/api/v2/preferences', { body: { muted_types: ['reminder', 'reminder'] } });
    expect((await call('GET', '/api/v2/preferences')).body).toEqual({
      ...defaults,
      push_notifications: false,
      muted_types: ['reminder'],
      quiet_hours: quietHours,
    });
  });

  it.each([
    ['websocket_notifications', { websocket_notifications: 'yes' }],
    ['quiet_hours.start', { quiet_hours: { start: '25:00', end: '07:00', time_zone: 'UTC' } }],
    ['quiet_hours.end', { quiet_hours: { start: '07:00', end: '07:00', time_zone: 'UTC' } }],
    ['quiet_hours.time_zone', { quiet_hours: { start: '22:00', end: '07:00', time_zone: 'Mars/Olympus' } }],
    ['quiet_hours.time_zone', { quiet_hours: { start: '22:00', end: '07:00', time_zone: '+02:00' } }],
    ['muted_types[0]', { muted_types: [''] }],
    ['sms_notifications', { sms_notifications: true }],
    ['body', '{'],
    ['body', '[]'],
  ])('refuse a wrong %s', async (field, body) => {
    const reply = await call('PUT', '/api/v2/preferences', { body });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: 'invalid_request', field });
  });
});

describe.skipIf(!hasTokens)('refusals (needs tokens)', () => {
  it.each([
    ['size', 'size=0'],
    ['size', 'size=101'],
    ['size', 'size=ten'],
    ['size', 'size=1&size=2'],
    ['page', 'page=0'],
    ['cursor', 'cursor=bm90IG91cnM'],
    ['cursor', 'cursor='],
    ['is_read', 'is_read=maybe'],
    ['type', 'type='],
    ['start_date', 'start_date=yesterday'],
    ['start_date', 'start_date=2026-11-22&end_date=2026-11-21'],
    ['end_date', 'end_date=2026-02-30'],
    ['sort', 'sort=title'],
    ['user_id', 'user_id=bob'],
    ['__proto__', '__proto__=1'],
    ['sort', 'sort=title', '/api/v2/devices'],
  ])('names %s of ?%s', async (field, query, path = LIST) => {
    const reply = await call('GET', `${path}?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body).toMatchObject({ status: 400, code: 'invalid_request', field });
  });

  it.each([
    ['GET', ''],
    ['PUT', '/read'],
    ['PUT', '/unread'],
    ['DELETE', ''],
  ])(
    '%s /notifications/{id}%s: 400 for what is no UUID, 404 for an unknown or another user’s',
    async (method, suffix) => {
      const { ids } = await receive(['mine']);
      const malformed = await call(method, `${LIST}/not-a-uuid${suffix}`);
      expect(malformed.body).toMatchObject({ status: 400, field: 'id' });
      const unknown = await call(method, `${LIST}/01970000-0000-7000-8000-000000000000${suffix}`);
      expect(unknown.body).toMatchObject({ status: 404, code: 'not_found' });
      const ofNoVersion = await call(method, `${LIST}/11111111-1111-1111-1111-111111111111${suffix}`);
      expect(ofNoVersion.body).toEqual(unknown.body);
      const foreign = await call(method, `${LIST}/${ids[0]}${suffix}`, { as: newUser('stranger') });
      expect(foreign.body).toEqual(unknown.body);
      expect((await call('GET', `${LIST}/${ids[0]}`)).body).toMatchObject({ is_read: false, is_archived: false });
    },
  );

  it('a cursor serves nobody else and no other filter', async () => {
    await receive(['a', 'b'], {}, { isOrdered: true });
    const { next_cursor: cursor } = (await call('GET', `${LIST}?size=1`)).body;
    expect((await call('GET', `${LIST}?size=1&cursor=${cursor}`, { as: newUser('stranger') })).body).toMatchObject({
      status: 400,
      field: 'cursor',
    });
    expect((await call('GET', `${LIST}?size=1&type=system&cursor=${cursor}`)).body).toMatchObject({
      status: 400,
      field: 'cursor',
    });
    expect((await call('GET', `${LIST}?page=2&cursor=${cursor}`)).body).toMatchObject({ status: 400, field: 'page' });
    expect(titles(await call('GET', `${LIST}?size=5&cursor=${cursor}`))).toEqual(['a']);
  });

  it.each([{ up_to: 'yesterday' }, { upto: '01970000-0000-7000-8000-000000000000' }])(
    'mark-all-read refuses %j',
    async (body) => {
      const reply = await call('PUT', `${LIST}/mark-all-read`, { body });
      expect(reply.body).toMatchObject({ status: 400, field: Object.keys(body)[0] });
    },
  );

  it('401 without a token', async () => {
    for (const [method, path] of [
      ['GET', LIST],
      ['PUT', `${LIST}/mark-all-read`],
      ['GET', '/api/v2/preferences'],
    ] as const) {
      const reply = await stack.http(method, path);
      expect(reply.status).toBe(401);
      validateReply(method, path, reply);
    }
  });

  it('429 with Retry-After beyond 120 changes a minute, for that user alone', async () => {
    const token = await stack.token(user);
    const replies = await Promise.all(
      Array.from({ length: 250 }, () => stack.http('PUT', `${LIST}/mark-all-read`, { token })),
    );
    const refused = replies.filter((reply) => reply.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    validateReply('PUT', `${LIST}/mark-all-read`, refused[0]!);
    expect(refused[0]!.body).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await call('PUT', `${LIST}/mark-all-read`, { as: newUser('other') })).status).toBe(200);
    expect((await call('GET', LIST)).status).toBe(200);
  });
});

describe.skipIf(!hasTokens)('statistics (needs tokens)', () => {
  const adminOf = (groups: string[]) => ({ claims: { 'cognito:groups': groups } });

  it.each([
    ['no scope and no group', {}],
    ['a scope that only looks alike', { scopes: ['openid', 'carillon/administrator', 'xadmin', 'admin,openid'] }],
    ['a group that only looks alike', adminOf(['carillon-admins', 'admin', 'carillon-admin]'])],
    ['the group as a scope', { scopes: ['carillon-admin'] }],
    ['the scope as a group', adminOf(['carillon/admin'])],
  ])('are refused to a token with %s', async (_what, options) => {
    const token = await stack.token(user, options);
    const forbidden = await call('GET', `${LIST}/stats`, { token });
    expect(forbidden.body).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('need the admin group or scope, and count users and their connections', async () => {
    await Promise.all([stack.connect(user), stack.connect(user), stack.connect(newUser('other'))]);
    const admins = [{ scopes: ['openid', 'carillon/admin'] }, { scopes: ['admin'] }, adminOf(['a', 'carillon-admin'])];
    for (const options of admins) {
      const token = await stack.token(user, options);
      const { body } = await call('GET', `${LIST}/stats`, { token });
      expect(body.data.total_clients).toBeGreaterThanOrEqual(3);
      expect(body.data.total_users).toBeLessThan(body.data.total_clients);
    }
  });
});

it('GET /health is open', async () => {
  const reply = await stack.http('GET', '/health');
  validateReply('GET', '/health', reply);
  expect(reply.body).toEqual({ status: 'ok' });
});
