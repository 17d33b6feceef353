// Random histories of one inbox against a model of a few lines.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearAll, markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { type Act, changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { markAllSeen } from '../../../../lambdas/domain/inbox/mark-all-seen.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { timeOf } from '../../../support/arrivals.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

type Change = { op: Act; position: number } | { op: 'mark-all' | 'see-all'; position?: number } | { op: 'clear-all' };
type Arrival = { type: string; expiresInSeconds?: number };
type Step =
  | Change
  | ({ op: 'arrive' | 'broadcast' } & Arrival)
  | { op: 'arrive-again'; position: number }
  | { op: 'both'; first: Change; second: Change }
  | { op: 'tick'; seconds: number };

const TYPES = ['system', 'chat_message', 'reminder'];
const position = fc.nat({ max: 30 });
const arrival = {
  type: fc.constantFrom(...TYPES),
  expiresInSeconds: fc.option(
    fc.nat({ max: 600_000 }).map((ms) => ms / 1000),
    { nil: undefined, freq: 4 },
  ),
};
const op = <Name extends string>(name: Name) => fc.constant(name);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constantFrom<Act[]>('read', 'unread', 'archive'), position }) },
  { weight: 3, arbitrary: fc.record({ op: op('mark-all'), position: fc.option(position, { nil: undefined }) }) },
  { weight: 3, arbitrary: fc.record({ op: op('see-all'), position: fc.option(position, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ op: op('clear-all') }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ op: op('arrive'), ...arrival }) },
  { weight: 1, arbitrary: fc.record({ op: op('arrive-again'), position }) },
  { weight: 6, arbitrary: fc.record({ op: op('broadcast'), ...arrival }) },
  { weight: 12, arbitrary: change },
  { weight: 2, arbitrary: fc.record({ op: op('both'), first: change, second: change }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: op('tick'),
      seconds: fc.oneof(
        fc.nat({ max: 300_000 }).map((ms) => ms / 1000),
        fc.constant(-10),
      ),
    }),
  },
);

/** The model: what each act means, without marks, indexes or pages. */
interface ModelItem {
  type: string;
  isRead: boolean;
  isSeen: boolean;
  isArchived: boolean;
  expiresAtMs: number;
}
type Model = ReadonlyMap<string, ModelItem>;

function afterwards(model: Model, act: Change, nowMs: number): Model {
  const target = 'position' in act ? idAt(model, act.position) : undefined;
  return new Map(
    [...model].map(([id, item]) => {
      if (act.op === 'mark-all') return [id, { ...item, isRead: item.isRead || target === undefined || id <= target }];
      if (act.op === 'see-all') return [id, { ...item, isSeen: item.isSeen || target === undefined || id <= target }];
      if (act.op === 'clear-all') return [id, { ...item, isRead: true, isArchived: true }];
      if (id !== target || item.expiresAtMs <= nowMs) return [id, item];
      if (act.op === 'unread') return [id, { ...item, isRead: item.isArchived }];
      return [id, { ...item, isRead: true, isArchived: item.isArchived || act.op === 'archive' }];
    }),
  );
}

const idAt = (model: Model, at: number | undefined) =>
  at === undefined ? undefined : [...model.keys()].sort()[at % model.size];

function shown(model: Model, nowMs: number) {
  const items = [...model].filter(([, item]) => !item.isArchived && item.expiresAtMs > nowMs);
  return items.map(([id, { type, isRead }]) => ({ id, type, isRead })).sort((a, b) => (a.id < b.id ? 1 : -1));
}

let system: InboxSystem;
beforeAll(async () => {
  system = await inboxSystem();
});
afterAll(() => system.close());

const USER = 'alice';

async function walk(query: Record<string, string>) {
  const found: { id: string; type: string; isRead: boolean }[] = [];
  let cursor: string | undefined;
  do {
    const page = await listNotifications(system.deps, USER, notificationQuerySchema.parse({ ...query, cursor }));
    found.push(
      ...page.notifications.map(({ id, notification_type, is_read }) => ({
        id,
        type: notification_type,
        isRead: is_read,
      })),
    );
    cursor = page.next_cursor ?? undefined;
    if (cursor) expect(page.notifications, 'no page before the last is short').toHaveLength(page.size);
  } while (cursor);
  return found;
}

