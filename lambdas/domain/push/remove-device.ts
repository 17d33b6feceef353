// A user's phones and browsers: listed, removed one by one, forgotten all together.
import type { DeviceView } from '../../../protocol/device.ts';
import { CallerError } from '../../../protocol/error-codes.ts';
import { inboxesOf } from '../model/inboxes.ts';
import type { Device } from '../model/recipient.ts';
import type { Deps } from './ports.ts';

type DeviceDeps = Pick<Deps, 'devices' | 'push'>;

export async function listDevices(deps: DeviceDeps, userId: string): Promise<DeviceView[]> {
  return (await deps.devices.list(userId)).map(viewOf);
}

export async function removeDevice(deps: DeviceDeps, userId: string, id: string): Promise<void> {
  const device = await deps.devices.get(userId, id);
  if (device === undefined) throw new CallerError('not_found', 'You have no such device.');
  // The rows go last: as long as they are there, a second try finds what is left at SNS.
  if ((await deps.devices.owner(id)) === userId) await removeEndpoint(deps, device);
  await deps.devices.forget(userId, id);
  await deps.devices.disown(id, userId);
}

/** All the user's devices, but those that were registered again since; without an organisation, of every inbox. */
export async function forgetDevices(
  deps: DeviceDeps & Pick<Deps, 'recipients' | 'inboxRules'>,
  userId: string,
  asOfMs: number,
): Promise<void> {
  for (const inbox of await inboxesOf(deps, userId)) await forgetDevicesOf(deps, inbox, asOfMs);
}

async function forgetDevicesOf(deps: DeviceDeps, userId: string, asOfMs: number): Promise<void> {
  for (const device of await deps.devices.list(userId)) {
    if (Date.parse(device.updated_at) > asOfMs) continue;
    if ((await deps.devices.owner(device.id)) === userId) await removeEndpoint(deps, device);
    if ((await deps.devices.forget(userId, device.id, device.updated_at)) === 'changed') continue;
    await deps.devices.disown(device.id, userId);
  }
}

/** A browser's subscription is its own to end; nothing is pushed to it once its row is deleted. */
const removeEndpoint = async ({ push }: Pick<Deps, 'push'>, device: Device): Promise<void> =>
  device.platform === 'web' ? undefined : push.removeEndpoint(device);

export function viewOf(device: Device): DeviceView {
  const { id, created_at, updated_at } = device;
  // Without the keys: nobody but the browser and its push needs them.
  if (device.platform === 'web') return { id, platform: 'web', endpoint: device.endpoint, created_at, updated_at };
  return { id, platform: device.platform, token: device.token, created_at, updated_at };
}
