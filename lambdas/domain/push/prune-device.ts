// Devices that can't be reached any more leave the user's list: found when pushing, or reported by SNS afterwards.

import type { Device } from '../model/recipient.ts';
import { deviceId } from './device-id.ts';
import type { Deps } from './ports.ts';

export type PruneDeps = Pick<Deps, 'devices' | 'push' | 'metrics'>;

/** Unless it was registered again meanwhile: then it lives. */
export async function pruneDevice(deps: PruneDeps, userId: string, device: Device): Promise<void> {
  const outcome = await deps.devices.forget(userId, device.id, device.updated_at);
  if (outcome === 'changed') return;
  deps.metrics.count('device_pruned');
  // A registration under way at this moment checks at its end whether its rows are complete, and starts again if not.
  if ((await deps.devices.get(userId, device.id)) !== undefined) return;
  await deps.devices.disown(device.id, userId);
  if (device.platform === 'web') return;
  if (await deps.push.endpointIsDead(device.endpoint_arn)) await deps.push.removeEndpoint(device);
}

/** What happened may have been undone since, so SNS is asked for the state now. */
export async function pruneEndpoint(deps: PruneDeps, endpointArn: string): Promise<void> {
  const id = deviceId(endpointArn);
  const userId = await deps.devices.owner(id);
  if (userId === undefined) return;
  const device = await deps.devices.get(userId, id);
  if (device === undefined || !(await deps.push.endpointIsDead(endpointArn))) return;
  await pruneDevice(deps, userId, device);
}
