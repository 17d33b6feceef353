// Muted topics and groups: neither sent nor pushed, by every way a notification or a signal takes; critical ones are.
import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const prefer = (preferences: object, user = 'alice') => system.as(user, 'PUT', '/api/v2/preferences', preferences);
const list = async () => (await system.as('alice', 'GET', '/api/v2/notifications')).body;
const inGroup = (groupId: unknown, fields: object = {}) =>
  system.notify({ user_id: 'alice', payload: { groupId }, ...fields } as never);
const grantOf = { topics: ['chat:1', 'chat:2'] };
async function connected() {
  const socket = await system.connect('alice', grantOf);
  await socket.send({ action: 'subscribe', topics: grantOf.topics });
  return socket;
}

describe('a muted group', () => {
  it('is stored and counted, and not sent', async () => {
    const socket = await system.connect('alice');
    await prefer({ muted_groups: ['g-7', '8'] });
    await inGroup('g-7', { title: 'Muted' });
    await inGroup(8, { title: 'Muted by number' });
    await inGroup('g-9', { title: 'Of another group' });
    expect(socket.frames).toMatchObject([
      { type: 'unread_count', unread_count: 1 },
      { type: 'unread_count', unread_count: 2 },
      { type: 'notification', notification: { title: 'Of another group' }, unread_count: 3 },
    ]);
    expect((await list()).notifications).toMatchObject([
      { last_error: null },
      { last_error: 'muted' },
      { last_error: 'muted' },
    ]);
  });

  it('reaches the user when it is critical', async () => {
    const socket = await system.connect('alice');
    await prefer({ muted_groups: ['g-7'] });
    await inGroup('g-7', { priority: 'critical' });
    expect(socket.frames).toMatchObject([{ type: 'notification' }]);
  });

  it('is muted for live signals, topics, and what is sent to everyone', async () => {
    const socket = await connected();
    await prefer({ muted_groups: ['g-7'] });
    for (const groupId of ['g-7', 'g-9']) {
      await inGroup(groupId, { store: false });
      await system.notify({ topic: 'chat:1', payload: { groupId } });
      await system.notify({ topic: 'wal:alice', payload: { groupId } });
      await system.notify({ user_id: EVERYONE, payload: { groupId } });
    }
    const groups = socket.frames.map((frame: any) => (frame.payload ?? frame.notification.payload).groupId);
    expect(groups).toEqual(['g-9', 'g-9', 'g-9', 'g-9']);
  });

  it('is not sent again, and not pushed, to who mutes it before it is acknowledged', async () => {
    const phone = await system.as('alice', 'POST', '/api/v2/devices', { platform: 'fcm', token: 'token' });
    expect(phone.status).toBe(201);
    const socket = await system.connect('alice');
    await inGroup('g-7', { requires_ack: true });
    await prefer({ muted_groups: ['g-7'] });
    await system.advance(20);
    expect(socket.frames.filter(({ type }) => type === 'notification')).toHaveLength(1);
    expect(system.memory.sns.phone('token').pushes).toEqual([]);
  });

  it('is not gathered in a digest with others', async () => {
    await prefer({ muted_groups: ['g-7'] });
    const digest = { key: 'k', window_seconds: 60, title: '{count} new', message: 'M' };
    await inGroup('g-7', { digest, title: 'Muted' });
    expect((await list()).notifications).toMatchObject([{ title: 'Muted', last_error: 'muted' }]);
  });

  it('stays muted when it comes back from a snooze', async () => {
    await inGroup('g-7');
    await prefer({ muted_groups: ['g-7'] });
    const [{ id }] = (await list()).notifications;
    const until = new Date(system.clock.ms + 120_000).toISOString();
    expect((await system.as('alice', 'PUT', `/api/v2/notifications/${id}/snooze`, { until })).status).toBe(200);
    await system.advance(121);
    expect((await list()).notifications).toMatchObject([{ last_error: 'muted' }]);
  });

  it('is named by the field that the deployment chose', async () => {
    system.deps.inboxRules = { organisations: true, groupField: 'team' };
    const socket = await system.connect('alice');
    await prefer({ muted_groups: ['red'] });
    await system.notify({ user_id: 'alice', title: 'Muted', payload: { team: 'red' } });
    await system.notify({ user_id: 'alice', title: 'Sent', payload: { groupId: 'red' } });
    expect(socket.frames).toMatchObject([{ type: 'unread_count' }, { notification: { title: 'Sent' } }]);
  });

  it('is what explain says', async () => {
    await prefer({ muted_groups: ['g-7'] });
    const request = {
      user_id: 'alice',
      title: 'T',
      message: 'M',
      notification_type: 'system',
      payload: { groupId: 'g-7' },
    };
    const { body } = await system.call('POST', '/internal/explain', { request });
    expect(body.users).toMatchObject([{ outcome: 'muted', reason: expect.stringContaining('type or group') }]);
  });
});

describe('a muted topic', () => {
  const topicsOf = (frames: any[]) => frames.map(({ topic }) => topic);

  it('is not sent to sockets that are open, and to those that open later', async () => {
    const before = await connected();
    await prefer({ muted_topics: ['chat:1', 'wal:alice', 'org:acme'] });
    const after = await connected();
    const inOrganisation = await system.connect('alice', { org_id: 'acme' });
    const send = async () => {
      for (const topic of ['chat:1', 'chat:2', 'wal:alice']) await system.notify({ topic });
      await system.notify({ user_id: 'alice', store: false });
      await system.notify({ topic: 'org:acme' });
    };
    await send();
    for (const { frames } of [before, after]) expect(topicsOf(frames)).toEqual(['chat:2', 'notifications']);
    // A preference of the user's own inbox.
    expect(topicsOf(inOrganisation.frames)).toEqual(['org:acme']);
    await prefer({ muted_topics: [] });
    await send();
    expect(topicsOf(before.frames).slice(2)).toEqual(['chat:1', 'chat:2', 'wal:alice', 'notifications']);
  });

  it('mutes wal: of the user in an organisation by the name clients know', async () => {
    const socket = await system.connect('alice', { org_id: 'acme' });
    const preferences = { muted_topics: ['wal:alice'] };
    await system.as('alice', 'PUT', '/api/v2/preferences', preferences, { org_id: 'acme' });
    await system.notify({ topic: 'wal:alice', org_id: 'acme' });
    expect(socket.frames).toEqual([]);
  });

  it('may be global_notifications: what is sent to everyone waits in the list', async () => {
    const socket = await connected();
    await prefer({ muted_topics: ['global_notifications'] });
    await system.notify({ user_id: EVERYONE, title: 'To all' });
    await system.notify({ topic: 'global_notifications' });
    expect(socket.frames).toEqual([]);
    expect((await list()).notifications).toMatchObject([{ title: 'To all' }]);
  });

  it.each([
    ['muted_topics[0]', { muted_topics: ['notifications'] }],
    ['muted_topics[0]', { muted_topics: ['Chat 1'] }],
    ['muted_topics', { muted_topics: Array.from({ length: 101 }, (_, at) => `chat:${at}`) }],
    ['muted_groups[1]', { muted_groups: ['a', ''] }],
    ['muted_groups[0]', { muted_groups: ['x'.repeat(129)] }],
    ['muted_groups', { muted_groups: Array.from({ length: 101 }, (_, at) => `${at}`) }],
  ])('refuses %s that is none, or too many of them', async (field, preferences) => {
    expect(await prefer(preferences)).toMatchObject({ status: 400, body: { field } });
  });
});
