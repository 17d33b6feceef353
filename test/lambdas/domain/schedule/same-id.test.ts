// One id, several requests: of one source to several audiences, of several sources, repeated, and cancelled.
import { beforeEach, describe, expect, it } from 'vitest';
import { readRequestStatus } from '../../../../lambdas/domain/delivery/request-status.ts';
import { notificationId } from '../../../../lambdas/domain/model/notification-id.ts';
import { audienceOf, seedOf } from '../../../../lambdas/domain/schedule/request-key.ts';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const later = (seconds: number) => toTimestamp(system.clock.ms + seconds * 1_000);
const countOf = async (userId: string) => (await system.deps.inbox.newerThan(userId, '', 100)).items.length;
const cancel = (id: string, arrival: { source?: string; acceptedAtMs?: number } = {}) =>
  system.event({ id }, { ...arrival, detailType: 'notification.cancelled' });

describe('the same id', () => {
  it.each([
    ['now', undefined, undefined],
    ['one of them scheduled', 60, undefined],
    ['the other scheduled', undefined, 60],
    ['both scheduled', 60, 90],
  ])('for two users is two requests: %s', async (_, first, second) => {
    await system.notify({ user_id: 'alice', id: 'one', ...(first && { deliver_at: later(first) }) });
    await system.notify({ user_id: 'bob', id: 'one', ...(second && { deliver_at: later(second) }) });
    await system.advance(120);
    expect([await countOf('alice'), await countOf('bob')]).toEqual([1, 1]);
  });

  it.each([
    ['now', undefined],
    ['scheduled', 60],
  ])('twice for one user is one notification: %s', async (_, seconds) => {
    for (let at = 0; at < 3; at++) {
      await system.notify({ user_id: 'alice', id: 'one', ...(seconds && { deliver_at: later(seconds) }) });
      system.clock.ms += 1_000;
    }
    await system.advance(120);
    expect(await countOf('alice')).toBe(1);
  });

  it('for the same users in another order is one request', async () => {
    await system.notify({ user_ids: ['alice', 'bob'], id: 'one' });
    await system.notify({ user_ids: ['bob', 'alice', 'bob'], id: 'one' });
    await system.drain();
    expect([await countOf('alice'), await countOf('bob')]).toEqual([1, 1]);
  });

  it('of two sources is two requests, also for one user at the same moment', async () => {
    await system.notify({ user_id: 'alice', id: 'one' }, { source: 'shop' });
    await system.notify({ user_id: 'alice', id: 'one' }, { source: 'chat' });
    expect(await countOf('alice')).toBe(2);
  });
});

describe('the same id in the same millisecond', () => {
  const TWO = ['alice', 'bob'];
  const atOnce = async (extra: object) => {
    const acceptedAtMs = system.clock.ms;
    await system.notify({ user_id: 'alice', id: 'one', title: 'For her', ...extra }, { acceptedAtMs });
    await system.notify({ user_ids: TWO, id: 'one', title: 'For both', ...extra }, { acceptedAtMs });
    await system.notify({ user_ids: TWO, id: 'one', title: 'For both', ...extra }, { acceptedAtMs });
  };

  it.each([
    ['now', {}],
    ['scheduled', { deliver_at: '2026-11-21T08:00:00.000Z' }],
  ])('for a user and for several with that user is two requests: %s', async (_, extra) => {
    await atOnce(extra);
    await system.advance(7_200);
    const titles = (await system.deps.inbox.newerThan('alice', '', 100)).items.map(({ title }) => title);
    expect(titles.sort()).toEqual(['For both', 'For her']);
    expect(await countOf('bob')).toBe(1);
  });

  it('of a request that an earlier version delivered is not delivered again under another id', async () => {
    const acceptedAtMs = system.clock.ms;
    // As that version remembered it, and made its ids.
    const key = { source: 'test', id: 'one', audience: audienceOf({ user_ids: TWO }) };
    await system.deps.requests.remember(key, { event_id: 'then', accepted_at_ms: acceptedAtMs }, 9_999_999_999);
    await system.notify({ user_ids: TWO, id: 'one' });
    await system.drain();
    const [item] = (await system.deps.inbox.newerThan('alice', '', 100)).items;
    expect(item!.id).toBe(notificationId(acceptedAtMs, seedOf(key), 'alice'));
  });

  it('is found in the inbox of each user, and both are recalled', async () => {
    await atOnce({});
    await system.drain();
    const source = 'test';
    for (const user of TWO) {
      const status = await readRequestStatus(system.deps, { source, id: 'one' }, user);
      expect(status.notification, user).toMatchObject({ id: expect.any(String), outcome: 'inbox' });
    }
    system.clock.ms += 20_000;
    await system.event({ id: 'one', user_id: 'alice' }, { source, detailType: 'notification.recalled' });
    expect(system.deps.counted.recalled).toBe(2);
  });
});

describe('a cancellation', () => {
  it('withdraws the requests of its own source, whatever their audiences, and of no other', async () => {
    for (const source of ['shop', 'chat']) {
      await system.notify({ user_id: 'alice', id: 'one', deliver_at: later(60) }, { source });
      await system.notify({ user_ids: ['bob', 'carol'], id: 'one', deliver_at: later(60) }, { source });
    }
    system.clock.ms += 1_000;
    await cancel('one', { source: 'shop' });
    await system.advance(120);
    expect(await Promise.all(['alice', 'bob', 'carol'].map(countOf))).toEqual([1, 1, 1]);
    expect(system.deps.counted.cancelled).toBeGreaterThanOrEqual(2);
  });

  it('that is processed first withdraws what was accepted no later than itself', async () => {
    const acceptedAtMs = system.clock.ms;
    await cancel('one', { acceptedAtMs: acceptedAtMs + 10 });
    await system.notify({ user_id: 'alice', id: 'one', deliver_at: later(60) }, { acceptedAtMs });
    await system.notify({ user_id: 'bob', id: 'one', deliver_at: later(60) }, { acceptedAtMs: acceptedAtMs + 11 });
    await system.notify({ user_id: 'carol', id: 'one' }, { acceptedAtMs });
    await system.advance(120);
    expect(await Promise.all(['alice', 'bob', 'carol'].map(countOf))).toEqual([0, 1, 0]);
  });

  it.each(['park', 'ofId'] as const)('at the same moment as its request withdraws it (around %s)', async (method) => {
    // Whichever of the two is between its write and its read while the other runs.
    const { requests } = system.deps;
    const call = requests[method] as (...given: unknown[]) => Promise<unknown>;
    const acceptedAtMs = system.clock.ms;
    const request = () => system.notify({ user_id: 'alice', id: 'one', deliver_at: later(60) }, { acceptedAtMs });
    Object.assign(requests, {
      [method]: async (...given: unknown[]) => {
        Object.assign(requests, { [method]: call });
        if (method === 'ofId') {
          const found = await call(...given);
          await request();
          return found;
        }
        await cancel('one', { acceptedAtMs: acceptedAtMs + 1 });
        return call(...given);
      },
    });
    await (method === 'ofId' ? cancel('one', { acceptedAtMs: acceptedAtMs + 1 }) : request());
    await system.advance(120);
    expect(await countOf('alice')).toBe(0);
  });
});
