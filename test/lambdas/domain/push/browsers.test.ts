// Browsers as devices of a user: pushed to, retried, forgotten, and counted, as phones are.
import { describe, expect, it } from 'vitest';
import { explain } from '../../../../lambdas/domain/delivery/explain.ts';
import { registerDevice } from '../../../../lambdas/domain/push/register-device.ts';
import { listDevices } from '../../../../lambdas/domain/push/remove-device.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';
import { RETRY_AFTER_SECONDS } from '../../../support/memory/push.ts';

const KEYS = { p256dh: 'p', auth: 'a' };
const ENDPOINT = 'https://push.example.com/one';

async function browser(system: DispatchSystem, userId: string, endpoint = ENDPOINT) {
  const { device } = await registerDevice(system.deps, userId, { platform: 'web', endpoint, keys: KEYS });
  return { device, page: system.memory.sns.phone(endpoint) };
}
const requestTo = (userId: string, more = {}) => ({
  user_id: userId,
  title: 'A title',
  message: 'A message',
  notification_type: 'system',
  ...more,
});

describe('a push to a browser', () => {
  it('that is refused for now is tried again, for it alone, not before the push service wants it', async () => {
    const system = await dispatchSystem();
    const { page } = await browser(system, 'alice');
    const phone = await system.phone('alice');
    page.refusal = '429';
    system.enqueue(requestTo('alice'));
    await system.drain();
    expect([page.pushes.length, phone.pushes.length]).toEqual([0, 1]);
    page.refusal = undefined;
    await system.advance(RETRY_AFTER_SECONDS - 1);
    expect(page.pushes).toHaveLength(0);
    await system.advance(2);
    expect([page.pushes.length, phone.pushes.length]).toEqual([1, 1]);
  });

  it('whose subscription has ended forgets the browser, and frees its place', async () => {
    const system = await dispatchSystem();
    const { device, page } = await browser(system, 'alice');
    page.isReachable = false;
    await system.notify(requestTo('alice'));
    expect(await listDevices(system.deps, 'alice')).toEqual([]);
    expect(await system.deps.devices.owner(device.id)).toBeUndefined();
    expect(await system.deps.devices.claimPlace('alice', 'another', 1)).toBe(true);
  });

  it('is not sent while a socket is open, unless it is critical', async () => {
    const system = await dispatchSystem();
    const { page } = await browser(system, 'alice');
    await system.connect('alice', 'tab');
    await system.notify(requestTo('alice'));
    expect(page.pushes).toHaveLength(0);
    await system.notify(requestTo('alice', { priority: 'critical' }));
    expect(page.pushes).toMatchObject([{ isUrgent: true }]);
  });

  it('is not sent of what goes to everyone', async () => {
    const system = await dispatchSystem();
    const { page } = await browser(system, 'alice');
    const phone = await system.phone('alice');
    await system.notify(requestTo(EVERYONE));
    expect([page.pushes.length, phone.pushes.length]).toEqual([0, 1]);
  });
});

describe('a browser', () => {
  it('takes one of the places that phones take', async () => {
    const { deps } = await dispatchSystem();
    const limited = { ...deps, limits: { ...deps.limits, devicesPerUser: 2 } };
    const register = (wanted: Parameters<typeof registerDevice>[2]) => registerDevice(limited, 'alice', wanted);
    await register({ platform: 'fcm', token: 't' });
    await register({ platform: 'web', endpoint: ENDPOINT, keys: KEYS });
    const more = { platform: 'web', endpoint: 'https://push.example.com/two', keys: KEYS } as const;
    await expect(register(more)).rejects.toThrow('A user may have at most 2 devices.');
    // The same one again, with new keys, takes no further place.
    expect((await register({ platform: 'web', endpoint: ENDPOINT, keys: { ...KEYS, auth: 'b' } })).isNew).toBe(false);
    const devices = (await deps.devices.list('alice')).sort((a, b) => a.platform.localeCompare(b.platform));
    expect(devices).toMatchObject([{ platform: 'fcm' }, { keys: { auth: 'b' } }]);
  });

  it('belongs to the user who registered it last, and its keys are given to nobody', async () => {
    const system = await dispatchSystem();
    await browser(system, 'alice');
    const { device, page } = await browser(system, 'bob');
    expect(device).not.toHaveProperty('keys');
    expect(await listDevices(system.deps, 'alice')).toEqual([]);
    await system.notify(requestTo('alice'));
    expect(page.pushes).toHaveLength(0);
    await system.notify(requestTo('bob'));
    expect(page.pushes).toHaveLength(1);
  });

  it('is forgotten by a logout that forgets devices', async () => {
    const system = await dispatchSystem();
    const { page } = await browser(system, 'alice');
    system.clock.ms += 1_000;
    await system.event({ user_id: 'alice', forget_devices: true }, { detailType: 'user.logged_out' });
    await system.notify(requestTo('alice'));
    expect([page.pushes.length, await listDevices(system.deps, 'alice')]).toEqual([0, []]);
  });

  it('is explained as a device that is pushed to, held back and muted as phones are', async () => {
    const { deps, ...system } = await dispatchSystem();
    await browser({ ...system, deps } as DispatchSystem, 'alice');
    const explained = await explain(deps, requestTo('alice'));
    expect(explained.users).toMatchObject([{ outcome: 'pushed', phones: 1 }]);
  });
});
