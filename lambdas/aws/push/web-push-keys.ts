// What browsers need to subscribe: our public key, and whether a subscription can be pushed to.
import { ECDH } from 'node:crypto';
import { CallerError } from '../../../protocol/error-codes.ts';
import type { Subscription, WebPushKeys } from '../../domain/push/ports.ts';
import { vapidKeys } from './vapid-keys.ts';
import { endpointProblem } from './web-push-endpoint.ts';

export interface WebPushSettings {
  isConfigured: boolean;
  readSecret: () => Promise<string>;
  /** `mailto:` or `https:`, for the push services' operators. */
  contact: string;
  /** The endpoint of a local runtime: only there is plain HTTP used. */
  localOrigin: string | undefined;
}

export function webPushKeys({ isConfigured, readSecret, localOrigin }: WebPushSettings): WebPushKeys {
  const keys = vapidKeys(readSecret);
  return {
    isConfigured: () => isConfigured,
    publicKey: async () => (await keys()).publicKey,
    check({ endpoint, keys: { p256dh } }: Subscription) {
      const problem = endpointProblem(endpoint, localOrigin);
      if (problem) throw new CallerError('invalid_request', `endpoint ${problem}.`, { field: 'endpoint' });
      if (isOnCurve(p256dh)) return;
      const text = 'keys.p256dh is no point of the curve P-256.';
      throw new CallerError('invalid_request', text, { field: 'keys.p256dh' });
    },
  };
}

function isOnCurve(p256dh: string): boolean {
  try {
    return ECDH.convertKey(p256dh, 'prime256v1', 'base64url', 'hex') !== '';
  } catch {
    // Node has one error for it, and says nothing else in it.
    return false;
  }
}
