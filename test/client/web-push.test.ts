// Switching push on and off in a browser: permission, subscription, registration.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  disableWebPush,
  enableWebPush,
  renewWebPush,
  type WebPushOptions,
  webPushState,
} from '../../client/web-push/web-push.ts';

const KEY = 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8';
const bytes = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'));

let calls: string[];
let bodies: any[];
let answers: Record<string, { status: number; body?: object }>;
let permission: string;
let answered: string;
let subscription: any;
let kept: Map<string, string>;

const options: WebPushOptions = {
  apiUrl: 'https://api.example.com',
  getToken: async () => 'a.b.c',
  serviceWorker: '/sw.js',
  async fetch(url, init) {
    const call = `${init?.method} ${String(url).replace('https://api.example.com/api/v2', '')}`;
    calls.push(call);
    if (init?.body) bodies.push(JSON.parse(String(init.body)));
    const { status, body } = answers[call] ?? { status: 404, body: { code: 'not_found', detail: 'No.' } };
    return new Response(body && JSON.stringify(body), { status });
  },
};

function subscribe({ applicationServerKey }: { applicationServerKey: Uint8Array }) {
  const endpoint = `https://push.example.com/${calls.length}`;
  subscription = {
    endpoint,
    options: { applicationServerKey: applicationServerKey.buffer },
    toJSON: () => ({ endpoint, keys: { p256dh: 'p', auth: 'a' } }),
    unsubscribe: async () => {
      calls.push('unsubscribe');
      subscription = null;
    },
  };
  return subscription;
}

beforeEach(() => {
  [calls, bodies, permission, answered, subscription, kept] = [[], [], 'default', 'granted', null, new Map()];
  answers = {
    'GET /devices/web-push-key': { status: 200, body: { public_key: KEY } },
    'POST /devices': { status: 201, body: { id: 'd1' } },
    'DELETE /devices/d1': { status: 200, body: {} },
  };
  const pushManager = {
    getSubscription: async () => subscription,
    subscribe: async (wanted: any) => {
      if (wanted.userVisibleOnly !== true) throw new Error('Browsers refuse silent pushes.');
      // As browsers do: the subscription that is there, if it has the same key.
      return subscription ?? subscribe(wanted);
    },
  };
  const registration = { active: {}, installing: null, waiting: null, pushManager };
  let isRegistered = false;
  vi.stubGlobal('Notification', {
    get permission() {
      return permission;
    },
    requestPermission: async () => {
      calls.push('ask');
      permission = answered;
      return permission;
    },
  });
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('navigator', {
    serviceWorker: {
      register: async (url: string) => {
        calls.push(`register ${url}`);
        isRegistered = true;
        return registration;
      },
      getRegistration: async () => (isRegistered ? registration : undefined),
    },
  });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => void vi.unstubAllGlobals());

it('asks, subscribes with the key of the server, and registers the browser', async () => {
  expect(await webPushState(options)).toBe('off');
  expect(calls).toEqual([]);
  expect(await enableWebPush(options)).toBe('on');
  expect(calls).toEqual(['ask', 'register /sw.js', 'GET /devices/web-push-key', 'POST /devices']);
  const keys = { p256dh: 'p', auth: 'a' };
  expect(bodies).toEqual([{ platform: 'web', endpoint: subscription.endpoint, keys }]);
  expect(new Uint8Array(subscription.options.applicationServerKey)).toEqual(bytes(KEY));
  expect(await webPushState(options)).toBe('on');
});

it.each([
  ['denied', 'denied'],
  ['default', 'off'],
] as const)('does nothing more when the answer is %s', async (answer, state) => {
  answered = answer;
  expect(await enableWebPush(options)).toBe(state);
  expect(calls).toEqual(['ask']);
});

it('subscribes anew where the subscription was made with another key', async () => {
  subscribe({ applicationServerKey: new Uint8Array(65) });
  await enableWebPush(options);
  expect(calls).toContain('unsubscribe');
  expect(new Uint8Array(subscription.options.applicationServerKey)).toEqual(bytes(KEY));
});

it('keeps a subscription that was made with the same key', async () => {
  const { endpoint } = subscribe({ applicationServerKey: bytes(KEY) });
  await enableWebPush(options);
  expect(calls).not.toContain('unsubscribe');
  expect(bodies[0].endpoint).toBe(endpoint);
});

it('says with which code a call failed', async () => {
  answers['GET /devices/web-push-key'] = { status: 501, body: { code: 'push_not_configured', detail: 'Push is off.' } };
  await expect(enableWebPush(options)).rejects.toMatchObject({
    name: 'WebPushFailed',
    code: 'push_not_configured',
    message: 'Push is off.',
  });
  expect(await webPushState(options)).toBe('off');
});

it('renews without asking: only what the browser replaced, or what is a week old', async () => {
  expect(await renewWebPush(options)).toBe('off');
  await enableWebPush(options);
  calls.length = 0;
  expect(await renewWebPush(options)).toBe('on');
  expect(calls).toEqual([]);
  subscribe({ applicationServerKey: bytes(KEY) });
  await renewWebPush(options);
  expect(calls).toEqual(['POST /devices']);
  const [[key, value]] = [...kept] as [[string, string]];
  kept.set(key, JSON.stringify({ ...JSON.parse(value), at: Date.now() - 8 * 24 * 3_600_000 }));
  await renewWebPush(options);
  expect(calls).toEqual(['POST /devices', 'POST /devices']);
});

it.each([
  ['user', { userId: 'alice' }, { userId: 'bob' }],
  ['organisation', { userId: 'alice', orgId: 'acme' }, { userId: 'alice', orgId: 'beta' }],
])('ends for another %s than the one who switched it on, and registers nobody', async (_, one, another) => {
  await enableWebPush({ ...options, ...one });
  calls.length = 0;
  expect(await renewWebPush({ ...options, ...one })).toBe('on');
  expect(await renewWebPush({ ...options, ...another })).toBe('off');
  expect(calls).toEqual(['unsubscribe']);
  expect(await webPushState({ ...options, ...one })).toBe('off');
});

it('ends the subscription and removes the device, also where the server has forgotten it', async () => {
  await enableWebPush(options);
  calls.length = 0;
  await disableWebPush(options);
  expect(calls).toEqual(['unsubscribe', 'DELETE /devices/d1']);
  expect(await webPushState(options)).toBe('off');
  await enableWebPush(options);
  answers['DELETE /devices/d1'] = { status: 404, body: { code: 'not_found', detail: 'Gone.' } };
  await disableWebPush(options);
  expect(await webPushState(options)).toBe('off');
});

it('is unsupported where the browser lacks a part of it', async () => {
  vi.stubGlobal('navigator', {});
  expect([await webPushState(options), await enableWebPush(options)]).toEqual(['unsupported', 'unsupported']);
  await disableWebPush(options);
  expect(calls).toEqual([]);
});
