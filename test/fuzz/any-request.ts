// Events, REST calls, frames and tokens: mostly well formed, each with a chance of anything anywhere.
import fc from 'fast-check';
import { DETAIL_TYPES } from '../../protocol/detail-type.ts';
import { REST_ROUTES, type RestRoute } from '../../protocol/rest-routes.ts';
import { anyJson, anyText, nearlyValid } from './any-json.ts';

export const USERS = ['alice', 'bob', 'carol', 'dave'];
const EVERYONE = '00000000-0000-0000-0000-000000000000';
const user = fc.constantFrom(...USERS);
const uuid = fc.oneof(fc.uuid({ version: 7 }), fc.uuid());
const topic = fc.constantFrom('chat:1', 'org:acme', 'wal:alice', 'global_notifications', 'notifications', 'prices');
const time = fc
  .integer({ min: -86_400, max: 40 * 86_400 })
  .map((seconds) => new Date(Date.UTC(2026, 10, 21, 7) + seconds * 1_000).toISOString());
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });

const request = nearlyValid({
  user_id: fc.oneof({ arbitrary: user, weight: 9 }, { arbitrary: fc.constant(EVERYONE), weight: 1 }),
  title: text,
  message: text,
  notification_type: fc.constantFrom('system', 'reminder', 'a.b'),
  priority: fc.constantFrom('normal', 'high', 'critical'),
  payload: fc.object({ maxDepth: 2, maxKeys: 3 }),
  deliver_at: time,
  expires_at: time,
  requires_ack: fc.boolean(),
  store: fc.boolean(),
  id: fc.string({ minLength: 1, maxLength: 8 }),
  digest: fc.record({
    key: fc.constantFrom('a', 'b'),
    window_seconds: fc.constantFrom(60, 3_600),
    title: text,
    message: text,
    leading: fc.boolean(),
  }),
});
const audience = nearlyValid({
  user_ids: fc.array(user, { minLength: 1, maxLength: 5 }),
  topic,
  title: text,
  message: text,
  notification_type: fc.constant('system'),
  rollout: fc.record({ percent: fc.integer({ min: 1, max: 99 }), minutes: fc.integer({ min: 1, max: 60 }) }),
});
const many = fc.array(request, { maxLength: 4 }).map((requests) => `{"requests":[${requests.join(',')}]}`);
const cancelled = nearlyValid({ id: fc.string({ minLength: 1, maxLength: 8 }) });
const loggedOut = nearlyValid({ user_id: user, forget_devices: fc.boolean() });
const objectText = anyJson.filter((json) => json.startsWith('{'));

/** The body of a message on the dispatch queue, as the rule of the bus makes it. */
export const anyEvent = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.constantFrom(...DETAIL_TYPES), weight: 9 },
      { arbitrary: fc.constantFrom('notification.request', '', '__proto__'), weight: 1 },
    ),
    fc.oneof(
      { arbitrary: request, weight: 5 },
      { arbitrary: audience, weight: 2 },
      { arbitrary: many, weight: 1 },
      { arbitrary: cancelled, weight: 1 },
      { arbitrary: loggedOut, weight: 1 },
      { arbitrary: objectText, weight: 2 },
    ),
    fc.uuid(),
    fc.constantFrom('orders', 'my app', 'ünïcode', 'x'.repeat(200)),
  )
  .map(([detailType, detail, id, source]) => ({ detailType, detail: escaped(detail), id, source }));

/** SQS takes no message with these characters as they are (AWS limit); as escapes of JSON they arrive. */
function escaped(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}