async function carryOut(act: Change, model: Model) {
  const target = 'position' in act ? idAt(model, act.position) : undefined;
  if (act.op === 'mark-all') return markAllRead(system.deps, USER, target);
  if (act.op === 'see-all') return markAllSeen(system.deps, USER, target);
  if (act.op === 'clear-all') return clearAll(system.deps, USER);
  if (target === undefined) return undefined;
  return changeNotification(system.deps, USER, target, act.op).catch((error) => {
    if (error.code !== 'not_found') throw error;
    expect(model.get(target)!.expiresAtMs).toBeLessThanOrEqual(system.clock.ms);
    return undefined;
  });
}

/** What is read is not counted, whether it was seen or not. */
const unseenOf = (model: Model, nowMs: number) =>
  shown(model, nowMs).filter(({ id, isRead }) => !isRead && !model.get(id)!.isSeen).length;
const unreadOf = (items: { isRead: boolean }[]) => items.filter((item) => !item.isRead).length;

async function runStep(
  step: Step,
  model: Model,
  sent: Map<string, () => Promise<unknown>>,
  name: string,
): Promise<Model> {
  const { clock } = system;
  switch (step.op) {
    case 'tick':
      clock.ms += step.seconds * 1000;
      return model;
    case 'arrive':
    case 'broadcast': {
      const newest = [...model.keys()].sort().at(-1);
      // Everyone's is filed under one time for all, whatever each has read: never before what is there.
      const atMs = Math.max(clock.ms, newest ? timeOf(newest) + 1 : 0);
      const send = () =>
        step.op === 'arrive' ? system.arrive(USER, name, step) : system.broadcast(name, { ...step, atMs });
      const { id, expires_at: expiresAt } = await send();
      if (step.op === 'broadcast') sent.set(id, send);
      else sent.set(id, () => system.deps.inbox.put(USER, { id, unread_key: id } as never, 0));
      const expiresAtMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
      return new Map([
        ...model,
        [id, { type: step.type, isRead: false, isSeen: false, isArchived: false, expiresAtMs }],
      ]);
    }
    case 'arrive-again': {
      const id = idAt(model, model.size ? step.position : undefined);
      if (id !== undefined) await sent.get(id)!();
      return model;
    }
    case 'both': {
      const { first, second } = step;
      await Promise.all([carryOut(first, model), carryOut(second, model)]);
      const orders = [
        afterwards(afterwards(model, first, clock.ms), second, clock.ms),
        afterwards(afterwards(model, second, clock.ms), first, clock.ms),
      ];
      const found = JSON.stringify(await walk({ size: '100' }));
      return orders.find((order) => JSON.stringify(shown(order, clock.ms)) === found) ?? orders[0]!;
    }
    default: {
      system.posted.length = 0;
      const next = afterwards(model, step, clock.ms);
      const reply = await carryOut(step, model);
      if (reply) expect(reply.unread_count, 'the reply has the count').toBe(unreadOf(shown(next, clock.ms)));
      if (reply) expect(reply.unseen_count, 'and what is unseen of it').toBe(unseenOf(next, clock.ms));
      const frames = system.posted.map(({ frame }) => (frame.type === 'unread_count' ? frame.unread_count : undefined));
      if (frames.length > 0) expect(frames, 'and so does the frame').toEqual([reply?.unread_count]);
      return next;
    }
  }
}

it('shows what the model shows after every step: list, order, filters, counts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), async (steps, size) => {
      await system.reset();
      const { deps, clock } = system;
      clock.ms = Date.parse('2026-11-21T07:00:00.000Z');
      const connection = {
        connection_id: 'c1',
        user_id: USER,
        shard: 1,
        connected_at: '2026-11-21T06:00:00.000Z',
      };
      await deps.connections.add(connection);
      await system.known(USER);
      const sent = new Map<string, () => Promise<unknown>>();
      let model: Model = new Map();
      for (const [at, next] of steps.entries()) {
        model = await runStep(next, model, sent, `request-${at}`);
        const expected = shown(model, clock.ms);
        const pageSize = String(size);
        expect(await walk({ size: pageSize })).toEqual(expected);
        expect(await walk({ size: pageSize, is_read: 'false' })).toEqual(expected.filter((item) => !item.isRead));
        expect(await walk({ size: pageSize, is_read: 'true', type: TYPES[at % 3]! })).toEqual(
          expected.filter((item) => item.isRead && item.type === TYPES[at % 3]),
        );
        const { unread_count: count, unseen_count: unseen } = await listNotifications(
          deps,
          USER,
          notificationQuerySchema.parse({ page: '2' }),
        );
        expect(count).toBe(unreadOf(expected));
        expect(unseen).toBe(unseenOf(model, clock.ms));
      }
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 25) },
  );
}, 120_000);
