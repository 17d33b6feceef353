// The user's phones and browsers: GET and POST /api/v2/devices, DELETE /api/v2/devices/{id}, and the key that browsers
// subscribe with: GET /api/v2/devices/web-push-key.
import { deviceIdSchema, deviceRequestSchema } from '../../protocol/device.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { loadPresent } from '../domain/model/introduce.ts';
import { registerDevice, webPushKey } from '../domain/push/register-device.ts';
import { listDevices, removeDevice } from '../domain/push/remove-device.ts';
import { type RestHandlers, readBody, readParameter, userOf } from './rest-env.ts';

type DeviceDeps = Pick<
  Deps,
  'devices' | 'push' | 'webPushKeys' | 'userStates' | 'recipients' | 'limits' | 'metrics' | 'clock'
>;

export function deviceRoutes(deps: DeviceDeps) {
  return {
    listDevices: async (c) => c.json({ devices: await listDevices(deps, userOf(c)) }),
    async registerDevice(c) {
      const request = await readBody(c, deviceRequestSchema);
      // What is sent to everyone from now on is new to this user.
      await loadPresent(deps, userOf(c));
      const { device, isNew } = await registerDevice(deps, userOf(c), request);
      return c.json(device, isNew ? 201 : 200);
    },
    async removeDevice(c) {
      await removeDevice(deps, userOf(c), readParameter(c, 'id', deviceIdSchema));
      return c.body(null, 204);
    },
    readWebPushKey: async (c) => c.json({ public_key: await webPushKey(deps) }),
  } satisfies Partial<RestHandlers>;
}
