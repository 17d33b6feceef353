// A user's phones over REST, and what becomes of those that can't be reached any more.
import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const register = (user: string, token = 'phone-1', platform = 'fcm') =>
  system.as(user, 'POST', '/api/v2/devices', { platform, token });
const devicesOf = async (user: string) => (await system.as(user, 'GET', '/api/v2/devices')).body.devices;
const pushesTo = (token: string) => system.memory.sns.phone(token).pushes.map(({ title }) => title);

describe('a device', () => {
  it('is registered once, however often it is sent', async () => {
    const first = await register('alice');
    expect(first).toMatchObject({ status: 201, body: { platform: 'fcm', token: 'phone-1' } });
    system.clock.ms += 60_000;
    const again = await register('alice');
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id, created_at: first.body.created_at } });
    expect(await devicesOf('alice')).toEqual([again.body]);
  });

  it('belongs to who registered it last', async () => {
    await register('alice');
    await register('bob');
    expect([(await devicesOf('alice')).length, (await devicesOf('bob')).length]).toEqual([0, 1]);
    await system.notify({ user_id: 'alice', title: 'For alice' });
    await system.notify({ user_id: 'bob', title: 'For bob' });
    expect(pushesTo('phone-1')).toEqual(['For bob']);
  });

  it('is refused where its platform has no application', async () => {
    system.memory.sns.platforms.delete('apns');
    expect(await register('alice', 'phone-1', 'apns')).toMatchObject({
      status: 501,
      body: { code: 'push_not_configured', field: 'platform' },
    });
  });

  it('is refused as the twenty-first', async () => {
    for (let at = 0; at < 20; at++) expect((await register('alice', `phone-${at}`)).status).toBe(201);
    expect((await register('alice', 'phone-20')).status).toBe(400);
    // One that is registered already may be registered again.
    expect((await register('alice', 'phone-3')).status).toBe(200);
    expect(await devicesOf('alice')).toHaveLength(20);
  });

  it('is removed with its endpoint, by its own user only', async () => {
    const { id } = (await register('alice')).body;
    expect((await system.as('bob', 'DELETE', `/api/v2/devices/${id}`)).status).toBe(404);
    expect((await system.as('alice', 'DELETE', '/api/v2/devices/phone-1')).status).toBe(400);
    expect((await system.as('alice', 'DELETE', `/api/v2/devices/${id}`)).status).toBe(204);
    expect(await devicesOf('alice')).toEqual([]);
    expect(system.memory.sns.endpoints.size).toBe(0);
    expect((await system.as('alice', 'DELETE', `/api/v2/devices/${id}`)).status).toBe(404);
  });

  it('gets what is sent to everyone while its user wants push', async () => {
    await register('alice');
    const subscribed = () => [...system.memory.sns.endpoints.values()].map((one) => one.subscriptionArn !== undefined);
    expect(subscribed()).toEqual([true]);
    for (const wanted of [false, true]) {
      await system.as('alice', 'PUT', '/api/v2/preferences', { push_notifications: wanted });
      expect(subscribed()).toEqual([wanted]);
    }
    await system.as('alice', 'PUT', '/api/v2/preferences', { push_notifications: false });
    await register('alice', 'phone-2');
    await system.notify({ user_id: EVERYONE, title: 'To all' });
    expect([pushesTo('phone-1'), pushesTo('phone-2')]).toEqual([[], []]);
  });

  it('is forgotten when its provider refuses the token, and kept when it was registered again meanwhile', async () => {
    await register('alice');
    system.memory.sns.phone('phone-1').isReachable = false;
    await system.notify({ user_id: 'alice', title: 'Not shown' });
    expect(await devicesOf('alice')).toEqual([]);
    expect(system.deps.counted.device_pruned).toBe(1);

    system.memory.sns.phone('phone-1').isReachable = true;
    await register('alice');
    const [arn] = system.memory.sns.endpoints.keys();
    // The report comes late: SNS is asked how the endpoint is now.
    const report = { Service: 'SNS', EventType: 'EndpointUpdated', EndpointArn: arn };
    system.memory.queues.dispatch.send(JSON.stringify(report));
    await system.run();
    expect(await devicesOf('alice')).toHaveLength(1);
    await system.notify({ user_id: 'alice', title: 'Shown' });
    expect(pushesTo('phone-1')).toEqual(['Shown']);
  });

  it('that a logout forgets is pushed nothing any more', async () => {
    await register('alice');
    system.clock.ms += 5_000;
    await system.put('user.logged_out', { user_id: 'alice', forget_devices: true });
    system.clock.ms += 5_000;
    await system.notify({ user_id: 'alice' });
    expect(await devicesOf('alice')).toEqual([]);
    expect(pushesTo('phone-1')).toEqual([]);
  });
});
