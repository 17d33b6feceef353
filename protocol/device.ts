// Registered phones, as the REST API has them.
import * as z from 'zod';

export const PLATFORMS = ['fcm', 'apns', 'apns_sandbox'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Our choice, above the longest tokens seen: FCM's have some 250 characters, APNs' 64 to 200. */
const TOKEN_MAX_CHARACTERS = 2048;

export const deviceRequestSchema = z
  .strictObject(
    {
      platform: z.enum(PLATFORMS, { error: `must be one of ${PLATFORMS.join(', ')}` }),
      token: z
        .string({ error: 'must be the token that FCM or APNs gave the app' })
        .min(1, { error: 'must not be empty' })
        .max(TOKEN_MAX_CHARACTERS, { error: `must have at most ${TOKEN_MAX_CHARACTERS} characters` })
        .regex(/^[!-~]+$/, { error: 'must be printable ASCII without spaces' }),
    },
    { error: 'must be a JSON object' },
  )
  .meta({ id: 'DeviceRequest' });

export const deviceSchema = z
  .object({
    id: z.uuid(),
    platform: z.enum(PLATFORMS),
    token: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Device' });
export type DeviceView = z.output<typeof deviceSchema>;

export const deviceListSchema = z.object({ devices: z.array(deviceSchema) }).meta({ id: 'DeviceList' });
export const deviceIdSchema = z.guid({ error: 'must be the UUID of a device' }).toLowerCase();
