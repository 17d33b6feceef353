// What ten thousand notifications in one inbox cost, by the runtime's meter: nothing grows with them.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toRow } from '../../../../lambdas/aws/inbox/stored-rows.ts';
import { userKey } from '../../../../lambdas/aws/keys.ts';
import { BatchWriteCommand } from '../../../../lambdas/aws/table-commands.ts';
import { clearAll, markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { unreadCount } from '../../../../lambdas/domain/inbox/unread-count.ts';
import { notificationId } from '../../../../lambdas/domain/model/notification-id.ts';
import { newNotification } from '../../../../lambdas/domain/model/stored-notification.ts';
import { UNREAD_COUNT_MAX } from '../../../../protocol/limits.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';
import { TABLE_KINDS } from '../../../support/ports-on.ts';

const USER = 'alice';
const COUNT = 10_000;
let system: InboxSystem;

beforeAll(async () => {
  system = await inboxSystem(TABLE_KINDS[1], { isMetered: true });
  for (const [user, count] of [
    [USER, COUNT],
    ['carol', UNREAD_COUNT_MAX],
  ] as const) {
    await fill(user, count);
    await system.known(user);
  }
});
afterAll(() => system.close());

async function fill(user: string, count: number): Promise<void> {
  const { clock } = system;
  const table = system.engine!.direct;
  const request = {
    notification_type: 'system',
    title: 'A notification among many',
    message: 'With a message of ordinary length, as people write them, so that rows have the size of real ones.',
    priority: 'normal' as const,
    payload: { url: '/somewhere/in/the/app' },
    requires_ack: false,
    store: true,
  };
  const rows = Array.from({ length: count }, (_, at) => {
    const id = notificationId(clock.ms - (count - at) * 1000, `request-${at}`, user);
    return {
      PutRequest: {
        Item: toRow(userKey(user), newNotification(id, request, clock.ms, undefined), clock.ms / 1000 + 1e6),
      },
    };
  });
  const batches = Array.from({ length: Math.ceil(rows.length / 25) }, (_, at) => rows.slice(at * 25, at * 25 + 25));
  await Promise.all(
    batches.map((batch) => table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: batch } }))),
  );
}

async function units(work: () => Promise<unknown>): Promise<{ read: number; written: number }> {
  system.engine!.side.meter.reset();
  await work();
  const { units } = system.engine!.side.meter.read();
  return { read: units.dynamodb_rru, written: units.dynamodb_wru };
}

async function walk(query: Record<string, string>, pagesAtMost = Number.POSITIVE_INFINITY) {
  const pages: { read: number; written: number }[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const cost = await units(async () => {
      const page = await listNotifications(system.deps, USER, notificationQuerySchema.parse({ ...query, cursor }));
      for (const { id } of page.notifications) seen.add(id);
      cursor = page.next_cursor ?? undefined;
    });
    pages.push(cost);
  } while (cursor && pages.length < pagesAtMost);
  return { pages, seen };
}

function expectEven(pages: { read: number; written: number }[]): void {
  const reads = pages.map((page) => page.read);
  // Rows are billed by four kilobytes: whether a page fills its last four is chance.
  expect(Math.max(...reads) - Math.min(...reads)).toBeLessThanOrEqual(1);
  expect(pages.every((page) => page.written === 0)).toBe(true);
}

it('every page of a full walk costs the same', async () => {
  const { pages, seen } = await walk({ size: '100' });
  expect(seen.size).toBe(COUNT);
  expect(pages).toHaveLength(COUNT / 100);
  expectEven(pages.slice(0, -1));
  expect(pages.at(-1)!.read).toBeLessThanOrEqual(pages[0]!.read + 1);
});

it('so does every page of what is unread', async () => {
  const { pages, seen } = await walk({ size: '100', is_read: 'false' }, 20);
  expect(seen.size).toBe(20 * 100);
  expectEven(pages);
});

it('count, mark-all-read and clear-all cost no more with ten thousand than with a tenth of them', async () => {
  const count = async (user: string) =>
    unreadCount(system.deps, await system.deps.recipients.load(user, { consistent: true }));
  const works = {
    count,
    markAll: (user: string) => markAllRead(system.deps, user),
    clearAll: (user: string) => clearAll(system.deps, user),
  };
  // What came in the last seconds is changed one by one.
  system.clock.ms += 60_000;
  for (const [name, work] of Object.entries(works)) {
    const few = await units(() => work('carol'));
    const many = await units(() => work(USER));
    expect(many.written).toBe(name === 'count' ? 0 : 1);
    expect(many).toEqual(few);
  }
});
