// Requests that are gathered in a digest: one notification for all of them, at the end of the window.
import { beforeEach, describe, expect, it } from 'vitest';
import { joinDigest } from '../../../../lambdas/domain/schedule/join-digest.ts';
import type { NotificationRequestInput } from '../../../../protocol/request.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

const ANNA = 'anna';
const digest = { key: 'comments-42', window_seconds: 60, title: '{count} comments', message: 'There are {count}.' };
const comment = (more: Partial<NotificationRequestInput> = {}) => ({
  user_id: ANNA,
  title: 'A comment',
  message: 'Text',
  notification_type: 'comment',
  digest,
  ...more,
});

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const stored = async () => (await system.deps.inbox.newerThan(ANNA, '', 100)).items;
const shown = async () =>
  (await stored()).map(({ title, payload }) => ({ title, digest: payload ? JSON.parse(payload).digest : undefined }));

describe('a digest', () => {
  it('makes one notification of all requests within the window', async () => {
    const socket = await system.connect(ANNA, 'tab');
    for (let index = 0; index < 12; index++) {
      system.enqueue(comment({ title: `Comment ${index}`, payload: { url: `/comments/${index}` } }));
      await system.advance(1);
    }
    expect(await stored()).toEqual([]);
    await system.advance(60);
    const [one, ...others] = await shown();
    expect(others).toEqual([]);
    expect(one?.title).toBe('12 comments');
    expect(one?.digest).toMatchObject({ by: 'key', key: 'comments-42', count: 12 });
    expect(one?.digest.items.map((item: { title: string }) => item.title)).toEqual(
      Array.from({ length: 10 }, (_, index) => `Comment ${11 - index}`),
    );
    expect(one?.digest.items[0]).toMatchObject({ url: '/comments/11', message: 'Text', notification_type: 'comment' });
    expect(socket.frames).toHaveLength(1);
  });

  it('begins its window with the first request, and the next window with the first after it', async () => {
    for (const waitSeconds of [50, 9, 1, 59, 70]) {
      system.enqueue(comment());
      await system.advance(waitSeconds);
    }
    await system.advance(60);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([3, 2]);
  });

  it('sends one message for a window, however many requests there are', async () => {
    for (let index = 0; index < 30; index++) system.enqueue(comment());
    await system.drain();
    expect(system.memory.queues.dispatch.all().map(({ body }) => JSON.parse(body).task)).toEqual(['digest_end']);
  });

  it('makes one schedule for a window of hours', async () => {
    for (let index = 0; index < 30; index++) {
      system.enqueue(comment({ digest: { ...digest, window_seconds: 7_200 } }));
    }
    await system.drain();
    expect(system.memory.schedules.all()).toHaveLength(1);
    expect(system.memory.queues.dispatch.all()).toEqual([]);
    await system.advance(7_201);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([30]);
  });

  it('stores the requests of one event by one write', async () => {
    let writes = 0;
    const { add } = system.deps.digests;
    system.deps.digests.add = (...given) => {
      writes++;
      return add(...given);
    };
    system.enqueue({ requests: Array.from({ length: 50 }, () => comment()) });
    await system.drain();
    expect(writes).toBe(1);
    await system.advance(61);
    expect((await shown()).map(({ title }) => title)).toEqual(['50 comments']);
  });

  it('delivers the first request at once where it is leading, and the digest counts those after it', async () => {
    const leading = { ...digest, leading: true };
    for (const title of ['first', 'second', 'third']) {
      system.enqueue(comment({ title, digest: leading }));
      await system.advance(1);
    }
    expect((await shown()).map(({ title }) => title)).toEqual(['first']);
    await system.advance(60);
    expect((await shown()).map(({ title }) => title)).toEqual(['first', '2 comments']);
  });

  it('sends no digest where only the leading request came', async () => {
    system.enqueue(comment({ digest: { ...digest, leading: true } }));
    await system.advance(61);
    expect((await shown()).map(({ title }) => title)).toEqual(['A comment']);
  });

  it('never holds back what is critical', async () => {
    system.enqueue(comment({ priority: 'critical' }));
    await system.advance(61);
    expect((await shown()).map(({ title }) => title)).toEqual(['A comment']);
  });

  it('does not hold back what would expire before the window ends', async () => {
    system.enqueue(comment({ expires_at: new Date(system.clock.ms + 30_000).toISOString() }));
    await system.drain();
    expect((await shown()).map(({ title }) => title)).toEqual(['A comment']);
  });

  it('keeps the digests of two users and of two keys apart', async () => {
    system.enqueue(comment());
    system.enqueue(comment({ digest: { ...digest, key: 'comments-43' } }));
    system.enqueue(comment({ user_ids: ['ben', ANNA], user_id: undefined }));
    await system.advance(62);
    expect((await shown()).map(({ digest: { key, count } }) => [key, count]).sort()).toEqual([
      ['comments-42', 2],
      ['comments-43', 1],
    ]);
    expect((await system.deps.inbox.newerThan('ben', '', 10)).items).toHaveLength(1);
  });

  it('gathers a scheduled request from its time on', async () => {
    system.enqueue(comment({ deliver_at: new Date(system.clock.ms + 20_000).toISOString() }));
    await system.advance(79);
    expect(await stored()).toEqual([]);
    await system.advance(3);
    expect(await stored()).toHaveLength(1);
  });
});

