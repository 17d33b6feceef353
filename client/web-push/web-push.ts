// Push to this browser while no page is open: permission, subscription, registration. Nothing happens on import.
import { browserPlatform } from '../core/browser-platform.ts';
import type { NotificationsOptions } from '../core/notifications-client.ts';
import { createRequests, type Reply } from '../core/requests.ts';
import { applicationServerKey, isMadeWith } from './application-server-key.ts';
import { forgetRegistration, keepRegistration, keptRegistration } from './kept-registration.ts';

export interface WebPushOptions
  extends Pick<NotificationsOptions, 'apiUrl' | 'getToken' | 'userId' | 'orgId' | 'fetch'> {
  /** Where your site serves `carillon/client/service-worker`, such as `/carillon-service-worker.js`. */
  serviceWorker: string | URL;
}

/**
 * `denied`: only the browser's own settings change that. `off` also where the user closed the question without an
 * answer. `unsupported`: no HTTPS, an old browser, or iOS before the page is on the home screen.
 */
export type WebPushState = 'unsupported' | 'denied' | 'off' | 'on';

/** A call of the API that failed. `code` is one of docs/protocol.md, or `network`. */
export class WebPushFailed extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'WebPushFailed';
    this.code = code;
  }
}

/** Our choice: how long a registration is taken to be there still; registering again costs a call. */
const RENEWED_AFTER_MS = 7 * 24 * 60 * 60_000;

const isSupported = (): boolean =>
  typeof Notification !== 'undefined' && 'PushManager' in globalThis && !!globalThis.navigator?.serviceWorker;

/** Without asking the user anything. */
export async function webPushState(options: Pick<WebPushOptions, 'serviceWorker'>): Promise<WebPushState> {
  if (!isSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return (await subscriptionOf(options)) && keptRegistration() ? 'on' : 'off';
}

/** Call it in answer to a click: the browser shows its question then and at no other time. */
export async function enableWebPush(options: WebPushOptions): Promise<WebPushState> {
  if (!isSupported()) return 'unsupported';
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off';
  const call = caller(options);
  const worker = await navigator.serviceWorker.register(options.serviceWorker);
  await activated(worker);
  const { public_key: key } = await call('GET', '/api/v2/devices/web-push-key');
  const wanted = applicationServerKey(key);
  const earlier = await worker.pushManager.getSubscription();
  // A browser has one subscription for a worker, and pushes signed by another key don't arrive.
  if (earlier && !isMadeWith(earlier, wanted)) await earlier.unsubscribe();
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
  await register(call, subscription, await ownerOf(options));
  return 'on';
}

/**
 * At the start of a page, so that a subscription which the browser replaced is known. Asks nothing, and calls the API
 * only where there is something to say. `off` for another user than the one who switched it on: nobody else's
 * notifications are shown any more.
 */
export async function renewWebPush(options: WebPushOptions): Promise<WebPushState> {
  const state = await webPushState(options);
  if (state !== 'on' || Notification.permission !== 'granted') return state;
  const subscription = (await subscriptionOf(options))!;
  const [kept, owner] = [keptRegistration(), await ownerOf(options)];
  if (kept?.owner !== owner) {
    await subscription.unsubscribe();
    forgetRegistration();
    return 'off';
  }
  const isKnown = kept?.endpoint === subscription.endpoint && Date.now() - kept.at < RENEWED_AFTER_MS;
  if (!isKnown) await register(caller(options), subscription, owner);
  return 'on';
}

/** Also at sign-out: otherwise this browser goes on to show what is sent to the user. */
export async function disableWebPush(options: WebPushOptions): Promise<void> {
  const kept = keptRegistration();
  const subscription = isSupported() ? await subscriptionOf(options) : undefined;
  await subscription?.unsubscribe();
  forgetRegistration();
  if (kept) await caller(options)('DELETE', `/api/v2/devices/${kept.id}`, undefined, ['not_found']);
}

type Call = (method: string, path: string, body?: object, accepted?: readonly string[]) => Promise<any>;

/** The user, and the organisation where there is one. */
async function ownerOf({ fetch, ...options }: WebPushOptions): Promise<string> {
  return (await createRequests(browserPlatform(fetch), options).owner()) ?? '';
}

async function register(call: Call, subscription: PushSubscription, owner: string): Promise<void> {
  const { endpoint, keys } = subscription.toJSON();
  const { id } = await call('POST', '/api/v2/devices', { platform: 'web', endpoint, keys });
  keepRegistration({ id, endpoint: endpoint!, owner, at: Date.now() });
}

/** With the client's own token handling, time limit and failures. */
function caller({ fetch, ...options }: WebPushOptions): Call {
  const requests = createRequests(browserPlatform(fetch), options);
  return async (method, path, body, accepted = []) => {
    const { failure, body: answer }: Reply = await requests.call(method, path, body);
    if (failure && !accepted.includes(failure.code)) throw new WebPushFailed(failure.code, failure.message);
    return answer;
  };
}

async function subscriptionOf({ serviceWorker }: Pick<WebPushOptions, 'serviceWorker'>) {
  const registration = await navigator.serviceWorker.getRegistration(serviceWorker);
  return (await registration?.pushManager.getSubscription()) ?? undefined;
}

/** A worker that was registered this moment takes no subscription yet. */
function activated({ active, installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (active || !coming) return Promise.resolve();
  return new Promise((resolve, reject) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve();
      else if (coming.state === 'redundant') reject(new Error('The service worker could not be installed.'));
    });
  });
}
