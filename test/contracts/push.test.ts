// Contracts of the room `push`: registered devices, and the push service.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PushContent } from '../../lambdas/domain/push/push-content.ts';
import { SERVICE_KINDS, servicePorts } from '../support/open-service-ports.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';
import type { ServicePorts } from '../support/service-ports.ts';

const device = (id: string, updated_at = '2026-11-21T07:00:00.000Z') => ({
  id,
  platform: 'fcm' as const,
  token: `token-${id}`,
  endpoint_arn: `arn:${id}`,
  created_at: '2026-11-21T07:00:00.000Z',
  updated_at,
});

describe.each(TABLE_KINDS)('on %s', (kind) => {
  let ports: Ports;
  beforeAll(async () => {
    ports = await portsOn(kind, { isMetered: true });
  });
  afterAll(() => ports.close());

  describe('Devices', () => {
    it("keeps a user's devices, and forgets one unless it was registered again since", async () => {
      const { devices } = ports.deps;
      const later = '2026-11-21T08:00:00.000Z';
      await devices.put('alice', device('d1'));
      await devices.put('alice', { ...device('d2'), subscription_arn: 's' });
      expect(await devices.list('alice')).toEqual([device('d1'), { ...device('d2'), subscription_arn: 's' }]);
      expect(await devices.get('alice', 'd1')).toEqual(device('d1'));
      expect(await devices.get('bob', 'd1')).toBeUndefined();
      expect(await devices.list('bob')).toEqual([]);
      await devices.put('alice', device('d2', later));
      expect(await devices.get('alice', 'd2')).toEqual(device('d2', later));
      expect(await devices.forget('alice', 'd2', device('d2').updated_at)).toBe('changed');
      expect(await devices.forget('alice', 'd2', later)).toBe('forgotten');
      expect(await devices.forget('alice', 'd2', later)).toBe('forgotten');
      expect(await devices.forget('alice', 'd1')).toBe('forgotten');
      expect(await devices.list('alice')).toEqual([]);
    });

    it('gives exactly as many places as there are, of all that ask at once; a forgotten device frees its place', async () => {
      const { devices } = ports.deps;
      const ids = Array.from({ length: 8 }, (_, at) => `place-${at}`);
      const claims = await Promise.all(ids.map((id) => devices.claimPlace('erin', id, 5)));
      expect(claims.filter(Boolean)).toHaveLength(5);
      const held = ids.filter((_, at) => claims[at]);
      const [refused] = ids.filter((_, at) => !claims[at]);
      for (const id of held) await devices.put('erin', device(id));
      expect(await devices.claimPlace('erin', held[0]!, 5)).toBe(true);
      expect(await devices.claimPlace('erin', refused!, 5)).toBe(false);
      expect(await devices.claimPlace('frank', refused!, 5)).toBe(true);
      await devices.forget('erin', held[0]!);
      expect(await devices.claimPlace('erin', refused!, 5)).toBe(true);
    });

    it('frees the places of registrations that broke off, a minute later', async () => {
      const { devices } = ports.deps;
      await devices.put('grace', device('listed'));
      for (const id of ['listed', 'broken-off']) expect(await devices.claimPlace('grace', id, 2)).toBe(true);
      expect(await devices.claimPlace('grace', 'late', 2)).toBe(false);
      ports.clock.ms += 60_000;
      expect(await devices.claimPlace('grace', 'late', 2)).toBe(true);
      expect(await devices.claimPlace('grace', 'too-late', 2)).toBe(false);
    });

    it('has one owner of a device, and changes it only from the one that is named', async () => {
      const { devices } = ports.deps;
      expect(await devices.owner('d9')).toBeUndefined();
      expect(await devices.changeOwner('d9', 'bob', 'alice')).toBe(false);
      expect(await devices.changeOwner('d9', undefined, 'alice')).toBe(true);
      expect(await devices.changeOwner('d9', undefined, 'bob')).toBe(false);
      expect(await devices.changeOwner('d9', undefined, 'alice')).toBe(true);
      const takers = ['bob', 'carol', 'dave'];
      const taken = await Promise.all(takers.map((user) => devices.changeOwner('d9', 'alice', user)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const owner = takers[taken.indexOf(true)]!;
      expect(await devices.owner('d9')).toBe(owner);
      await devices.disown('d9', 'alice');
      expect(await devices.owner('d9')).toBe(owner);
      await devices.disown('d9', owner);
      expect(await devices.owner('d9')).toBeUndefined();
    });
  });
});

describe.each(SERVICE_KINDS)('in %s', (kind) => {
  let ports: ServicePorts;
  beforeAll(async () => {
    ports = await servicePorts(kind);
  });
  afterAll(() => ports.close());

  const content = (notification_id: string): PushContent => ({
    notification_id,
    notification_type: 'system',
    title: 'Title',
    message: 'Message',
    isUrgent: false,
    ttlSeconds: 60,
  });
  const registered = async (token: string, userId = 'alice') => ({
    ...device(token),
    token,
    endpoint_arn: await ports.deps.push.register('fcm', token, userId),
  });

  describe('Push', () => {
    it('reaches the registered device and no other', async () => {
      const [one, other] = [await registered('one'), await registered('other')];
      expect(one.endpoint_arn).not.toBe(other.endpoint_arn);
      expect(await ports.deps.push.toDevice(one, content('n1'))).toBe('pushed');
      expect(await ports.pushed('one')).toEqual(['n1']);
      expect(await ports.pushed('other')).toEqual([]);
    });

    it('takes back what a phone shows, one or all, by a push that shows nothing', async () => {
      const { push } = ports.deps;
      for (const [platform, token] of [
        ['fcm', 'silent'],
        ['apns', 'ab'.repeat(32)],
      ] as const) {
        const endpoint_arn = await push.register(platform, token, 'alice');
        const phone = { ...device(`silent-${platform}`), platform, endpoint_arn };
        expect(await push.withdraw(phone, { notification_id: 'n1', unread_count: 3 })).toBe('pushed');
        expect(await push.withdraw(phone, { up_to: 'n1', unread_count: 0 })).toBe('pushed');
      }
    });

    it('gives a token the same endpoint again, for another user too', async () => {
      const first = await registered('same');
      expect((await registered('same', 'bob')).endpoint_arn).toBe(first.endpoint_arn);
    });

    it("finds out that a phone's token is dead, reports it, and revives the endpoint when it is registered again", async () => {
      const { push } = ports.deps;
      const phone = await registered('dying');
      expect(await push.endpointIsDead(phone.endpoint_arn)).toBe(false);
      ports.uninstall('dying');
      expect(await push.toDevice(phone, content('n2'))).toBe('pushed');
      expect(await ports.pushed('dying')).toEqual([]);
      expect(await push.endpointIsDead(phone.endpoint_arn)).toBe(true);
      expect(await push.toDevice(phone, content('n3'))).toBe('dead');
      expect(await push.withdraw(phone, { notification_id: 'n2', unread_count: 0 })).toBe('dead');
      await registered('dying');
      expect(await push.endpointIsDead(phone.endpoint_arn)).toBe(false);
    });

    it('has no endpoint any more once it is removed', async () => {
      const { push } = ports.deps;
      const phone = await registered('removed');
      await push.removeEndpoint(phone);
      await push.removeEndpoint(phone);
      expect(await push.endpointIsDead(phone.endpoint_arn)).toBe(true);
      expect(await push.toDevice(phone, content('n4'))).toBe('dead');
      expect(await push.subscribe(phone.endpoint_arn)).toBeUndefined();
    });

    it('reaches with one call every device that is subscribed', async () => {
      const { push } = ports.deps;
      const [stays, leaves, never] = [await registered('stays'), await registered('leaves'), await registered('never')];
      const subscription = await push.subscribe(stays.endpoint_arn);
      expect(await push.subscribe(stays.endpoint_arn)).toBe(subscription);
      const left = await push.subscribe(leaves.endpoint_arn);
      await push.unsubscribe(left!);
      await push.unsubscribe(left!);
      await push.toEveryone(content('all'));
      expect(await ports.pushed(stays.token)).toEqual(['all']);
      expect(await ports.pushed(leaves.token)).toEqual([]);
      expect(await ports.pushed(never.token)).toEqual([]);
    });

    it('knows which platforms it reaches, and which messages report on an endpoint', async () => {
      const { push } = ports.deps;
      expect([push.isConfigured(), push.isConfigured('fcm')]).toEqual([true, true]);
      const report = { EventType: 'EndpointUpdated', EndpointArn: 'arn:1', Service: 'SNS' };
      expect(push.reportedEndpoint(JSON.stringify(report))).toBe('arn:1');
      expect(push.reportedEndpoint('{"task":"wake"}')).toBeUndefined();
    });
  });
});
