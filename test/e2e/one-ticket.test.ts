// One ticket, redeemed by thousands at the same time: exactly one socket.
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';
import { upgradeStatus } from '../support/upgrade-status.ts';

/** `E2E_REDEMPTIONS=10000` for the full number. */
const REDEMPTIONS = Number(process.env.E2E_REDEMPTIONS ?? 1_000);

const opened: Duplex[] = [];
let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await stack.close();
});

describe(`${REDEMPTIONS} redemptions at once`, () => {
  it('open exactly one socket', { timeout: 300_000 }, async () => {
    const user = newUser('popular');
    const { body } = await stack.http('POST', '/internal/tickets', {
      sign: true,
      body: { user_id: user, ttl_seconds: 3_600 },
    });
    const startedMs = performance.now();
    const attempts: Promise<number>[] = [];
    while (attempts.length < REDEMPTIONS) {
      attempts.push(upgradeStatus(`${stack.outputs.ws_url}?ticket=${body.ticket}`, {}, opened));
      // The server may share this thread: let it take connections in before its queue of them overflows.
      if (attempts.length % 250 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const statuses = await Promise.all(attempts);
    const seconds = (performance.now() - startedMs) / 1_000;
    const counts: Record<number, number> = {};
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
    if (process.env.E2E_REDEMPTIONS) {
      console.log({ seconds, counts, rssMb: Math.round(process.memoryUsage().rss / 2 ** 20) });
    }
    expect(counts[101]).toBe(1);
    // The gateway may turn attempts away before they reach the ticket (429), as it would on AWS.
    const { 101: _one, 401: refused = 0, 429: throttled = 0, ...others } = counts;
    expect(others).toEqual({});
    expect(refused + throttled).toBe(REDEMPTIONS - 1);
    expect(refused).toBeGreaterThan(Math.min(REDEMPTIONS, 900) - 2);
    if (hasControlApi) {
      const open = await stack.local.connections();
      expect(open.filter((connection) => connection.user_id === user)).toHaveLength(1);
    }
    // It still works, for the next one too.
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user });
    await socket.frame('notification');
  });
});
