// Contract of Requests: parked requests, repeats and cancellations in every order.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Requests } from '../../lambdas/domain/schedule/ports.ts';
import { requestSchema } from '../../protocol/request.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';

const TTL = 4_000_000_000;
let ids = 0;
const newId = () => `request-${ids++}`;
const request = (user_ids: string[]) =>
  requestSchema.parse({ user_ids, title: 'T', message: 'M', notification_type: 'system' });
const parked = (acceptedAtMs: number, event_id = 'event', users = ['alice']) => ({
  event_id,
  accepted_at_ms: acceptedAtMs,
  deliver_at_ms: 9_000,
  request: request(users),
});

describe.each(TABLE_KINDS)('on %s', (kind) => {
  let ports: Ports;
  let kept: Requests;
  beforeAll(async () => {
    ports = await portsOn(kind, { isMetered: true });
    kept = ports.deps.requests;
  });
  afterAll(() => ports.close());

  describe('a parked request', () => {
    it.each([
      ['one user', ['alice']],
      ['10,000 users', Array.from({ length: 10_000 }, () => randomBytes(16).toString('hex'))],
      [
        '8,000 users with the longest ids, in several items',
        Array.from({ length: 8_000 }, () => randomBytes(96).toString('base64')),
      ],
    ])('of %s comes back whole, and leaves a tombstone', async (_, users) => {
      const id = newId();
      expect(await kept.park(id, parked(1, 'event', users), TTL)).toBe('parked');
      expect(await kept.load(id)).toEqual({ ...parked(1, 'event', users), state: 'parked' });
      await kept.finish(id, 1, TTL);
      expect(await kept.load(id)).toEqual({
        event_id: 'event',
        accepted_at_ms: 1,
        deliver_at_ms: 9_000,
        state: 'delivered',
      });
    });

    it('is parked once, whoever comes second', async () => {
      const id = newId();
      await kept.park(id, parked(1), TTL);
      expect(await kept.park(id, parked(2, 'another'), TTL)).toMatchObject({ state: 'parked', event_id: 'event' });
      expect(await kept.remember(id, { event_id: 'third', accepted_at_ms: 3 }, TTL)).toMatchObject({ state: 'parked' });
      expect((await kept.load(id))?.accepted_at_ms).toBe(1);
    });

    it('is taken by one of all who ask, and by that one again', async () => {
      const id = newId();
      await kept.park(id, parked(1), TTL);
      const takers = Array.from({ length: 10 }, (_, at) => `message-${at}`);
      const taken = await Promise.all(takers.map((by) => kept.take(id, 1, by)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await kept.take(id, 1, takers[taken.indexOf(true)]!)).toBe(true);
      expect((await kept.load(id))?.request).toBeDefined();
    });
  });

  describe('a cancellation', () => {
    it('withdraws what is parked, says so to its own repeat, and is too late for what is delivered', async () => {
      const id = newId();
      await kept.park(id, parked(1), TTL);
      expect(await kept.cancel(id, 5, TTL)).toMatchObject({ withdrawn: true, was: { deliver_at_ms: 9_000 } });
      expect(await kept.cancel(id, 5, TTL)).toMatchObject({ withdrawn: true });
      expect(await kept.cancel(id, 6, TTL)).toMatchObject({ withdrawn: false });
      expect(await kept.take(id, 1, 'message')).toBe(false);
      await kept.finish(id, 1, TTL);
      expect((await kept.load(id))?.state).toBe('cancelled');

      const done = newId();
      await kept.park(done, parked(1), TTL);
      await kept.finish(done, 1, TTL);
      expect(await kept.cancel(done, 5, TTL)).toMatchObject({ withdrawn: false, was: { state: 'delivered' } });
    });

    it('that comes first withdraws what was accepted no later than itself, and nothing else', async () => {
      for (const [acceptedAtMs, isWithdrawn] of [
        [4, true],
        [5, true],
        [6, false],
      ] as const) {
        const id = newId();
        expect(await kept.cancel(id, 5, TTL)).toMatchObject({ withdrawn: false });
        const outcome = await kept.park(id, parked(acceptedAtMs), TTL);
        if (isWithdrawn) expect(outcome).toMatchObject({ state: 'cancelled' });
        else expect(outcome).toBe('parked');
      }
    });

    it('does not reach a request of the same id that was accepted after it', async () => {
      const id = newId();
      await kept.park(id, parked(1), TTL);
      await kept.cancel(id, 5, TTL);
      expect(await kept.park(id, parked(6, 'again'), TTL)).toBe('parked');
      expect(await kept.cancel(id, 5, TTL)).toMatchObject({ withdrawn: false });
      expect(await kept.take(id, 1, 'old wake-up')).toBe(false);
      await kept.finish(id, 1, TTL);
      expect(await kept.load(id)).toMatchObject({ state: 'parked', accepted_at_ms: 6, request: expect.anything() });
    });
  });

  it("remembers a producer's id as it was first seen", async () => {
    const id = newId();
    const first = { event_id: 'e1', accepted_at_ms: 1 };
    expect(await kept.remember(id, first, TTL)).toMatchObject(first);
    expect(await kept.remember(id, { event_id: 'e2', accepted_at_ms: 2 }, TTL)).toMatchObject(first);
    expect(await kept.load(id)).toEqual(first);
    expect(await kept.load(newId())).toBeUndefined();
  });
});
