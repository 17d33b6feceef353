// A user's inboxes in organisations: what a credential and a request with `org_id` reach, and what they do not.
import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
type Org = string | undefined;
const claimsOf = (org: Org) => (org === undefined ? {} : { org_id: org });
const as = (org: Org, method: string, path: string, body?: unknown) =>
  system.as('alice', method, path, body, claimsOf(org));
const titles = async (org: Org) => {
  const { body } = await as(org, 'GET', '/api/v2/notifications');
  return body.notifications.map(({ title }: { title: string }) => title);
};
const send = (org: Org, title: string, fields: object = {}) =>
  system.notify({ user_id: 'alice', title, ...claimsOf(org), ...fields });
const rejections = () => system.memory.queues.rejected.all().map(({ attributes }) => attributes);

describe('an inbox in an organisation', () => {
  it('has its own list, counts, preferences and watermarks', async () => {
    await send('acme', 'Of acme');
    await send('globex', 'Of globex');
    await send(undefined, 'Of nobody');
    expect(await titles('acme')).toEqual(['Of acme']);
    expect(await titles('globex')).toEqual(['Of globex']);
    expect(await titles(undefined)).toEqual(['Of nobody']);

    system.clock.ms += 60_000;
    await as('acme', 'PUT', '/api/v2/notifications/mark-all-read');
    await as('acme', 'PUT', '/api/v2/preferences', { muted_types: ['reminder'] });
    const countOf = async (org: Org) => (await as(org, 'GET', '/api/v2/notifications/unread-count')).body.count;
    expect([await countOf('acme'), await countOf('globex'), await countOf(undefined)]).toEqual([0, 1, 1]);
    const mutedOf = async (org: Org) => (await as(org, 'GET', '/api/v2/preferences')).body.muted_types;
    expect([await mutedOf('acme'), await mutedOf('globex'), await mutedOf(undefined)]).toEqual([['reminder'], [], []]);
  });

  it('shows the user and the organisation, and a plain inbox only the user', async () => {
    await send('acme', 'Of acme');
    await send(undefined, 'Of nobody');
    const one = async (org: Org) => (await as(org, 'GET', '/api/v2/notifications')).body.notifications[0];
    expect(await one('acme')).toMatchObject({ user_id: 'alice', org_id: 'acme' });
    expect(await one(undefined)).toMatchObject({ user_id: 'alice' });
    expect(await one(undefined)).not.toHaveProperty('org_id');
  });

  it('is served by its own sockets, and by no others of the user', async () => {
    const [acme, globex, plain] = [
      await system.connect('alice', { org_id: 'acme' }),
      await system.connect('alice', { org_id: 'globex' }),
      await system.connect('alice'),
    ];
    await send('acme', 'Of acme');
    await send('acme', 'A signal', { store: false });
    await system.notify({ topic: 'wal:alice', org_id: 'acme' });
    expect(acme.frames).toMatchObject([
      { type: 'notification', notification: { title: 'Of acme', user_id: 'alice', org_id: 'acme' }, unread_count: 1 },
      { type: 'event', topic: 'notifications' },
      { type: 'event', topic: 'wal:alice' },
    ]);
    expect([globex.frames, plain.frames]).toEqual([[], []]);
    await system.notify({ topic: 'wal:alice' });
    await send(undefined, 'Of nobody');
    expect([acme.frames.length, globex.frames.length, plain.frames.length]).toEqual([3, 0, 2]);
  });

  it('subscribes to the same topics by the same names', async () => {
    const socket = await system.connect('alice', { org_id: 'acme', topics: ['chat:1'] });
    const topics = ['notifications', 'global_notifications', 'wal:alice', 'org:acme', 'chat:1'];
    expect(await socket.send({ action: 'subscribe', topics })).toEqual({ type: 'subscribed', topics });
    expect(await socket.send({ action: 'unsubscribe', topics: ['wal:alice'] })).toMatchObject({ code: 'forbidden' });
    expect(await socket.send({ action: 'subscribe', topics: ['wal:alice acme'] })).toMatchObject({ type: 'error' });
    await system.notify({ topic: 'org:acme' });
    expect(socket.frames).toMatchObject([{ type: 'event', topic: 'org:acme' }]);
  });

  it('shows what was sent to everyone, with a state of its own', async () => {
    const orgs = ['acme', undefined];
    for (const org of orgs) await as(org, 'GET', '/api/v2/notifications');
    const sockets = [await system.connect('alice', { org_id: 'acme' }), await system.connect('alice')];
    system.clock.ms += 1_000;
    await system.notify({ user_id: EVERYONE, title: 'To all' });
    for (const { frames } of sockets) expect(frames).toMatchObject([{ notification: { title: 'To all' } }]);
    const { body } = await as('acme', 'GET', '/api/v2/notifications');
    await as('acme', 'DELETE', `/api/v2/notifications/${body.notifications[0].id}`);
    expect([await titles('acme'), await titles(undefined)]).toEqual([[], ['To all']]);
  });

  it('is selected by a ticket of the REST API as by its token', async () => {
    const { body } = await as('acme', 'POST', '/api/v2/tickets', {});
    const { context } = await system.authorize({ query: { ticket: body.ticket, user_id: 'alice' } });
    const socket = await system.open(context as never);
    await send('acme', 'Of acme');
    await send(undefined, 'Of nobody');
    expect(socket.frames).toMatchObject([{ notification: { title: 'Of acme' } }]);
  });

  it('is one of several of a request that names many users', async () => {
    await system.notify({ user_ids: ['alice', 'bob'], org_id: 'acme', title: 'To both' });
    expect([await titles('acme'), await titles(undefined)]).toEqual([['To both'], []]);
    const { body } = await system.as('bob', 'GET', '/api/v2/notifications', undefined, { org_id: 'acme' });
    expect(body.notifications).toMatchObject([{ user_id: 'bob', org_id: 'acme' }]);
  });

  it('keeps the same request id of two organisations apart', async () => {
    await send('acme', 'Of acme', { id: 'invoice-1' });
    await send('globex', 'Of globex', { id: 'invoice-1' });
    await send('acme', 'Again', { id: 'invoice-1' });
    expect([await titles('acme'), await titles('globex')]).toEqual([['Of acme'], ['Of globex']]);
  });

  it('gets what was scheduled for it', async () => {
    const deliver_at = new Date(system.clock.ms + 60_000).toISOString();
    await send('acme', 'Later', { deliver_at });
    await system.advance(61);
    expect([await titles('acme'), await titles(undefined)]).toEqual([['Later'], []]);
  });

  it('is named by the user and org_id of a recall', async () => {
    await send('acme', 'Of acme', { id: 'invoice-1' });
    await send(undefined, 'Of nobody', { id: 'invoice-1' });
    await system.put('notification.recalled', { id: 'invoice-1', user_id: 'alice', org_id: 'acme' });
    expect([await titles('acme'), await titles(undefined)]).toEqual([[], ['Of nobody']]);
  });

  it('is what explain and the audit trail answer for', async () => {
    await as('acme', 'PUT', '/api/v2/preferences', { muted_types: ['system'] });
    const request = { user_id: 'alice', title: 'T', message: 'M', notification_type: 'system' };
    const explain = async (org: Org) =>
      (await system.call('POST', '/internal/explain', { request: { ...request, ...claimsOf(org) } })).body.users;
    expect(await explain('acme')).toMatchObject([{ user_id: 'alice', outcome: 'muted' }]);
    expect(await explain(undefined)).toMatchObject([{ user_id: 'alice', outcome: 'inbox' }]);

    await send('acme', 'Of acme', { id: 'invoice-1' });
    const status = (query: string) => system.call('GET', `/internal/requests/invoice-1?source=test${query}`);
    expect((await status('&user_id=alice&org_id=acme')).body).toMatchObject({
      audiences: [{ audience: 'user:alice', org_id: 'acme' }],
      notification: { outcome: 'muted' },
    });
    expect((await status('&user_id=alice')).body).toMatchObject({ notification: null });
  });

  it('has claims that name the user alone', async () => {
    await system.notify({
      user_ids: ['alice', 'bob'],
      org_id: 'acme',
      title: 'Take it',
      claim: { expires_seconds: 60 },
    });
    const { body } = await as('acme', 'GET', '/api/v2/notifications');
    const path = `/api/v2/notifications/${body.notifications[0].id}/claim`;
    expect((await as('acme', 'PUT', path)).body).toMatchObject({ claim: { holder: { user_id: 'alice' } } });
    expect((await as('acme', 'PUT', path)).status).toBe(200);
    const ofBob = await system.as('bob', 'GET', '/api/v2/notifications', undefined, { org_id: 'acme' });
    const id = ofBob.body.notifications[0].id;
    const refused = await system.as('bob', 'PUT', `/api/v2/notifications/${id}/claim`, undefined, { org_id: 'acme' });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/^alice has claimed it/) } });
    expect((await as('acme', 'DELETE', path)).body).toMatchObject({ claim: { holder: null } });
  });
});

