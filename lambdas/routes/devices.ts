// The user's phones: GET and POST /api/v2/devices, DELETE /api/v2/devices/{id}.
import { Hono } from 'hono';
import { deviceIdSchema, deviceRequestSchema } from '../../protocol/device.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { loadPresent } from '../domain/model/introduce.ts';
import { limitRate } from '../domain/model/rate-limit.ts';
import { listDevices, registerDevice, removeDevice } from '../domain/push/register-device.ts';
import { noQuerySchema, type RestEnv, readBody, readQuery, userOf } from './rest-env.ts';

export function deviceRoutes(
  deps: Pick<Deps, 'devices' | 'push' | 'userStates' | 'recipients' | 'rateLimits' | 'limits' | 'metrics' | 'clock'>,
): Hono<RestEnv> {
  return new Hono<RestEnv>()
    .get('/api/v2/devices', async (c) => {
      readQuery(c, noQuerySchema);
      return c.json({ devices: await listDevices(deps, userOf(c)) });
    })
    .post('/api/v2/devices', async (c) => {
      readQuery(c, noQuerySchema);
      const request = await readBody(c, deviceRequestSchema);
      await limitRate(deps, userOf(c), 'mutations');
      // What is sent to everyone from now on is new to this user.
      await loadPresent(deps, userOf(c));
      const { device, isNew } = await registerDevice(deps, userOf(c), request);
      return c.json(device, isNew ? 201 : 200);
    })
    .delete('/api/v2/devices/:id', async (c) => {
      readQuery(c, noQuerySchema);
      const id = deviceIdSchema.safeParse(c.req.param('id'));
      if (!id.success) throw new CallerError('invalid_request', 'id must be the UUID of a device', { field: 'id' });
      await limitRate(deps, userOf(c), 'mutations');
      await removeDevice(deps, userOf(c), id.data);
      return c.body(null, 204);
    });
}
