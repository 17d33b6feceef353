// Registering a phone while what was dead of it is being cleared away.
import { describe, expect, it } from 'vitest';
import { DEFAULT_PREFERENCES, type Device } from '../../../../lambdas/domain/model/recipient.ts';
import { registerDevice } from '../../../../lambdas/domain/push/register-device.ts';
import { DEFAULT_LIMITS } from '../../../../protocol/service-limits.ts';

/** `gone`: how often the endpoint is cleared away before it can be subscribed. */
function setUp(gone: number) {
  const rows = new Map<string, Device>();
  let made = 0;
  let owner: string | undefined;
  const deps = {
    clock: { now: () => 0 },
    limits: DEFAULT_LIMITS,
    userStates: { read: async () => ({ preferences: DEFAULT_PREFERENCES }) },
    devices: {
      list: async () => [...rows.values()],
      claimPlace: async () => true,
      owner: async () => owner,
      changeOwner: async (_id: string, _from: string | undefined, to: string) => {
        owner = to;
        return true;
      },
      put: async (_user: string, device: Device) => void rows.set(device.id, device),
      forget: async (_user: string, id: string) => void rows.delete(id),
    },
    push: {
      isConfigured: () => true,
      register: async () => {
        made++;
        return 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/carillon/one';
      },
      subscribe: async () => (made > gone ? 'arn:subscription' : undefined),
      endpointIsDead: async () => false,
    },
  };
  const register = () => registerDevice(deps as never, 'alice', { platform: 'fcm', token: 't' });
  return { register, rows, attempts: () => made };
}

describe('registerDevice', () => {
  it('begins anew when the endpoint was cleared away under its hands', async () => {
    const { register, rows, attempts } = setUp(2);
    expect(await register()).toMatchObject({ isNew: true, device: { platform: 'fcm', token: 't' } });
    expect(attempts()).toBe(3);
    expect([...rows.values()]).toMatchObject([{ subscription_arn: 'arn:subscription' }]);
  });

  it('gives up, with nothing left behind, when that happens again and again', async () => {
    const { register, rows } = setUp(100);
    await expect(register()).rejects.toThrow('cleared away');
    expect(rows.size).toBe(0);
  });
});
