// Registered phones and browsers, as the REST API has them.
import * as z from 'zod';

export const PHONE_PLATFORMS = ['fcm', 'apns', 'apns_sandbox'] as const;
export const PLATFORMS = [...PHONE_PLATFORMS, 'web'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Our choice, above the longest tokens seen: FCM's have some 250 characters, APNs' 64 to 200. */
const TOKEN_MAX_CHARACTERS = 2048;
/** Our choice, above the longest endpoints seen, some 600 characters. */
const ENDPOINT_MAX_CHARACTERS = 1024;

/** Base64url with or without padding, as browsers and polyfills write it. */
const keySchema = (pattern: RegExp, what: string) =>
  z.string({ error: `must be ${what}` }).regex(pattern, { error: `must be ${what}` });

const subscription = {
  endpoint: z
    .string({ error: 'must be the endpoint of the push subscription' })
    .max(ENDPOINT_MAX_CHARACTERS, { error: `must have at most ${ENDPOINT_MAX_CHARACTERS} characters` })
    .regex(/^https?:\/\/[!-~]+$/, { error: 'must be an absolute URL in printable ASCII' }),
  keys: z.strictObject(
    {
      p256dh: keySchema(/^B[A-Za-z0-9_-]{86}=?$/, 'an uncompressed P-256 public key, base64url'),
      auth: keySchema(/^[A-Za-z0-9_-]{22}(==)?$/, '16 bytes, base64url'),
    },
    { error: 'must be {"p256dh", "auth"}, as PushSubscription.toJSON() has them' },
  ),
};

const phoneRequestSchema = z
  .strictObject({
    platform: z.enum(PHONE_PLATFORMS),
    token: z
      .string({ error: 'must be the token that FCM or APNs gave the app' })
      .min(1, { error: 'must not be empty' })
      .max(TOKEN_MAX_CHARACTERS, { error: `must have at most ${TOKEN_MAX_CHARACTERS} characters` })
      .regex(/^[!-~]+$/, { error: 'must be printable ASCII without spaces' }),
  })
  .meta({ id: 'PhoneRequest' });

const browserRequestSchema = z
  .strictObject({ platform: z.literal('web'), ...subscription })
  .meta({ id: 'BrowserRequest' });

export const deviceRequestSchema = z.discriminatedUnion('platform', [phoneRequestSchema, browserRequestSchema], {
  error: ({ code }) => (code === 'invalid_union' ? `must be one of ${PLATFORMS.join(', ')}` : 'must be a JSON object'),
});

const registered = { id: z.uuid(), created_at: z.iso.datetime(), updated_at: z.iso.datetime() };

/** A browser's keys are not among its fields: nobody but the browser and its push needs them. */
export const deviceSchema = z.discriminatedUnion('platform', [
  z.object({ platform: z.enum(PHONE_PLATFORMS), token: z.string(), ...registered }).meta({ id: 'Phone' }),
  z.object({ platform: z.literal('web'), endpoint: z.string(), ...registered }).meta({ id: 'Browser' }),
]);
export type DeviceView = z.output<typeof deviceSchema>;

export const deviceListSchema = z.object({ devices: z.array(deviceSchema) }).meta({ id: 'DeviceList' });
export const deviceIdSchema = z.guid({ error: 'must be the UUID of a device' }).toLowerCase();

export const webPushKeySchema = z.object({ public_key: z.string() }).meta({ id: 'WebPushKey' });