const queryValue = fc.oneof(
  fc.constantFrom(
    '1',
    '0',
    '-1',
    '100',
    '101',
    'true',
    'false',
    'system',
    '2026-11-21',
    '2026-11-21T09:00+0200',
    '%00',
    '%ff',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }).map(encodeText),
  uuid,
);
const queryName = fc.constantFrom(
  'size',
  'cursor',
  'page',
  'type',
  'is_read',
  'start_date',
  'end_date',
  'up_to',
  '__proto__',
  'x',
);
const query = fc
  .array(fc.tuple(queryName, queryValue), { maxLength: 3 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const body = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 2 },
  { arbitrary: anyText, weight: 2 },
  {
    arbitrary: nearlyValid({
      platform: fc.constantFrom('fcm', 'apns', 'apns_sandbox'),
      token: fc.string({ minLength: 1, maxLength: 40 }),
    }),
    weight: 1,
  },
  {
    arbitrary: nearlyValid({
      websocket_notifications: fc.boolean(),
      push_notifications: fc.boolean(),
      muted_types: fc.array(fc.constantFrom('system', 'reminder'), { maxLength: 2 }),
      quiet_hours: fc.record({
        start: fc.constantFrom('22:00', '02:30', '00:00'),
        end: fc.constantFrom('07:00', '02:15', '24:00'),
        time_zone: fc.constantFrom('Europe/Berlin', 'UTC', 'Mars/Base', 'Etc/GMT+12', '+02:00'),
      }),
    }),
    weight: 1,
  },
  {
    arbitrary: nearlyValid({ user_id: user, org_id: user, topics: fc.array(topic), ttl_seconds: fc.nat(4_000) }),
    weight: 1,
  },
  { arbitrary: nearlyValid({ up_to: uuid, ttl_seconds: fc.nat(4_000) }), weight: 1 },
  {
    arbitrary: fc
      .array(
        nearlyValid({ source: fc.constant('app'), detail_type: fc.constantFrom(...DETAIL_TYPES), detail: fc.object() }),
      )
      .map((entries) => `{"entries":[${entries.join(',')}]}`),
    weight: 1,
  },
);

/** `known`: ids that are there. */
export const anyCall = fc
  .tuple(
    fc.constantFrom(...Object.values<RestRoute>(REST_ROUTES)),
    fc.oneof(uuid, queryValue, fc.constant('known')),
    query,
    body,
    user,
  )
  .map(([{ method, path, auth }, id, search, sent, userId]) => ({
    method,
    path,
    auth,
    id,
    search,
    body: sent,
    userId,
  }));

export const anyFrame = fc.oneof(
  { arbitrary: anyText, weight: 1 },
  {
    arbitrary: nearlyValid({
      action: fc.constantFrom('ping', 'keep_alive', 'ack', 'subscribe', 'unsubscribe', 'sync', 'claim', 'toString'),
      notification_id: uuid,
      notification_ids: fc.array(uuid, { maxLength: 3 }),
      topics: fc.array(topic, { maxLength: 3 }),
      since: uuid,
    }),
    weight: 4,
  },
  { arbitrary: topic.map((one) => JSON.stringify({ action: 'subscribe', topics: [one] })), weight: 1 },
  { arbitrary: uuid.map((since) => JSON.stringify({ action: 'sync', since })), weight: 1 },
);

/** Of a token that opens a socket. */
export const validClaims = (now: number, issuer: string, client: string): string =>
  JSON.stringify({ sub: 'alice', iss: issuer, client_id: client, token_use: 'access', iat: now, exp: now + 60 });

/** Claims and header of a token, as JSON text. `now` in seconds. */
export const anyToken = (now: number, issuer: string, client: string) =>
  fc.tuple(
    nearlyValid({
      sub: user,
      iss: fc.constant(issuer),
      client_id: fc.constant(client),
      aud: fc.constantFrom(client, [client, 'x']),
      exp: fc.integer({ min: now - 5, max: now + 4_000 }),
      iat: fc.integer({ min: now - 4_000, max: now + 5 }),
      nbf: fc.integer({ min: now - 4_000, max: now + 5 }),
      token_use: fc.constantFrom('access', 'access', 'id'),
      scope: fc.constantFrom('openid', 'admin', 'openid carillon/admin'),
      'cognito:groups': fc.array(fc.constantFrom('carillon-admin', 'x')),
      topics: fc.array(topic),
      org_id: fc.constant('acme'),
    }).map((claims) =>
      // Most tokens should get as far as the claims that differ.
      claims.replace(
        /^\{(?=(.?))/,
        (_, next) => `{${validClaims(now, issuer, client).slice(1, -1)}${next === '}' ? '' : ','}`,
      ),
    ),
    fc.constantFrom<Record<string, unknown>>(
      {},
      {},
      {},
      { typ: 'JWT' },
      { typ: 'at+jwt' },
      { typ: 'x' },
      { kid: 'other' },
    ),
  );

/** As a URL carries it; a lone surrogate has no such form. */
function encodeText(value: string): string {
  return encodeURIComponent(value.replaceAll(/\p{Cs}/gu, ''));
}
