// Web push against a push service on this machine: what is sent, and what is made of each answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deriveVapidKeys } from '../../../../lambdas/aws/push/vapid-keys.ts';
import { webPush } from '../../../../lambdas/aws/push/web-push.ts';
import { webPushKeys } from '../../../../lambdas/aws/push/web-push-keys.ts';
import type { WebPush } from '../../../../lambdas/domain/push/ports.ts';
import { vapidProblem } from '../../../../local/web-push/vapid.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const KEYS = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};
const CONTENT = {
  notification_id: '01995b1e-7e00-7000-8000-000000000001',
  notification_type: 'system',
  title: 'Title',
  message: 'Message',
  isUrgent: true,
  ttlSeconds: 60,
};

let server: Server;
let origin: string;
let answer: (response: ServerResponse) => void;
const received: { headers: IncomingMessage['headers']; bytes: number }[] = [];
let push: WebPush;
let reads = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let bytes = 0;
    for await (const part of request) bytes += part.length;
    received.push({ headers: request.headers, bytes });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const readSecret = async () => {
    if (++reads === 1) throw new Error('throttled');
    return 'the secret';
  };
  const settings = { isConfigured: true, readSecret, contact: 'mailto:ops@example.com', localOrigin: origin };
  push = webPush(settings, { now: () => NOW_MS });
});
afterAll(() => void server.close());
beforeEach(() => {
  received.length = 0;
  answer = (response) => response.writeHead(201).end();
});

const browser = (path = '/a') => ({
  id: 'b',
  platform: 'web' as const,
  endpoint: `${origin}${path}`,
  keys: KEYS,
  created_at: '',
  updated_at: '',
});
const send = () => push.toBrowser(browser(), CONTENT);

describe('a push to a browser', () => {
  it('reads the keys again after a failure, and then keeps them', async () => {
    await expect(send()).rejects.toThrow('throttled');
    await send();
    await send();
    expect(reads).toBe(2);
  });

  it('says how urgent it is, how long it is of use, and what it replaces', async () => {
    expect(await send()).toBe('pushed');
    const [{ headers, bytes }] = received as [(typeof received)[number]];
    expect(headers).toMatchObject({
      ttl: '60',
      urgency: 'high',
      topic: '01995b1e7e0070008000000000000001',
      'content-encoding': 'aes128gcm',
      'content-length': String(bytes),
    });
  });

  it('is signed for the push service by the key that browsers subscribe with', async () => {
    await send();
    const { authorization } = received[0]!.headers;
    const { publicKey } = deriveVapidKeys('the secret');
    const expected = { audience: origin, applicationServerKey: publicKey, nowMs: NOW_MS };
    expect(await vapidProblem(authorization, expected)).toBeUndefined();
    const other = { ...expected, audience: 'https://other.example.com' };
    expect(await vapidProblem(authorization, other)).toMatchObject({ status: 403 });
    const late = { ...expected, nowMs: NOW_MS + 13 * 3_600_000 };
    expect(await vapidProblem(authorization, late)).toMatchObject({ status: 403 });
  });

  it.each([404, 410])('finds out by %i that the subscription has ended', async (status) => {
    answer = (response) => response.writeHead(status).end();
    expect(await send()).toBe('dead');
  });

  it.each([
    [429, '120', 120],
    [503, undefined, undefined],
    [500, 'soon', undefined],
    [400, undefined, undefined],
    [307, undefined, undefined],
  ])('throws on %i, with the pause that Retry-After asks for', async (status, retryAfter, retryAfterSeconds) => {
    const headers = { location: `${origin}/elsewhere`, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) };
    answer = (response) => response.writeHead(status, headers).end();
    await expect(send()).rejects.toMatchObject({ name: `WebPush${status}`, retryAfterSeconds });
    expect(received).toHaveLength(1);
  });

  it('reads of a long answer no more than a bounded part', async () => {
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      answer = (response) => {
        response.writeHead(201);
        const more = () => {
          if (response.destroyed) return resolve();
          written += 65_536;
          if (response.write(Buffer.alloc(65_536))) setImmediate(more);
          else response.once('drain', more);
        };
        response.once('close', resolve);
        more();
      };
    });
    expect(await send()).toBe('pushed');
    await closed;
    expect(written).toBeLessThan(8 * 1024 * 1024);
  });

  it('is not sent to an endpoint inside a network that was registered under other rules', async () => {
    expect(await push.toBrowser({ ...browser(), endpoint: 'https://localhost/a' }, CONTENT)).toBe('dead');
    expect(received).toEqual([]);
  });
});

describe('a registration', () => {
  const readSecret = async () => 'the secret';
  const keys = webPushKeys({ isConfigured: true, readSecret, contact: '', localOrigin: undefined });
  const endpoint = 'https://push.example.com/a';

  it('is refused where the endpoint or the key is of no use', () => {
    expect(() => keys.check({ endpoint, keys: KEYS })).not.toThrow();
    const inside = { endpoint: 'https://10.0.0.1/a', keys: KEYS };
    expect(() => keys.check(inside)).toThrow(expect.objectContaining({ code: 'invalid_request', field: 'endpoint' }));
    const offCurve = { endpoint, keys: { ...KEYS, p256dh: `B${'A'.repeat(85)}Q` } };
    expect(() => keys.check(offCurve)).toThrow(expect.objectContaining({ field: 'keys.p256dh' }));
  });
});

describe('the key pair', () => {
  it('is the same for the same secret, whichever function derives it, and another for another', () => {
    const [one, again, other] = ['a', 'a', 'b'].map((secret) => deriveVapidKeys(secret).publicKey);
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^B[A-Za-z0-9_-]{86}$/);
  });
});

describe('a signature', () => {
  it("is checked as in the RFC's example", async () => {
    // https://www.rfc-editor.org/rfc/rfc8292#section-2.4
    const applicationServerKey =
      'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs';
    const token =
      'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1' +
      'YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjv' +
      'W2L9OkSSHzvoD1oA';
    const about = { audience: 'https://push.example.net', applicationServerKey, nowMs: 1_453_500_000_000 };
    expect(await vapidProblem(`vapid t=${token}, k=${applicationServerKey}`, about)).toBeUndefined();
    expect(await vapidProblem(`vapid t=${token}x, k=${applicationServerKey}`, about)).toMatchObject({ status: 403 });
    expect(await vapidProblem('Bearer x', about)).toMatchObject({ status: 401 });
  });
});
