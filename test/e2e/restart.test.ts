// The local runtime started again with the data of an earlier run: schedules and queues are empty, the table is not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { ownsTarget } from '../support/target.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const folder = mkdtempSync(join(tmpdir(), 'carillon-restart-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!ownsTarget)('npm start -- --data, a second time', () => {
  it('delivers what was scheduled in the run before, by queue and by schedule, once', { timeout: 60_000 }, async () => {
    const dataPath = join(folder, 'table');
    const users = [newUser('near'), newUser('far')];
    const before = await stackUnderTest({ dataPath });
    for (const [at, userId] of users.entries()) {
      const deliverAt = new Date((await before.now()) + (at === 0 ? 10 * MINUTE : 2 * HOUR) * 1000).toISOString();
      await before.notify({ user_id: userId, title: 'Kept', deliver_at: deliverAt });
    }
    await before.settle();
    await before.close();
    const after = await stackUnderTest({ dataPath });
    try {
      const titles = async () =>
        Promise.all(users.map(async (userId) => (await notificationsOf(after, userId)).map(({ title }) => title)));
      await after.local.advance(5 * MINUTE);
      expect(await titles()).toEqual([[], []]);
      await after.local.advance(30 * MINUTE);
      expect(await titles()).toEqual([['Kept'], []]);
      await after.local.advance(2 * HOUR);
      expect(await titles()).toEqual([['Kept'], ['Kept']]);
    } finally {
      await after.close();
    }
  });
});
