// The phones at the far end of mobile push, and their providers: they keep what arrives, or refuse it as dead tokens
// do.
import type { Endpoints } from './endpoints.ts';
import type { Platform } from './platform-applications.ts';

export interface PhoneMessage {
  /** What was published for this platform, parsed: the GCM, APNS or APNS_SANDBOX value of the message. */
  payload: unknown;
  /** The SNS message attributes it came with. */
  attributes: Record<string, string>;
  received_at: string;
  /** SNS's id of the publication. */
  message_id: string;
}

export interface Phone {
  /** `web`: a browser, whose token is the id in its endpoint. */
  platform: Platform | 'web';
  token: string;
  /** Null once its endpoint is deleted. */
  endpoint_arn: string | null;
  /** Whether a push gets through: the endpoint is enabled and the provider accepts the token. */
  enabled: boolean;
  endpoint_enabled: boolean;
  provider_accepts: boolean;
  /** Out of reach: its provider keeps what is pushed until it is back. */
  is_offline: boolean;
  held: number;
  user_id: string | null;
  messages: PhoneMessage[];
}

export interface PhoneSummary {
  token: string;
  platform: Platform | 'web';
  userId: string | null;
  isEnabled: boolean;
  received: number;
}

export interface Phones {
  list(): Phone[];
  /** Without what they received. */
  summary(): PhoneSummary[];
  /** Makes the provider refuse (or accept again) a token; false when no phone has it. */
  setEnabled(token: string, enabled: boolean): boolean;
  /** Takes a phone out of its provider's reach, or back; false when no phone has the token. */
  setOffline(token: string, isOffline: boolean): boolean;
  /** What a provider does with a push. */
  receive(platform: Platform, token: string, message: PhoneMessage): 'accepted' | 'unregistered';
  /** Forgets all phones and what they got. */
  reset(): void;
}

interface Device {
  platform: Platform;
  token: string;
  accepts: boolean;
  isOffline: boolean;
  held: PhoneMessage[];
  /** All it ever received. */
  received: number;
  messages: PhoneMessage[];
}

/** What FCM keeps for a phone: https://firebase.google.com/docs/cloud-messaging/concept-options#lifetime */
const HELD_AT_MOST = 100;
/** Per phone, so that a long benchmark doesn't fill the memory (our choice). */
const MESSAGES_KEPT = 1_000;

export function createPhones(endpoints: Endpoints): Phones {
  const devices = new Map<string, Device>();
  const device = (platform: Platform, token: string): Device => {
    const key = `${platform} ${token}`;
    let found = devices.get(key);
    if (!found) {
      found = { platform, token, accepts: true, isOffline: false, held: [], received: 0, messages: [] };
      devices.set(key, found);
    }
    return found;
  };
  const take = (one: Device, message: PhoneMessage) => {
    one.received++;
    one.messages.push(message);
    if (one.messages.length > MESSAGES_KEPT) one.messages.shift();
  };
  const meet = () => {
    for (const { application, token } of endpoints.list()) device(application.platform, token);
  };
  meet();
  endpoints.onChange((_change, { application, token }) => device(application.platform, token));

  return {
    list() {
      const registered = new Map(endpoints.list().map((one) => [`${one.application.platform} ${one.token}`, one]));
      return [...devices].map(([key, { platform, token, accepts, isOffline, held, messages }]) => {
        const endpoint = registered.get(key);
        return {
          platform,
          token,
          endpoint_arn: endpoint?.arn ?? null,
          enabled: accepts && endpoint?.enabled === true,
          endpoint_enabled: endpoint?.enabled === true,
          provider_accepts: accepts,
          is_offline: isOffline,
          held: held.length,
          user_id: endpoint ? userOf(endpoint.customUserData) : null,
          messages: structuredClone(messages),
        };
      });
    },
    summary() {
      const registered = new Map(endpoints.list().map((one) => [`${one.application.platform} ${one.token}`, one]));
      return [...devices].map(([key, { platform, token, accepts, received }]) => {
        const endpoint = registered.get(key);
        const userId = endpoint ? userOf(endpoint.customUserData) : null;
        return { token, platform, userId, isEnabled: accepts && endpoint?.enabled === true, received };
      });
    },
    setOffline(token, isOffline) {
      const known = [...devices.values()].filter((one) => one.token === token);
      for (const one of known) {
        one.isOffline = isOffline;
        if (!isOffline) for (const message of one.held.splice(0)) take(one, message);
      }
      return known.length > 0;
    },
    setEnabled(token, enabled) {
      const known = [...devices.values()].filter((one) => one.token === token);
      for (const one of known) one.accepts = enabled;
      return known.length > 0;
    },
    receive(platform, token, message) {
      const found = device(platform, token);
      if (!found.accepts) return 'unregistered';
      if (!found.isOffline) take(found, message);
      else if (found.held.push(message) > HELD_AT_MOST) found.held.shift();
      return 'accepted';
    },
    reset() {
      devices.clear();
      meet();
    },
  };
}

/** The custom user data is ours to choose: a bare user id, or JSON with a `user_id`. */
export function userOf(customUserData: string): string | null {
  if (customUserData === '') return null;
  if (!customUserData.startsWith('{')) return customUserData;
  try {
    const { user_id }: { user_id?: unknown } = JSON.parse(customUserData);
    return typeof user_id === 'string' ? user_id : null;
  } catch {
    return customUserData;
  }
}