describe('a logout', () => {
  const isOpen = ({ id }: { id: string }) => system.memory.sockets.get(id)!.isOpen;

  it('with org_id closes the sockets of that organisation, and refuses its credentials', async () => {
    const [acme, plain] = [await system.connect('alice', { org_id: 'acme' }), await system.connect('alice')];
    system.clock.ms += 30_000;
    await system.put('user.logged_out', { user_id: 'alice', org_id: 'acme' });
    expect([acme, plain].map(isOpen)).toEqual([false, true]);
    expect(acme.frames).toMatchObject([{ type: 'error', code: 'logged_out' }]);
    const old = { iat: system.clock.ms / 1000 - 60 };
    const read = (org: Org) =>
      system.as('alice', 'GET', '/api/v2/preferences', undefined, { ...old, ...claimsOf(org) });
    expect([(await read('acme')).status, (await read(undefined)).status]).toEqual([401, 200]);
  });

  it('without org_id closes all sockets of the user, in every organisation', async () => {
    const sockets = [
      await system.connect('alice', { org_id: 'acme' }),
      await system.connect('alice', { org_id: 'globex' }),
      await system.connect('alice'),
      await system.connect('bob', { org_id: 'acme' }),
    ];
    system.clock.ms += 30_000;
    await system.put('user.logged_out', { user_id: 'alice' });
    expect(sockets.map(isOpen)).toEqual([false, false, false, true]);
    const old = { iat: system.clock.ms / 1000 - 60, org_id: 'acme' };
    expect((await system.as('alice', 'GET', '/api/v2/preferences', undefined, old)).status).toBe(401);
  });

  it('without org_id finds the inbox of an organisation whose first use was a change of preferences', async () => {
    await as('acme', 'PUT', '/api/v2/preferences', { muted_types: [] });
    const socket = await system.connect('alice', { org_id: 'acme' });
    system.clock.ms += 30_000;
    await system.put('user.logged_out', { user_id: 'alice' });
    expect(isOpen(socket)).toBe(false);
  });

  it('without org_id refuses the first socket in an organisation that was opening meanwhile', async () => {
    const { body } = await system.call('POST', '/internal/tickets', { user_id: 'alice', org_id: 'acme' });
    const { context } = await system.authorize({ query: { ticket: body.ticket } });
    const { introduce } = system.deps.recipients;
    system.deps.recipients.introduce = async (inbox, since) => {
      // The event is worked on between the look for a logout and the note that there is such an inbox.
      await system.put('user.logged_out', { user_id: 'alice' });
      await introduce(inbox, since);
    };
    await expect(system.open(context as never)).rejects.toThrow('refused with 401');
  });
});

