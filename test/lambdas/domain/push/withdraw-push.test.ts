// What was pushed to phones is taken back once its user has dealt with it, wherever that was.
import { beforeEach, describe, expect, it } from 'vitest';
import { type FunctionsInMemory, functionsInMemory } from '../../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});

const register = async (token: string, platform = 'fcm') => {
  const registered = system.memory.sns.phone(token);
  const { status } = await system.as('alice', 'POST', '/api/v2/devices', { platform, token });
  expect(status).toBe(201);
  return registered;
};
const list = async () => (await system.as('alice', 'GET', '/api/v2/notifications')).body.notifications;
const act = async (method: string, path: string) => {
  const { status } = await system.as('alice', method, `/api/v2/notifications/${path}`);
  expect(status).toBe(200);
  await system.run();
};

describe('a notification that was pushed', () => {
  it.each([
    ['read', 'PUT', '/read'],
    ['removed', 'DELETE', ''],
  ])('is taken back from every phone, once, when it is %s', async (_how, method, path) => {
    const phones = [await register('one'), await register('two', 'apns')];
    await system.notify({ user_id: 'alice' });
    await system.notify({ user_id: 'alice' });
    const [newest] = await list();
    await act(method, `${newest.id}${path}`);
    await act(method, `${newest.id}${path}`);
    for (const { pushes, withdrawals } of phones) {
      expect(pushes).toHaveLength(2);
      expect(withdrawals).toEqual([{ notification_id: newest.id, unread_count: 1 }]);
    }
  });

  it('is taken back when a page acknowledges it after the push, and when it is recalled', async () => {
    const { withdrawals } = await register('phone');
    await system.notify({ user_id: 'alice', requires_ack: true });
    await system.notify({ user_id: 'alice', id: 'wrong' });
    const [recalled, acknowledged] = (await list()).map(({ id }: { id: string }) => id);
    const page = await system.connect('alice');
    for (let times = 0; times < 2; times++) await page.send({ action: 'ack', notification_id: acknowledged });
    await system.run();
    expect(withdrawals).toEqual([{ notification_id: acknowledged, unread_count: 2 }]);
    await system.put('notification.recalled', { id: 'wrong' });
    expect(withdrawals.slice(1)).toEqual([{ notification_id: recalled, unread_count: 1 }]);
  });

  it.each([
    ['PUT', 'mark-all-read'],
    ['DELETE', 'clear-all'],
  ])('is taken back with all others: %s %s', async (method, path) => {
    const { withdrawals } = await register('phone');
    await system.notify({ user_id: 'alice' });
    await system.notify({ user_id: 'alice' });
    const [newest] = await list();
    await act(method, path);
    expect(withdrawals).toEqual([{ up_to: newest.id, unread_count: 0 }]);
  });

  it('and cannot be taken back is acknowledged, and marked as read, all the same', async () => {
    await register('phone');
    for (const requires_ack of [true, false]) await system.notify({ user_id: 'alice', requires_ack });
    const ids = (await list()).map(({ id }: { id: string }) => id);
    const page = await system.connect('alice');
    const { tasks } = system.deps;
    const send = tasks.send;
    tasks.send = async () => {
      throw new Error('Throttled');
    };
    const reply = await page.send({ action: 'ack', notification_id: ids[1] });
    expect(reply).toMatchObject({ type: 'acked', notification_ids: [ids[1]] });
    expect((await system.as('alice', 'PUT', '/api/v2/notifications/mark-all-read')).status).toBe(200);
    tasks.send = send;
  });

  it('because nobody saw it at a page, or because it is critical, is taken back as well', async () => {
    const { pushes, withdrawals } = await register('phone');
    const page = await system.connect('alice');
    await page.send({ action: 'presence', state: 'idle' });
    await system.notify({ user_id: 'alice' });
    await system.notify({ user_id: 'alice', priority: 'critical' });
    await system.advance(11);
    expect(pushes).toHaveLength(2);
    for (const { id } of await list()) await act('PUT', `${id}/read`);
    expect(withdrawals).toHaveLength(2);
  });

  it('because every socket turned out to be closed, is taken back as well', async () => {
    const { pushes, withdrawals } = await register('phone');
    const page = await system.connect('alice');
    system.clock.ms += 60_000;
    system.memory.sockets.close(page.id);
    await system.notify({ user_id: 'alice' });
    expect(pushes).toHaveLength(1);
    await act('PUT', `${(await list())[0].id}/read`);
    expect(withdrawals).toHaveLength(1);
  });
});

describe('nothing is taken back', () => {
  it('of what no phone was pushed', async () => {
    const { withdrawals } = await register('phone');
    await system.connect('alice');
    await system.notify({ user_id: 'alice' });
    await act('PUT', `${(await list())[0].id}/read`);
    expect(withdrawals).toEqual([]);
  });

  it('where a phone refuses it, and the change stands', async () => {
    const phone = await register('phone');
    await system.notify({ user_id: 'alice' });
    phone.refusal = 'ThrottledException';
    await act('PUT', `${(await list())[0].id}/read`);
    expect((await list())[0].is_read).toBe(true);
    expect(system.memory.queues.dispatch.all()).toEqual([]);
  });

  it('where there are browsers only', async () => {
    const keys = { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) };
    const endpoint = 'https://push.example.test/1';
    await system.as('alice', 'POST', '/api/v2/devices', { platform: 'web', endpoint, keys });
    await system.notify({ user_id: 'alice' });
    expect(system.memory.sns.phone(endpoint).pushes).toHaveLength(1);
    const [{ id }] = await list();
    await system.as('alice', 'PUT', `/api/v2/notifications/${id}/read`);
    expect(system.memory.queues.dispatch.all()).toEqual([]);
  });
});
