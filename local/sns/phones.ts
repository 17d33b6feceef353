// The phones at the far end of mobile push, and their providers: they keep what arrives, or refuse it as dead tokens do.
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
  platform: Platform;
  token: string;
  /** Null once its endpoint is deleted. */
  endpoint_arn: string | null;
  /** Whether a push gets through: the endpoint is enabled and the provider accepts the token. */
  enabled: boolean;
  endpoint_enabled: boolean;
  provider_accepts: boolean;
  user_id: string | null;
  messages: PhoneMessage[];
}

export interface Phones {
  list(): Phone[];
  /** Makes the provider refuse (or accept again) a token; false when no phone has it. */
  setEnabled(token: string, enabled: boolean): boolean;
  /** What a provider does with a push. */
  receive(platform: Platform, token: string, message: PhoneMessage): 'accepted' | 'unregistered';
  /** Forgets all phones and what they got. */
  reset(): void;
}

interface Device {
  platform: Platform;
  token: string;
  accepts: boolean;
  messages: PhoneMessage[];
}

/** Per phone, so that a long benchmark doesn't fill the memory (our choice). */
const MESSAGES_KEPT = 1_000;

export function createPhones(endpoints: Endpoints): Phones {
  const devices = new Map<string, Device>();
  const device = (platform: Platform, token: string): Device => {
    const key = `${platform} ${token}`;
    let found = devices.get(key);
    if (!found) {
      found = { platform, token, accepts: true, messages: [] };
      devices.set(key, found);
    }
    return found;
  };
  const meet = () => {
    for (const { application, token } of endpoints.list()) device(application.platform, token);
  };
  endpoints.onChange((_change, { application, token }) => device(application.platform, token));

  return {
    list() {
      const registered = new Map(endpoints.list().map((one) => [`${one.application.platform} ${one.token}`, one]));
      return [...devices].map(([key, { platform, token, accepts, messages }]) => {
        const endpoint = registered.get(key);
        return {
          platform,
          token,
          endpoint_arn: endpoint?.arn ?? null,
          enabled: accepts && endpoint?.enabled === true,
          endpoint_enabled: endpoint?.enabled === true,
          provider_accepts: accepts,
          user_id: endpoint ? userOf(endpoint.customUserData) : null,
          messages: structuredClone(messages),
        };
      });
    },
    setEnabled(token, enabled) {
      const known = [...devices.values()].filter((one) => one.token === token);
      for (const one of known) one.accepts = enabled;
      return known.length > 0;
    },
    receive(platform, token, message) {
      const { accepts, messages } = device(platform, token);
      if (!accepts) return 'unregistered';
      messages.push(message);
      if (messages.length > MESSAGES_KEPT) messages.shift();
      return 'accepted';
    },
    reset() {
      devices.clear();
      meet();
    },
  };
}

/** The custom user data is ours to choose: a bare user id, or JSON with a `user_id`. */
function userOf(customUserData: string): string | null {
  if (customUserData === '') return null;
  if (!customUserData.startsWith('{')) return customUserData;
  try {
    const { user_id } = JSON.parse(customUserData) as { user_id?: unknown };
    return typeof user_id === 'string' ? user_id : null;
  } catch {
    return customUserData;
  }
}
