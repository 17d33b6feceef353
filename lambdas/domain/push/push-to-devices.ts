// One push to a user's devices: the dead are forgotten at once, the failed are named.

import type { Device } from '../model/recipient.ts';
import type { Deps } from './ports.ts';
import { type PruneDeps, pruneDevice } from './prune-device.ts';
import type { PushContent } from './push-content.ts';

export interface PushResult {
  pushed: number;
  failed: { device_id: string; reason: string }[];
}

export type PushDeps = PruneDeps & Pick<Deps, 'metrics'>;

export async function pushToDevices(
  deps: PushDeps,
  userId: string,
  devices: readonly Device[],
  content: PushContent,
): Promise<PushResult> {
  const result: PushResult = { pushed: 0, failed: [] };
  await Promise.all(
    devices.map(async (device) => {
      // A deployment may have lost a platform's application since the device was registered.
      if (!deps.push.isConfigured(device.platform)) return;
      try {
        const outcome = await deps.push.toDevice(device, content);
        if (outcome === 'pushed') result.pushed++;
        else await pruneDevice(deps, userId, device);
      } catch (error) {
        // Decided per device: one provider's trouble must not keep the other phones from ringing.
        result.failed.push({ device_id: device.id, reason: error instanceof Error ? error.name : 'Error' });
      }
    }),
  );
  deps.metrics.count('pushed', result.pushed);
  deps.metrics.count('push_failed', result.failed.length);
  return result;
}