describe('a deployment whose organisations have no inboxes', () => {
  beforeEach(() => {
    system.deps.inboxRules = { organisations: false, groupField: 'groupId' };
  });

  it('keeps one inbox for every credential of a user', async () => {
    await send(undefined, 'Of nobody');
    expect(await titles('acme')).toEqual(['Of nobody']);
    const socket = await system.connect('alice', { org_id: 'acme' });
    await send(undefined, 'Second');
    await system.notify({ topic: 'org:acme' });
    expect(socket.frames).toMatchObject([{ notification: { title: 'Second' } }, { type: 'event', topic: 'org:acme' }]);
    expect(socket.frames[0]).not.toHaveProperty('notification.org_id');
  });

  it('rejects requests, recalls and logouts with org_id, and says what to set', async () => {
    await send('acme', 'Of acme');
    const live = { user_id: 'alice', org_id: 'acme', notification_type: 'typing', store: false };
    await system.put('notification.requested', { requests: [live] });
    await system.put('notification.recalled', { id: 'invoice-1', user_id: 'alice', org_id: 'acme' });
    await system.put('user.logged_out', { user_id: 'alice', org_id: 'acme' });
    expect(rejections()).toHaveLength(4);
    for (const one of rejections()) expect(JSON.stringify(one)).toContain('organisationInboxes');
    const { status, body } = await system.call('GET', '/internal/users/alice/presence?org_id=acme');
    expect([status, body.field]).toEqual([400, 'org_id']);
  });
});
