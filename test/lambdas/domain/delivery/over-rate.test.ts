// More notifications than one user is sent in a minute: they are stored, and one notification summarizes them.
import { beforeEach, describe, expect, it } from 'vitest';
import { markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { DEFAULT_LIMITS } from '../../../../protocol/service-limits.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

const ANNA = 'anna';
const LIMIT = 20;
let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

/** Of as many types as there are. */
const send = async (count: number, more: object = {}) => {
  for (let at = 0; at < count; at++) {
    const request = { user_id: ANNA, title: `Alert ${at}`, message: 'Text', notification_type: `type-${at}`, ...more };
    system.enqueue(request);
    await system.drain();
    system.clock.ms += 10;
  }
};
const stored = async () => (await system.deps.inbox.newerThan(ANNA, '', 1_000)).items;
const limited = async () => (await stored()).filter(({ last_error }) => last_error === 'rate_limited').length;
const titles = (socket: { frames: any[] }) =>
  socket.frames.filter(({ type }) => type === 'notification').map(({ notification }) => notification.title);

describe('beyond the limit of all types together', () => {
  beforeEach(() => Object.assign(system.deps.limits, { notificationsPerMinute: LIMIT }));

  it('notifications are stored and not sent, and a minute later one says how many there are', async () => {
    const socket = await system.connect(ANNA, 'tab');
    await send(LIMIT + 14);
    expect(titles(socket)).toHaveLength(LIMIT);
    expect(await limited()).toBe(14);
    await system.advance(61);
    expect(titles(socket).slice(LIMIT)).toEqual(['14 more notifications']);
    const summary = (await stored()).at(-1)!;
    expect(summary).toMatchObject({ message: 'Alert 33, and 13 more', notification_type: 'type-33' });
    const { digest } = JSON.parse(summary.payload!);
    expect(digest).toMatchObject({ by: 'rate', count: 14 });
    // They are in the inbox under these ids.
    expect((await system.deps.inbox.get(ANNA, digest.items[0].id))?.title).toBe('Alert 33');
    expect(await stored()).toHaveLength(LIMIT + 14 + 1);
  });

  it('critical ones are sent', async () => {
    const socket = await system.connect(ANNA, 'tab');
    await send(LIMIT + 5, { priority: 'critical' });
    expect(titles(socket)).toHaveLength(LIMIT + 5);
  });

  it('the next minute begins anew', async () => {
    const socket = await system.connect(ANNA, 'tab');
    await send(LIMIT + 1);
    await system.advance(61);
    await send(1);
    expect(titles(socket).slice(LIMIT)).toEqual(['1 more notification', 'Alert 0']);
  });

  it('no summary is sent to a user who has read everything meanwhile', async () => {
    const socket = await system.connect(ANNA, 'tab');
    await send(LIMIT + 3);
    await system.advance(30);
    await markAllRead(system.deps, ANNA);
    await system.advance(31);
    expect(titles(socket)).toHaveLength(LIMIT);
  });

  it('the same ones are in one summary when a function was stopped in between', async () => {
    await system.connect(ANNA, 'tab');
    await send(LIMIT);
    const { update } = system.deps.inbox;
    system.deps.inbox.update = async () => {
      system.deps.inbox.update = update;
      throw new Error('stopped');
    };
    system.enqueue({ user_id: ANNA, title: 'Once', message: 'Text', notification_type: 'x' });
    await system.drain();
    await system.advance(120);
    const summaries = (await stored()).filter(({ title }) => title.includes('more notification'));
    expect(summaries.map(({ title }) => title)).toEqual(['1 more notification']);
  });
});

it('beyond the limit of one type, a summary comes too', async () => {
  const socket = await system.connect(ANNA, 'tab');
  expect(DEFAULT_LIMITS.notificationsPerMinute).toBe(100);
  await send(64, { notification_type: 'loop' });
  await system.advance(61);
  expect(titles(socket).slice(60)).toEqual(['4 more notifications']);
});
