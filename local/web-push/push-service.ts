// A push service as a browser's vendor runs one, with the browsers behind it: it takes messages over HTTP, and keeps
// those of browsers that are closed. https://www.rfc-editor.org/rfc/rfc8030
import type { WireRequest, WireResponse } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Taps } from '../history/taps.ts';
import type { KeptState } from '../kept-state.ts';
import type { Meter } from '../meter.ts';
import type { Phone, PhoneMessage, PhoneSummary } from '../sns/phones.ts';
import { decrypted, newSubscription, type Subscription } from './subscription.ts';
import { vapidProblem } from './vapid.ts';

export interface PushService {
  /** As `PushManager.subscribe` in a browser does. */
  subscribe(applicationServerKey: string, userId: string): { endpoint: string; keys: { p256dh: string; auth: string } };
  /** Browsers as phones: their token is the id in their endpoint. */
  list(): Phone[];
  summary(): PhoneSummary[];
  /** Ends a subscription, or takes that back; false when there is no such browser. */
  setEnabled(id: string, isEnabled: boolean): boolean;
  /** Closes a browser, or opens it; false when there is no such browser. */
  setOffline(id: string, isOffline: boolean): boolean;
  /** Undefined: the request is for something else. */
  answer(request: WireRequest): Promise<WireResponse | undefined>;
  reset(): void;
}

interface Held {
  message: PhoneMessage;
  topic: string | undefined;
  endsAtMs: number;
}

interface Browser {
  subscription: Subscription;
  accepts: boolean;
  isOffline: boolean;
  held: Held[];
  received: number;
  messages: PhoneMessage[];
}

const PATH = '/web-push/';
/** https://www.rfc-editor.org/rfc/rfc8030#section-7.2 */
const BODY_MAX_BYTES = 4096;
/** Per browser, so that a long benchmark doesn't fill the memory (our choice). */
const MESSAGES_KEPT = 1_000;
const TOPIC = /^[A-Za-z0-9_-]{1,32}$/;
const URGENCIES = ['very-low', 'low', 'normal', 'high'];

export interface PushServiceDeps {
  clock: Clock;
  kept: KeptState;
  meter: Meter;
  taps: Pick<Taps, 'webPushed'>;
  /** Of the URLs that it hands out. */
  origin: string;
}

export function createPushService({ clock, kept, meter, taps, origin }: PushServiceDeps): PushService {
  const browsers = new Map<string, Browser>();
  const open = (subscription: Subscription) => {
    const fresh = { accepts: true, isOffline: false, held: [], received: 0, messages: [] };
    browsers.set(subscription.id, { subscription, ...fresh });
  };
  for (const [, subscription] of kept.entries<Subscription>('browser')) open(subscription);
  const endpointOf = (id: string) => `${origin}${PATH}${id}`;
  const take = (browser: Browser, message: PhoneMessage) => {
    browser.received++;
    browser.messages.push(message);
    if (browser.messages.length > MESSAGES_KEPT) browser.messages.shift();
  };

  async function receive(browser: Browser, request: WireRequest): Promise<WireResponse> {
    const { subscription } = browser;
    const { headers, body } = request;
    const nowMs = clock.now();
    if (!browser.accepts) return refusal(410, 'The subscription has ended.');
    const problem = await vapidProblem(headers.authorization, {
      audience: origin,
      applicationServerKey: subscription.applicationServerKey,
      nowMs,
    });
    if (problem) return refusal(problem.status, problem.message);
    const { ttl = '', topic, urgency = 'normal' } = headers;
    if (!/^\d+$/.test(ttl)) return refusal(400, 'The TTL header must be a number of seconds.');
    if (topic !== undefined && !TOPIC.test(topic))
      return refusal(400, 'Topic must be 1 to 32 characters of base64url.');
    if (!URGENCIES.includes(urgency)) return refusal(400, `Urgency must be one of ${URGENCIES.join(', ')}.`);
    if (body.length > BODY_MAX_BYTES) return refusal(413, `A message may have at most ${BODY_MAX_BYTES} bytes.`);
    if (headers['content-encoding'] !== 'aes128gcm') return refusal(415, 'Content-Encoding must be aes128gcm.');
    const message: PhoneMessage = {
      payload: readable(body, subscription),
      attributes: { TTL: ttl, Urgency: urgency, ...(topic !== undefined && { Topic: topic }) },
      received_at: new Date(nowMs).toISOString(),
      message_id: crypto.randomUUID(),
    };
    const sentBytes = body.length + Object.entries(headers).flat().join('').length;
    meter.add('data_out_gb', sentBytes / 1e9, 'web push');
    taps.webPushed(message, { token: subscription.id, userId: subscription.userId, sentBytes });
    if (!browser.isOffline) take(browser, message);
    // Without a time to live it is for a browser that is there now.
    else if (ttl !== '0') {
      const others = browser.held.filter((one) => topic === undefined || one.topic !== topic);
      browser.held = [...others, { message, topic, endsAtMs: nowMs + Number(ttl) * 1000 }];
    }
    return { status: 201, headers: { location: `${origin}${PATH}messages/${message.message_id}`, ttl } };
  }

  return {
    subscribe(applicationServerKey, userId) {
      const subscription = newSubscription(applicationServerKey, userId);
      open(subscription);
      kept.set('browser', subscription.id, subscription);
      const { id, p256dh, auth } = subscription;
      return { endpoint: endpointOf(id), keys: { p256dh, auth } };
    },
    list: () =>
      [...browsers.values()].map(({ subscription: { id, userId }, accepts, isOffline, held, messages }) => ({
        platform: 'web',
        token: id,
        endpoint_arn: endpointOf(id),
        enabled: accepts,
        endpoint_enabled: true,
        provider_accepts: accepts,
        is_offline: isOffline,
        held: held.length,
        user_id: userId,
        messages: structuredClone(messages),
      })),
    summary: () =>
      [...browsers.values()].map(({ subscription: { id, userId }, accepts, received }) => {
        return { token: id, platform: 'web', userId, isEnabled: accepts, received };
      }),
    setEnabled(id, isEnabled) {
      const browser = browsers.get(id);
      if (browser) browser.accepts = isEnabled;
      return browser !== undefined;
    },
    setOffline(id, isOffline) {
      const browser = browsers.get(id);
      if (!browser) return false;
      browser.isOffline = isOffline;
      if (isOffline) return true;
      for (const { message, endsAtMs } of browser.held.splice(0)) if (endsAtMs > clock.now()) take(browser, message);
      return true;
    },
    async answer(request) {
      if (!request.path.startsWith(PATH)) return undefined;
      const browser = browsers.get(request.path.slice(PATH.length));
      if (!browser) return refusal(404, 'There is no such subscription.');
      if (request.method !== 'POST') return refusal(405, 'Messages are sent by POST.');
      return receive(browser, request);
    },
    reset() {
      for (const id of browsers.keys()) kept.delete('browser', id);
      browsers.clear();
    },
  };
}

const refusal = (status: number, message: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

/** A push service can't read it; the browser drops what it can't, and here that is to be seen. */
function readable(body: Buffer, subscription: Subscription): unknown {
  try {
    return JSON.parse(decrypted(body, subscription));
  } catch (error) {
    return { unreadable: String(error) };
  }
}
