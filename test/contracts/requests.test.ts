// Contract of Requests: parked requests, repeats and cancellations in every order.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Requests } from '../../lambdas/domain/schedule/ports.ts';
import type { RequestKey } from '../../lambdas/domain/schedule/request-key.ts';
import { requestSchema } from '../../protocol/request.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';

const TTL = 4_000_000_000;
let ids = 0;
const newKey = (): RequestKey => ({ source: 'test', id: `request-${ids++}`, audience: 'user:alice' });
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
      const key = newKey();
      expect(await kept.park(key, parked(1, 'event', users), TTL)).toBe('parked');
      expect(await kept.load(key)).toEqual({ ...parked(1, 'event', users), state: 'parked' });
      await kept.finish(key, 1, TTL);
      expect(await kept.load(key)).toEqual({
        event_id: 'event',
        accepted_at_ms: 1,
        deliver_at_ms: 9_000,
        state: 'delivered',
      });
    });

    it('is parked once, however often it is requested', async () => {
      const key = newKey();
      await kept.park(key, parked(1), TTL);
      expect(await kept.park(key, parked(2, 'another'), TTL)).toMatchObject({ state: 'parked', event_id: 'event' });
      expect(await kept.remember(key, { event_id: 'third', accepted_at_ms: 3 }, TTL)).toMatchObject({
        state: 'parked',
      });
      expect((await kept.load(key))?.accepted_at_ms).toBe(1);
    });

    it('is taken by one of all who ask, and by that one again', async () => {
      const key = newKey();
      await kept.park(key, parked(1), TTL);
      const takers = Array.from({ length: 10 }, (_, at) => `message-${at}`);
      const taken = await Promise.all(takers.map((by) => kept.take(key, 1, by)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await kept.take(key, 1, takers[taken.indexOf(true)]!)).toBe(true);
      expect((await kept.load(key))?.request).toBeDefined();
    });
  });

  describe('a cancellation', () => {
    it('keeps what was asked for again after the cancellation, and says what is no longer parked', async () => {
      const key = newKey();
      await kept.park(key, parked(1), TTL);
      expect(await kept.askAgain(key, 1, 7)).toBe(true);
      expect(await kept.withdraw(key, 1, 6, TTL)).toBe(false);
      expect((await kept.load(key))?.state).toBe('parked');
      expect(await kept.withdraw(key, 1, 8, TTL)).toBe(true);
      expect(await kept.askAgain(key, 1, 9)).toBe(false);
      expect(await kept.askAgain(newKey(), 1, 9)).toBe(false);
    });

    it('withdraws what is parked, says so to its own repeat, and is too late for what is delivered', async () => {
      const key = newKey();
      await kept.park(key, parked(1), TTL);
      expect(await kept.withdraw(key, 1, 5, TTL)).toBe(true);
      expect(await kept.withdraw(key, 1, 5, TTL)).toBe(true);
      expect(await kept.withdraw(key, 1, 6, TTL)).toBe(false);
      expect(await kept.take(key, 1, 'message')).toBe(false);
      await kept.finish(key, 1, TTL);
      expect(await kept.load(key)).toMatchObject({ state: 'cancelled', cancelled_at_ms: 5 });

      const done = newKey();
      await kept.park(done, parked(1), TTL);
      await kept.finish(done, 1, TTL);
      expect(await kept.withdraw(done, 1, 5, TTL)).toBe(false);
      expect((await kept.load(done))?.state).toBe('delivered');
    });

    it('gives way to a request accepted after it, and to no other', async () => {
      for (const [acceptedAtMs, isFree] of [
        [4, false],
        [5, false],
        [6, true],
      ] as const) {
        const key = newKey();
        await kept.park(key, parked(1), TTL);
        await kept.withdraw(key, 1, 5, TTL);
        const outcome = await kept.park(key, parked(acceptedAtMs, 'again'), TTL);
        if (isFree) expect(outcome).toBe('parked');
        else expect(outcome).toMatchObject({ state: 'cancelled' });
      }
    });

    it('does not reach a request of the same key that was accepted after it', async () => {
      const key = newKey();
      await kept.park(key, parked(1), TTL);
      await kept.withdraw(key, 1, 5, TTL);
      expect(await kept.park(key, parked(6, 'again'), TTL)).toBe('parked');
      expect(await kept.withdraw(key, 1, 5, TTL)).toBe(false);
      expect(await kept.take(key, 1, 'old wake-up')).toBe(false);
      await kept.finish(key, 1, TTL);
      expect(await kept.load(key)).toMatchObject({ state: 'parked', accepted_at_ms: 6, request: expect.anything() });
    });

    it('is noted once for all audiences of an id, with the latest time; other sources know nothing of it', async () => {
      const key = newKey();
      expect(await kept.cancelledAtMs(key)).toBeUndefined();
      await kept.cancel(key, 5, TTL);
      await kept.cancel(key, 4, TTL);
      expect(await kept.cancelledAtMs({ ...key, audience: 'user:bob' } as RequestKey)).toBe(5);
      expect(await kept.cancelledAtMs({ ...key, source: 'other' })).toBeUndefined();
      await kept.cancel(key, 7, TTL);
      expect(await kept.cancelledAtMs(key)).toBe(7);
    });
  });

  it('keeps the audiences and the sources of an id apart', async () => {
    const key = newKey();
    const bob = { ...key, audience: 'user:bob' };
    const foreign = { ...key, source: 'other' };
    await kept.park(key, parked(1), TTL);
    expect(await kept.park(bob, parked(2), TTL)).toBe('parked');
    expect(await kept.remember(foreign, { event_id: 'e', accepted_at_ms: 3 }, TTL)).toMatchObject({ event_id: 'e' });
    const found = await kept.ofId(key);
    expect(found.map(({ audience, accepted_at_ms }) => [audience, accepted_at_ms])).toEqual([
      ['user:alice', 1],
      ['user:bob', 2],
    ]);
    expect(await kept.ofId({ ...key, source: 'nobody' })).toEqual([]);
  });

  it('DueRequests lists what is parked by the hour it is due in, until it is delivered or withdrawn', async () => {
    const { dueRequests } = ports.deps;
    const hourMs = 1_800_000_000_000;
    const at = (minutes: number) => ({ ...parked(1), deliver_at_ms: hourMs + minutes * 60_000 });
    const [one, two, three] = [newKey(), newKey(), newKey()];
    await kept.park(one, at(59), TTL);
    await kept.park(two, at(0), TTL);
    await kept.park(three, at(60), TTL);
    const keys = async (limit = 10) => (await dueRequests.inHour(hourMs, limit)).map(({ key }) => key);
    expect(await keys()).toEqual([two, one]);
    expect(await keys(1)).toEqual([two]);
    expect((await dueRequests.inHour(hourMs + 3_600_000, 10)).map(({ key }) => key)).toEqual([three]);
    await kept.finish(two, 1, TTL);
    await kept.withdraw(three, 1, 5, TTL);
    expect(await keys()).toEqual([one]);
    expect(await dueRequests.inHour(hourMs + 3_600_000, 10)).toEqual([]);
    const [entry] = await dueRequests.inHour(hourMs, 10);
    expect(entry).toEqual({ key: one, accepted_at_ms: 1, deliver_at_ms: hourMs + 59 * 60_000 });
    await dueRequests.noteWoken(entry!, 1, 7);
    expect(await dueRequests.inHour(hourMs, 10)).toEqual([{ ...entry, woken: 1, woken_at_ms: 7 }]);
    await dueRequests.forget(entry!);
    await dueRequests.noteWoken(entry!, 2, 8);
    expect(await keys()).toEqual([]);
    expect(await kept.state(one)).toMatchObject({ state: 'parked', accepted_at_ms: 1 });
    const due_at_ms = hourMs + 60_000;
    const task = { task: 'snooze_end' as const, user_id: 'alice', notification_id: 'id', due_at_ms };
    const ofTask = { key: newKey(), accepted_at_ms: due_at_ms, deliver_at_ms: due_at_ms, task };
    for (let times = 0; times < 2; times++) await dueRequests.note(ofTask, TTL);
    expect(await dueRequests.inHour(hourMs, 10)).toEqual([ofTask]);
    await dueRequests.forget(ofTask);
    expect(await dueRequests.inHour(hourMs, 10)).toEqual([]);
    expect(await dueRequests.sweptToMs()).toBeUndefined();
    await dueRequests.setSweptToMs(hourMs);
    expect(await dueRequests.sweptToMs()).toBe(hourMs);
  });

  it('BulkRequests keeps the content of a request and how many recipients have their message', async () => {
    const { bulk } = ports.deps;
    const key = newKey();
    const { user_ids: _users, ...shared } = requestSchema.parse({
      user_ids: ['a'],
      title: 'T',
      message: 'x'.repeat(16_000),
      notification_type: 'system',
    });
    expect(await bulk.content(key)).toBeUndefined();
    expect(await bulk.sent(key)).toBe(0);
    await bulk.keepContent(key, shared, TTL);
    await bulk.saveSent(key, 500, TTL);
    expect(await bulk.content(key)).toEqual(shared);
    expect(await bulk.sent(key)).toBe(500);
    expect(await bulk.sent({ ...key, audience: 'user:bob' })).toBe(0);
  });
});