describe('a digest counts each request once', () => {
  it('when its event comes twice, in the same window or after it', async () => {
    const again = { eventId: 'event', acceptedAtMs: system.clock.ms };
    system.enqueue(comment(), again);
    system.enqueue(comment(), again);
    system.enqueue(comment());
    await system.advance(30);
    system.enqueue(comment(), again);
    await system.advance(32);
    system.enqueue(comment(), again);
    system.enqueue(comment());
    await system.advance(62);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([2, 1]);
  });

  it('when it was added while the window closed, and was not seen', async () => {
    system.enqueue(comment());
    await system.drain();
    const { add } = system.deps.digests;
    system.deps.digests.add = async (...given) => {
      system.deps.digests.add = add;
      // The window ends, and its notification is sent, before this one is stored.
      await system.advance(61);
      await add(...given);
    };
    await system.notify(comment());
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([1]);
    await system.advance(61);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([1, 1]);
  });

  it('when its function was stopped after it was added, and it comes again after the window', async () => {
    const again = { eventId: 'event', acceptedAtMs: system.clock.ms };
    const { window } = system.deps.digests;
    system.deps.digests.window = async () => {
      throw new Error('stopped');
    };
    await expect(system.notify(comment(), again)).rejects.toThrow('stopped');
    system.deps.digests.window = window;
    await system.advance(61);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([1]);
    await system.notify(comment(), { ...again, isRedelivery: true });
    await system.advance(61);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([1]);
  });

  it('when two functions open the window at once', async () => {
    const { open } = system.deps.digests;
    system.deps.digests.open = async (...given) => {
      system.deps.digests.open = open;
      await system.notify(comment());
      return open(...given);
    };
    await system.notify(comment());
    await system.advance(61);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([2]);
  });

  it('when the function that ends it is stopped before the notification is stored', async () => {
    system.enqueue(comment());
    await system.drain();
    const { put } = system.deps.inbox;
    system.deps.inbox.put = async () => {
      system.deps.inbox.put = put;
      throw new Error('stopped');
    };
    await system.advance(61);
    expect(await stored()).toEqual([]);
    system.enqueue(comment());
    await system.advance(200);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([1, 1]);
  });

  it('in a flood of more entries than a page holds', async () => {
    const wanted = { name: 'key:flood', closesAtMs: system.clock.ms + 60_000 };
    for (let index = 0; index < 1_000; index++) {
      const member = { id: `m${index}`, accepted_at_ms: system.clock.ms + index, notification_type: 'x', title: 't' };
      await joinDigest(system.deps, ANNA, wanted, [{ ...member, message: '' }]);
    }
    await system.advance(61);
    expect((await shown()).map(({ digest: { count } }) => count)).toEqual([1_000]);
  });
});
