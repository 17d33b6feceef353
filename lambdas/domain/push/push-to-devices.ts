// One push to a user's devices: the dead are forgotten at once, the failed are named.

import type { Device } from '../model/recipient.ts';
import type { Deps } from './ports.ts';
import { type PruneDeps, pruneDevice } from './prune-device.ts';
import type { PushContent } from './push-content.ts';
import { PushRefused } from './push-refused.ts';

export interface PushResult {
  pushed: number;
  failed: { device_id: string; reason: string; retryAfterSeconds?: number | undefined }[];
}

export type PushDeps = PruneDeps & Pick<Deps, 'metrics' | 'webPush'>;

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
      if (!isReachable(deps, device)) return;
      try {
        const outcome = await (device.platform === 'web'
          ? deps.webPush.toBrowser(device, content)
          : deps.push.toDevice(device, content));
        if (outcome === 'pushed') result.pushed++;
        else await pruneDevice(deps, userId, device);
      } catch (error) {
        // Decided per device: one provider's trouble must not keep the other devices from being pushed to.
        const reason = error instanceof Error ? error.name : 'Error';
        const retryAfterSeconds = error instanceof PushRefused ? error.retryAfterSeconds : undefined;
        result.failed.push({ device_id: device.id, reason, retryAfterSeconds });
      }
    }),
  );
  deps.metrics.count('pushed', result.pushed);
  deps.metrics.count('push_failed', result.failed.length);
  return result;
}

/** What the push services that refused ask for; undefined where none of them said. */
export function longestWait(result: PushResult | undefined): number | undefined {
  const waits = (result?.failed ?? []).flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

const isReachable = ({ push, webPush }: PushDeps, { platform }: Device): boolean =>
  platform === 'web' ? webPush.isConfigured() : push.isConfigured(platform);
