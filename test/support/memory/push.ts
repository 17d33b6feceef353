// Memory ports of the room `push`: registered devices, the push service, and the push services of browsers.
import { reportedEndpoint } from '../../../lambdas/aws/push/reported-endpoint.ts';
import type { Device } from '../../../lambdas/domain/model/recipient.ts';
import type { Devices, Push, WebPush, WebPushKeys } from '../../../lambdas/domain/push/ports.ts';
import { PushRefused } from '../../../lambdas/domain/push/push-refused.ts';
import { CallerError } from '../../../protocol/error-codes.ts';
import type { Memory } from './memory.ts';

export function memoryPush(memory: Memory) {
  return {
    devices: memoryDevices(memory),
    push: memoryPushService(memory),
    webPush: memoryWebPush(memory),
    webPushKeys: memoryWebPushKeys(memory),
  };
}

function memoryDevices({ table, call, clock }: Memory): Devices {
  const devices = table<Device>('devices');
  const owners = table<{ user_id: string }>('deviceOwners');
  const places = table<{ ids: string[]; claimedAtMs: number }>('devicePlaces');
  const ownerOf = (deviceId: string) => owners.get(deviceId, 'owner')?.user_id;
  return {
    owner: (deviceId) => call('devices.owner', () => ownerOf(deviceId)),
    changeOwner: (deviceId, from, to) =>
      call('devices.changeOwner', () => {
        const owner = ownerOf(deviceId);
        if (owner !== from && owner !== to) return false;
        owners.set(deviceId, 'owner', { user_id: to });
        return true;
      }),
    claimPlace: (userId, deviceId, limit) =>
      call('devices.claimPlace', () => {
        const { ids, claimedAtMs } = places.get(userId, 'places') ?? { ids: [], claimedAtMs: 0 };
        const listed = devices.range(userId).rows.map(([, { id }]) => id);
        const isStale = ids.length >= limit && clock.now() - claimedAtMs >= 60_000;
        const held = isStale ? listed : ids;
        if (!held.includes(deviceId) && held.length >= limit) return false;
        const next = [...new Set([...held, deviceId])];
        places.set(userId, 'places', { ids: next, claimedAtMs: clock.now() });
        return true;
      }),
    put: (userId, device) => call('devices.put', () => devices.set(userId, device.id, device)),
    get: (userId, deviceId) =>
      call('devices.get', () => {
        const device = devices.get(userId, deviceId);
        return device && { ...device };
      }),
    forget: (userId, deviceId, asOf) =>
      call('devices.forget', () => {
        const device = devices.get(userId, deviceId);
        if (device && asOf !== undefined && device.updated_at !== asOf) return 'changed';
        devices.set(userId, deviceId, undefined);
        const held = places.get(userId, 'places');
        if (held) places.set(userId, 'places', { ...held, ids: held.ids.filter((id) => id !== deviceId) });
        return 'forgotten';
      }),
    disown: (deviceId, userId) =>
      call('devices.disown', () => {
        if (ownerOf(deviceId) === userId) owners.set(deviceId, 'owner', undefined);
      }),
    list: (userId) => call('devices.list', () => devices.range(userId).rows.map(([, device]) => ({ ...device }))),
  };
}

function memoryPushService({ sns, call }: Memory): Push {
  const { endpoints } = sns;
  return {
    reportedEndpoint,
    isConfigured: (platform) => (platform === undefined ? sns.platforms.size > 0 : sns.platforms.has(platform)),
    toDevice: ({ endpoint_arn: arn }, content) =>
      call('push.toDevice', () => {
        const endpoint = endpoints.get(arn);
        if (!endpoint?.isEnabled) return 'dead';
        const { refusal } = sns.phone(endpoint.token);
        if (refusal !== undefined) throw Object.assign(new Error(refusal), { name: refusal });
        sns.publish(endpoint, content);
        return 'pushed';
      }),
    withdraw: ({ endpoint_arn: arn }, withdrawal) =>
      call('push.withdraw', () => {
        const endpoint = endpoints.get(arn);
        if (!endpoint?.isEnabled) return 'dead';
        const { refusal, withdrawals } = sns.phone(endpoint.token);
        if (refusal !== undefined) throw Object.assign(new Error(refusal), { name: refusal });
        withdrawals.push(withdrawal);
        return 'pushed';
      }),
    async toEveryone(content) {
      try {
        return await call('push.toEveryone', () => {
          for (const endpoint of endpoints.values()) {
            if (endpoint.isEnabled && endpoint.subscriptionArn !== undefined) sns.publish(endpoint, content);
          }
          return 'pushed';
        });
      } catch (error) {
        // Without an answer it may have been sent; any other error is one.
        if (error instanceof Error && error.name === 'TimeoutError') throw error;
        return 'refused';
      }
    },
    endpointIsDead: (arn) => call('push.endpointIsDead', () => endpoints.get(arn)?.isEnabled !== true),
    async removeEndpoint({ endpoint_arn: arn, subscription_arn: subscriptionArn }) {
      if (subscriptionArn !== undefined) await this.unsubscribe(subscriptionArn);
      await call('push.removeEndpoint', () => void endpoints.delete(arn));
    },
    register: (platform, token, userId) =>
      call('push.register', () => {
        if (!sns.platforms.has(platform))
          throw new CallerError('push_not_configured', `There is no platform application for ${platform}.`);
        const known = [...endpoints.values()].find((one) => one.platform === platform && one.token === token);
        const endpoint = known ?? sns.create(platform, token, userId);
        Object.assign(endpoint, { isEnabled: true, userId });
        return endpoint.arn;
      }),
    subscribe: (arn) =>
      call('push.subscribe', () => {
        const endpoint = endpoints.get(arn);
        if (!endpoint) return undefined;
        endpoint.subscriptionArn = `subscription/${arn}`;
        return endpoint.subscriptionArn;
      }),
    unsubscribe: (subscriptionArn) =>
      call('push.unsubscribe', () => {
        for (const endpoint of endpoints.values())
          if (endpoint.subscriptionArn === subscriptionArn) endpoint.subscriptionArn = undefined;
      }),
  };
}

/** A browser is a phone whose token is its endpoint; what it refuses with is an HTTP status. */
function memoryWebPush({ sns, call }: Memory): WebPush {
  return {
    isConfigured: () => true,
    toBrowser: ({ endpoint }, content) =>
      call('webPush.toBrowser', () => {
        const { isReachable, refusal, pushes } = sns.phone(endpoint);
        if (!isReachable) return 'dead';
        if (refusal !== undefined) throw new PushRefused(Number(refusal), RETRY_AFTER_SECONDS);
        pushes.push(content);
        return 'pushed';
      }),
  };
}

export const RETRY_AFTER_SECONDS = 120;

function memoryWebPushKeys({ call }: Memory): WebPushKeys {
  return {
    isConfigured: () => true,
    publicKey: () => call('webPushKeys.publicKey', () => 'memory-key'),
    check: ({ endpoint }) => {
      if (!endpoint.startsWith('https://')) throw new CallerError('invalid_request', 'endpoint must be an https URL.');
    },
  };
}
