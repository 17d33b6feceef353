// Web push: an encrypted message to the push service at each browser's endpoint.
// https://www.rfc-editor.org/rfc/rfc8030
import { SignJWT } from 'jose';
import type { Clock } from '../../domain/model/ports.ts';
import type { WebPush } from '../../domain/push/ports.ts';
import { PushRefused } from '../../domain/push/push-refused.ts';
import { CALL_MAX_MS } from '../clients.ts';
import { postBounded } from './post-bounded.ts';
import { type VapidKeys, vapidKeys } from './vapid-keys.ts';
import { endpointProblem } from './web-push-endpoint.ts';
import type { WebPushSettings } from './web-push-keys.ts';
import { encrypted, webMessageText } from './web-push-message.ts';

/** Our choice, below the RFC's 24 h, so that a clock that is ahead does no harm. */
const SIGNED_FOR_SECONDS = 12 * 60 * 60;
/** https://www.rfc-editor.org/rfc/rfc8030#section-7.3; 401 and 403: subscribed with another key than ours of now. */
const GONE = [401, 403, 404, 410];

export function webPush(settings: WebPushSettings, clock: Clock): WebPush {
  const { isConfigured, readSecret, contact, localOrigin } = settings;
  const readKeys = vapidKeys(readSecret);
  return {
    isConfigured: () => isConfigured,

    async toBrowser({ endpoint, keys }, content) {
      // Registered under rules that may have been others.
      if (endpointProblem(endpoint, localOrigin) !== undefined) return 'dead';
      const startedMs = performance.now();
      const ours = await readKeys();
      const { status, retryAfterSeconds } = await postBounded(endpoint, {
        localOrigin,
        withinMs: CALL_MAX_MS - (performance.now() - startedMs),
        body: encrypted(webMessageText(content), keys),
        headers: {
          authorization: await vapid(ours, { endpoint, contact, nowMs: clock.now() }),
          'content-encoding': 'aes128gcm',
          'content-type': 'application/octet-stream',
          ttl: String(content.ttlSeconds),
          urgency: content.isUrgent ? 'high' : 'normal',
          // A repeat replaces the first. At most 32 characters of base64url: a UUID without its hyphens.
          topic: content.notification_id.replaceAll('-', ''),
        },
      });
      if (status >= 200 && status < 300) return 'pushed';
      if (GONE.includes(status)) return 'dead';
      throw new PushRefused(status, retryAfterSeconds);
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc8292#section-2 */
export async function vapid(
  { publicKey, privateKey }: VapidKeys,
  { endpoint, contact, nowMs }: { endpoint: string; contact: string; nowMs: number },
): Promise<string> {
  const token = await new SignJWT({ sub: contact })
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
    .setAudience(new URL(endpoint).origin)
    .setExpirationTime(Math.floor(nowMs / 1000) + SIGNED_FOR_SECONDS)
    .sign(privateKey);
  return `vapid t=${token}, k=${publicKey}`;
}
