// How often a user may call the REST API in a minute: the call after the last one is refused, and says when to come
// back.
import { beforeEach, describe, expect, it } from 'vitest';
import { type FunctionsInMemory, functionsInMemory } from '../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const NOTIFICATION = '/api/v2/notifications/019aa000-0000-7000-8000-000000000000';

describe.each([
  ['reads', 600, 'GET', '/api/v2/notifications/unread-count'],
  ['marks', 120, 'PUT', `${NOTIFICATION}/read`],
  ['removals', 120, 'DELETE', NOTIFICATION],
  ['registrations of devices', 120, 'POST', '/api/v2/devices'],
  ['changes of preferences', 120, 'PUT', '/api/v2/preferences'],
  ['tickets', 120, 'POST', '/api/v2/tickets'],
])('%s', (_what, limit, method, path) => {
  it(`are refused beyond ${limit} a minute, of one user only`, async () => {
    const body = method === 'GET' ? undefined : {};
    for (let call = 0; call < limit; call++)
      expect((await system.as('alice', method, path, body)).status).not.toBe(429);
    const refused = await system.as('alice', method, path, body);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect((await system.as('bob', method, path, body)).status).not.toBe(429);
    system.clock.ms += 60_000;
    expect((await system.as('alice', method, path, body)).status).not.toBe(429);
  });
});

it.each([
  ['reads', 600, 'GET', '/api/v2/notifications/unread-count'],
  ['marks', 120, 'PUT', `${NOTIFICATION}/read`],
])('%s are not used up by a token that ended with its user’s logout', async (_what, limit, method, path) => {
  const issuedAt = { iat: system.clock.ms / 1000 - 60 };
  await system.put('user.logged_out', { user_id: 'alice' });
  for (let call = 0; call <= limit; call++)
    expect((await system.as('alice', method, path, undefined, issuedAt)).status).toBe(401);
  system.clock.ms += 10_000;
  expect([200, 404]).toContain((await system.as('alice', method, path)).status);
});
