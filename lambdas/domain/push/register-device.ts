// A user's phones: registered, listed, removed. A token belongs to one user at a time: the last to sign in on the
// phone.

import type { DeviceView } from '../../../protocol/device.ts';
import { CallerError } from '../../../protocol/error-codes.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { inboxesOf } from '../model/inboxes.ts';
import type { Device } from '../model/recipient.ts';
import { deviceId } from './device-id.ts';
import type { Deps } from './ports.ts';

type DeviceDeps = Pick<Deps, 'devices' | 'push' | 'clock' | 'userStates'>;

/** A concurrent registration or removal of the same token ends soon. */
const ATTEMPTS = 5;

export async function registerDevice(
  deps: DeviceDeps & Pick<Deps, 'limits'>,
  userId: string,
  { platform, token }: Pick<Device, 'platform' | 'token'>,
): Promise<{ device: DeviceView; isNew: boolean }> {
  if (!deps.push.isConfigured(platform)) {
    throw new CallerError(
      'push_not_configured',
      `Push is off for ${platform}: this deployment has no platform application for it.`,
      {
        field: 'platform',
      },
    );
  }
  const known = await deps.devices.list(userId);
  const isKnown = known.some((device) => device.platform === platform && device.token === token);
  const { devicesPerUser } = deps.limits;
  const refusal = `A user may have at most ${devicesPerUser} devices. Remove one first.`;
  if (!isKnown && known.length >= devicesPerUser) throw new CallerError('invalid_request', refusal);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const endpointArn = await deps.push.register(platform, token, userId);
    const id = deviceId(endpointArn);
    // The list above does not show what others register at this moment.
    if (!isKnown && !(await deps.devices.claimPlace(userId, id, devicesPerUser))) {
      if ((await deps.devices.owner(id)) === undefined) await deps.push.removeEndpoint({ endpoint_arn: endpointArn });
      throw new CallerError('invalid_request', refusal);
    }
    await takeOver(deps, userId, id);
    const now = toTimestamp(deps.clock.now());
    const before = known.find((device) => device.id === id);
    const device: Device = {
      id,
      platform,
      token,
      endpoint_arn: endpointArn,
      created_at: before?.created_at ?? now,
      updated_at: now,
    };
    const subscribed = await withBroadcasts(deps, userId, device);
    // Cleared away as dead between two calls: from the beginning.
    if (subscribed === undefined) continue;
    await deps.devices.put(userId, subscribed);
    // Someone else may have taken the phone meanwhile, or found it dead as it was before and cleared it away.
    const owner = await deps.devices.owner(id);
    if (owner === userId && !(await deps.push.endpointIsDead(endpointArn))) {
      return { device: viewOf(device), isNew: before === undefined };
    }
    await deps.devices.forget(userId, id);
    if (owner !== undefined && owner !== userId) {
      throw new CallerError('conflict', 'Another user registered this device at the same moment.');
    }
  }
  throw new Error('A device was cleared away as often as it was registered.');
}

/**
 * What is pushed to everyone reaches every subscribed device, whatever its user prefers: so the preference decides
 * here. undefined: it is gone.
 */
async function withBroadcasts(deps: DeviceDeps, userId: string, device: Device): Promise<Device | undefined> {
  const subscriptionArn = await deps.push.subscribe(device.endpoint_arn);
  if (subscriptionArn === undefined) return undefined;
  const { preferences } = await deps.userStates.read(userId);
  if (preferences.push_notifications) return { ...device, subscription_arn: subscriptionArn };
  await deps.push.unsubscribe(subscriptionArn);
  return device;
}

/** Push was switched on or off: the user's devices begin or cease to get what is pushed to everyone. */
export async function followPreference(deps: DeviceDeps, userId: string, wantsPush: boolean): Promise<void> {
  for (const { subscription_arn: subscriptionArn, ...device } of await deps.devices.list(userId)) {
    if (!deps.push.isConfigured(device.platform)) continue;
    if (wantsPush && subscriptionArn === undefined) {
      await deps.devices.put(userId, { ...device, subscription_arn: await deps.push.subscribe(device.endpoint_arn) });
    } else if (!wantsPush && subscriptionArn !== undefined) {
      await deps.push.unsubscribe(subscriptionArn);
      await deps.devices.put(userId, device);
    }
  }
}

/**
 * The old owner's list loses it first, because a push to the wrong person is worse than none; and once more afterwards,
 * in case the old owner was registering it at the same moment.
 */
async function takeOver(deps: DeviceDeps, userId: string, id: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const owner = await deps.devices.owner(id);
    const isMoving = owner !== undefined && owner !== userId;
    if (isMoving) await deps.devices.forget(owner, id);
    if (!(await deps.devices.changeOwner(id, owner, userId))) continue;
    if (isMoving) await deps.devices.forget(owner, id);
    return;
  }
  throw new Error('A device changed its owner too often.');
}

export async function listDevices(deps: DeviceDeps, userId: string): Promise<DeviceView[]> {
  return (await deps.devices.list(userId)).map(viewOf);
}

export async function removeDevice(deps: DeviceDeps, userId: string, id: string): Promise<void> {
  const device = await deps.devices.get(userId, id);
  if (device === undefined) throw new CallerError('not_found', 'You have no such device.');
  // The rows go last: as long as they are there, a second try finds what is left at SNS.
  if ((await deps.devices.owner(id)) === userId) await deps.push.removeEndpoint(device);
  await deps.devices.forget(userId, id);
  await deps.devices.disown(id, userId);
}

/** All the user's phones, but those that were registered again since; without an organisation, of every inbox. */
export async function forgetDevices(
  deps: Pick<Deps, 'devices' | 'push' | 'recipients' | 'inboxRules'>,
  userId: string,
  asOfMs: number,
): Promise<void> {
  for (const inbox of await inboxesOf(deps, userId)) await forgetDevicesOf(deps, inbox, asOfMs);
}

async function forgetDevicesOf(deps: Pick<Deps, 'devices' | 'push'>, userId: string, asOfMs: number): Promise<void> {
  for (const device of await deps.devices.list(userId)) {
    if (Date.parse(device.updated_at) > asOfMs) continue;
    if ((await deps.devices.owner(device.id)) === userId) await deps.push.removeEndpoint(device);
    if ((await deps.devices.forget(userId, device.id, device.updated_at)) === 'changed') continue;
    await deps.devices.disown(device.id, userId);
  }
}

const viewOf = ({ id, platform, token, created_at, updated_at }: Device): DeviceView => ({
  id,
  platform,
  token,
  created_at,
  updated_at,
});
