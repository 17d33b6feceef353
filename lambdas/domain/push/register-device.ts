// A user's phones and browsers: registered, and kept among those that broadcasts reach. A token, or a subscription,
// belongs to one user at a time: the last to sign in on it.

import type { DeviceView } from '../../../protocol/device.ts';
import { CallerError } from '../../../protocol/error-codes.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { Browser, Device, Phone } from '../model/recipient.ts';
import { deviceId } from './device-id.ts';
import type { Deps } from './ports.ts';
import { viewOf } from './remove-device.ts';

type DeviceDeps = Pick<Deps, 'devices' | 'push' | 'clock' | 'userStates'>;
type RegisterDeps = DeviceDeps & Pick<Deps, 'limits' | 'webPushKeys'>;
type Wanted = Pick<Phone, 'platform' | 'token'> | Pick<Browser, 'platform' | 'endpoint' | 'keys'>;

/** A concurrent registration or removal of the same token ends soon. */
const ATTEMPTS = 5;

export async function registerDevice(
  deps: RegisterDeps,
  userId: string,
  wanted: Wanted,
): Promise<{ device: DeviceView; isNew: boolean }> {
  refuseUnreachable(deps, wanted);
  const known = await deps.devices.list(userId);
  const isKnown = known.some((device) => isSame(device, wanted));
  const { devicesPerUser } = deps.limits;
  const refusal = `A user may have at most ${devicesPerUser} devices. Remove one first.`;
  if (!isKnown && known.length >= devicesPerUser) throw new CallerError('invalid_request', refusal);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const address = await addressOf(deps, userId, wanted);
    const id = deviceId(address);
    // The list above does not show what others register at this moment.
    if (!isKnown && !(await deps.devices.claimPlace(userId, id, devicesPerUser))) {
      const isNobodys = (await deps.devices.owner(id)) === undefined;
      if (isNobodys && wanted.platform !== 'web') await deps.push.removeEndpoint({ endpoint_arn: address });
      throw new CallerError('invalid_request', refusal);
    }
    await takeOver(deps, userId, id);
    const now = toTimestamp(deps.clock.now());
    const before = known.find((device) => device.id === id);
    const times = { id, created_at: before?.created_at ?? now, updated_at: now };
    const device: Device =
      wanted.platform === 'web' ? { ...wanted, ...times } : { ...wanted, ...times, endpoint_arn: address };
    const subscribed = device.platform === 'web' ? device : await withBroadcasts(deps, userId, device);
    // Cleared away as dead between two calls: from the beginning.
    if (subscribed === undefined) continue;
    await deps.devices.put(userId, subscribed);
    // Someone else may have taken the phone meanwhile, or found it dead as it was before and cleared it away.
    const owner = await deps.devices.owner(id);
    const isDead = device.platform !== 'web' && (await deps.push.endpointIsDead(address));
    if (owner === userId && !isDead) return { device: viewOf(device), isNew: before === undefined };
    await deps.devices.forget(userId, id);
    if (owner !== undefined && owner !== userId) {
      throw new CallerError('conflict', 'Another user registered this device at the same moment.');
    }
  }
  throw new Error('A device was cleared away as often as it was registered.');
}

function refuseUnreachable({ push, webPushKeys }: RegisterDeps, wanted: Wanted): void {
  const field = { field: 'platform' };
  if (wanted.platform !== 'web') {
    if (push.isConfigured(wanted.platform)) return;
    const text = `Push is off for ${wanted.platform}: this deployment has no platform application for it.`;
    throw new CallerError('push_not_configured', text, field);
  }
  refuseWithoutWebPush({ webPushKeys });
  webPushKeys.check(wanted);
}

function refuseWithoutWebPush({ webPushKeys }: Pick<Deps, 'webPushKeys'>): void {
  if (webPushKeys.isConfigured()) return;
  const text = 'Push is off for browsers: this deployment has no `webPush` setting.';
  throw new CallerError('push_not_configured', text, { field: 'platform' });
}

/** What a browser subscribes with. */
export function webPushKey(deps: Pick<Deps, 'webPushKeys'>): Promise<string> {
  refuseWithoutWebPush(deps);
  return deps.webPushKeys.publicKey();
}

function isSame(device: Device, wanted: Wanted): boolean {
  if (device.platform === 'web') return wanted.platform === 'web' && device.endpoint === wanted.endpoint;
  return device.platform === wanted.platform && device.token === wanted.token;
}

/** What no other device has: a phone's endpoint at SNS, made where there is none yet, or a browser's own. */
const addressOf = async ({ push }: DeviceDeps, userId: string, wanted: Wanted): Promise<string> =>
  wanted.platform === 'web' ? wanted.endpoint : push.register(wanted.platform, wanted.token, userId);

/**
 * What is pushed to everyone reaches every subscribed phone, whatever its user prefers: so the preference decides
 * here. undefined: it is gone.
 */
async function withBroadcasts(deps: DeviceDeps, userId: string, phone: Phone): Promise<Phone | undefined> {
  const subscriptionArn = await deps.push.subscribe(phone.endpoint_arn);
  if (subscriptionArn === undefined) return undefined;
  const { preferences } = await deps.userStates.read(userId);
  if (preferences.push_notifications) return { ...phone, subscription_arn: subscriptionArn };
  await deps.push.unsubscribe(subscriptionArn);
  return phone;
}

/** Push was switched on or off: the user's phones begin or cease to get what is pushed to everyone. */
export async function followPreference(deps: DeviceDeps, userId: string, wantsPush: boolean): Promise<void> {
  for (const device of await deps.devices.list(userId)) {
    // Browsers are never pushed what goes to everyone.
    if (device.platform === 'web' || !deps.push.isConfigured(device.platform)) continue;
    const { subscription_arn: subscriptionArn, ...phone } = device;
    if (wantsPush && subscriptionArn === undefined) {
      await deps.devices.put(userId, { ...phone, subscription_arn: await deps.push.subscribe(phone.endpoint_arn) });
    } else if (!wantsPush && subscriptionArn !== undefined) {
      await deps.push.unsubscribe(subscriptionArn);
      await deps.devices.put(userId, phone);
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
