// Contracts of the room `inbox`: notifications, broadcasts, history, read marks, what a user decided about the whole
// inbox.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clearAll, markAllRead } from '../../lambdas/domain/inbox/change-inbox.ts';
import { changeNotification } from '../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../lambdas/domain/inbox/list-notifications.ts';
import { OPEN_END } from '../../lambdas/domain/inbox/ports.ts';
import { unreadCount } from '../../lambdas/domain/inbox/unread-count.ts';
import { notificationId } from '../../lambdas/domain/model/notification-id.ts';
import type { StoredNotification } from '../../lambdas/domain/model/stored-notification.ts';
import { AGAIN_SIGN, unreadAgainKey } from '../../lambdas/domain/model/watermark.ts';
import { notificationQuerySchema } from '../../protocol/notification-query.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { arrivals } from '../support/arrivals.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';

const FAR_TTL = 4_000_000_000;
const EVERYTHING = { after: '', before: OPEN_END };

describe.each(TABLE_KINDS)('on %s', (kind) => {
  let ports: Ports;
  beforeAll(async () => {
    ports = await portsOn(kind, { isMetered: true });
  });
  afterAll(() => ports.close());
  beforeEach(() => ports.reset());

  /** `seconds` after the start; ids in the order of time. */
  const item = (seconds: number, more: Partial<StoredNotification> = {}): StoredNotification => {
    const id = notificationId(ports.clock.ms + seconds * 1_000, `request-${seconds}`, 'user');
    return {
      id,
      unread_key: id,
      notification_type: 'system',
      title: `Title ${seconds}`,
      message: 'Message',
      payload: JSON.stringify({ nested: { list: [1, 'two', null, true, 1.5], text: 'é🔔' } }),
      requested_at: toTimestamp(ports.clock.ms),
      ...more,
    };
  };
  /** Oldest first. */
  async function put(user: string, ...items: StoredNotification[]) {
    for (const one of items) expect(await ports.deps.inbox.put(user, one, FAR_TTL)).toBe('created');
    return items;
  }
  const expiresIn = (seconds: number) => ({ expires_at: toTimestamp(ports.clock.ms + seconds * 1_000) });
  const ttlIn = (seconds: number) => Math.ceil(ports.clock.ms / 1000) + seconds;

  describe('Inbox', () => {
    it('stores an id once, gives back what was there, and keeps users apart', async () => {
      const { inbox } = ports.deps;
      const first = item(1, { requires_ack: true, priority: 'high', sent_at: toTimestamp(ports.clock.ms) });
      await put('alice', first);
      expect(await inbox.put('alice', { ...first, title: 'Second' }, FAR_TTL)).toEqual(first);
      expect(await inbox.get('alice', first.id)).toEqual(first);
      expect(await inbox.get('bob', first.id)).toBeUndefined();
      await put('bob', first);
    });

    it('keeps an id that was given up from being used, and shows it to no reader', async () => {
      const { inbox, history } = ports.deps;
      const [one, two] = [item(1), item(2)];
      const refiled = { filed_at_ms: 5 };
      expect(await inbox.refile('alice', one.id, 5, FAR_TTL)).toBe('created');
      expect(await inbox.refile('alice', one.id, 6, FAR_TTL)).toEqual(refiled);
      expect(await inbox.put('alice', one, FAR_TTL)).toEqual(refiled);
      await put('alice', two);
      expect(await inbox.refile('alice', two.id, 5, FAR_TTL)).toEqual(two);
      expect(await inbox.get('alice', one.id)).toBeUndefined();
      expect((await inbox.newerThan('alice', '', 10)).items).toEqual([two]);
      expect((await history.own('alice', { after: '', before: OPEN_END }, 10)).items).toEqual([two]);
      expect(await history.many('alice', [one.id, two.id], [])).toEqual([two]);
      expect(await inbox.neverReadKeys('alice', '', 10)).toHaveLength(1);
    });

    it('creates one of all that are put at once', async () => {
      const one = item(1);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, at) => ports.deps.inbox.put('alice', { ...one, title: `Try ${at}` }, FAR_TTL)),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const stored = await ports.deps.inbox.get('alice', one.id);
      for (const outcome of outcomes) if (outcome !== 'created') expect(outcome).toEqual(stored);
    });

    it('creates one whose first try was applied without an answer, and knows it from a row of another', async () => {
      const { inbox, broadcasts } = ports.deps;
      const [one, two] = [item(1, { sent_at: 't1' }), item(2, { sent_at: 't1' })];
      ports.loseNextAnswer();
      expect(await inbox.put('alice', one, FAR_TTL)).toBe('created');
      ports.loseNextAnswer();
      expect(await inbox.put('alice', { ...one, sent_at: 't2' }, FAR_TTL)).toEqual(one);
      ports.loseNextAnswer();
      expect(await broadcasts.put(two, FAR_TTL)).toBe('created');
      expect(await broadcasts.put({ ...two, sent_at: 't2' }, FAR_TTL)).toEqual(two);
    });

    it('no longer shows a row past its time to live', async () => {
      const one = item(1);
      await ports.deps.inbox.put('alice', one, ttlIn(10));
      ports.clock.ms += 9_999;
      expect(await ports.deps.inbox.get('alice', one.id)).toEqual(one);
      ports.clock.ms += 1;
      expect(await ports.deps.inbox.get('alice', one.id)).toBeUndefined();
      expect((await ports.deps.inbox.newerThan('alice', '', 10)).items).toEqual([]);
    });

    it('updates what has a value, removes what is undefined, and makes no row', async () => {
      const { inbox } = ports.deps;
      const [one] = await put('alice', item(1, { sent_at: 'x', error_count: 1 }));
      await inbox.update('alice', one!.id, {
        sent_at: undefined,
        error_count: 2,
        pending_connections: ['c1'],
        is_unprocessed: true,
      });
      const { sent_at: _, ...rest } = one!;
      expect(await inbox.get('alice', one!.id)).toEqual({
        ...rest,
        error_count: 2,
        pending_connections: ['c1'],
        is_unprocessed: true,
      });
      await expect(inbox.update('alice', item(2).id, { error_count: 1 })).rejects.toThrow();
      expect(await inbox.get('alice', item(2).id)).toBeUndefined();
    });

    it('knows what is unread, newest first: unread again, then never read, without what has expired', async () => {
      const { inbox, readMarks, history } = ports.deps;
      const [one, two, three] = await put('alice', item(1), item(2), item(3), item(4, expiresIn(30)));
      await inbox.put('alice', item(5), ttlIn(30));
      const again = unreadAgainKey(one!.id, ports.clock.ms, []);
      const newer = unreadAgainKey(two!.id, ports.clock.ms + 5_000, []);
      expect(await history.newestUnreadAgain('alice')).toBeUndefined();
      await readMarks.changeOwn('alice', one!.id, { unread_key: again });
      await readMarks.changeOwn('alice', two!.id, { unread_key: newer });
      await readMarks.changeBroadcast('alice', item(9).id, { unread_key: `${newer}z` }, FAR_TTL);
      ports.clock.ms += 30_000;
      const key = (id: string, unread_key = id) => ({ id, unread_key });
      const unreadAgain = [key(two!.id, newer), key(one!.id, again)];
      const all = [...unreadAgain, key(three!.id)];
      for (const consistent of [false, true])
        expect(await inbox.unreadKeys('alice', '', 10, { consistent })).toEqual(all);
      expect(await inbox.unreadKeys('alice', '', 2)).toEqual(all.slice(0, 2));
      expect(await inbox.unreadKeys('alice', three!.id, 10)).toEqual(unreadAgain);
      expect(await inbox.unreadAgain('alice', '')).toEqual(unreadAgain);
      expect(await inbox.unreadAgain('alice', again.slice(AGAIN_SIGN.length))).toEqual(unreadAgain.slice(0, 1));
      expect(await inbox.neverReadKeys('alice', '', 10)).toHaveLength(1);
      expect(await inbox.neverReadKeys('alice', three!.id, 10)).toHaveLength(0);
      expect(await history.newestUnreadAgain('alice')).toBe(`${newer}z`);
      await readMarks.changeOwn('alice', three!.id, { unread_key: undefined });
      expect(await inbox.unreadKeys('alice', '', 10, { consistent: true })).toEqual(unreadAgain);
      expect(await inbox.unreadKeys('bob', '', 10)).toEqual([]);
    });

    it('reads the newest where there are more than the limit', async () => {
      const items = await put('alice', ...Array.from({ length: 7 }, (_, at) => item(at)));
      const newest = (await ports.deps.inbox.neverReadKeys('alice', '', 5)).map(({ id }) => id);
      expect(newest).toEqual(
        items
          .map(({ id }) => id)
          .reverse()
          .slice(0, 5),
      );
      expect(await ports.deps.inbox.neverReadKeys('alice', '', 7)).toHaveLength(7);
      expect(await ports.deps.inbox.neverReadKeys('alice', '', 8)).toHaveLength(7);
    });

    it('pages through what is newer, oldest first', async () => {
      const items = await put('alice', ...Array.from({ length: 5 }, (_, at) => item(at)));
      for (const limit of [1, 2, 3, 5, 6]) {
        const found: StoredNotification[] = [];
        for (let after: string | undefined = items[0]!.id; after !== undefined; ) {
          const page = await ports.deps.inbox.newerThan('alice', after, limit);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items);
          after = page.nextAfterId;
        }
        expect(found).toEqual(items.slice(1));
      }
    });
  });

  describe('Broadcasts', () => {
    it('are found by their request, and say who sees them while they are rolled out', async () => {
      const { broadcasts } = ports.deps;
      const [one, two] = [item(1, { canary_percent: 5 }), item(2)];
      await broadcasts.put(one, FAR_TTL);
      await broadcasts.put(two, FAR_TTL);
      expect(await broadcasts.get(one.id)).toEqual(one);
      expect(await broadcasts.keysNewerThan('')).toEqual([{ id: one.id, canary_percent: 5 }, { id: two.id }]);
      await broadcasts.update(one.id, { unread_key: one.id, canary_percent: undefined });
      expect(await broadcasts.keysNewerThan('')).toEqual([{ id: one.id }, { id: two.id }]);
      expect(await broadcasts.ofRequest('r1')).toBeUndefined();
      await broadcasts.nameRequest('r1', one.id, FAR_TTL);
      expect(await broadcasts.ofRequest('r1')).toBe(one.id);
    });

    it('that are recalled are neither listed nor counted, and unknown ones stay unknown', async () => {
      const { broadcasts, history } = ports.deps;
      const [one, two] = [item(1), item(2, { recalls: 'another' })];
      await broadcasts.put(one, FAR_TTL);
      await broadcasts.put({ ...two, unread_key: undefined } as never, FAR_TTL);
      await broadcasts.update(one.id, { unread_key: undefined, recalled_at: toTimestamp(ports.clock.ms) });
      await broadcasts.update('unknown', { recalled_at: toTimestamp(ports.clock.ms) });
      expect(await broadcasts.keysNewerThan('')).toEqual([]);
      expect((await history.everyones(EVERYTHING, 10)).items).toEqual([]);
      expect(await history.broadcast(one.id)).toBeUndefined();
      expect((await broadcasts.newerThan('', 10)).items.map(({ recalls }) => recalls)).toEqual(['another']);
      expect(await broadcasts.get('unknown')).toBeUndefined();
    });

    it('stores an id once, for everyone and for no user', async () => {
      const { broadcasts, inbox } = ports.deps;
      const [one, two] = [item(1, expiresIn(60)), item(2)];
      expect(await broadcasts.put(one, ttlIn(60))).toBe('created');
      expect(await broadcasts.put({ ...one, title: 'Second' }, FAR_TTL)).toEqual(one);
      expect(await broadcasts.put(two, FAR_TTL)).toBe('created');
      expect(await broadcasts.get(one.id)).toEqual(one);
      expect(await inbox.get('alice', one.id)).toBeUndefined();
      const keys = await broadcasts.keysNewerThan('');
      expect(keys.map(({ id, expires_at }) => [id, expires_at])).toEqual([
        [one.id, one.expires_at],
        [two.id, undefined],
      ]);
      expect((await broadcasts.keysNewerThan(one.id)).map(({ id }) => id)).toEqual([two.id]);
      expect((await broadcasts.newerThan(one.id, 5)).items).toEqual([two]);
      ports.clock.ms += 61_000;
      expect((await broadcasts.keysNewerThan('')).map(({ id }) => id)).toEqual([two.id]);
      expect(await broadcasts.get(one.id)).toBeUndefined();
    });
  });

  describe('History', () => {
    it('walks own and everyone’s newest first between two ids, and says where more may follow', async () => {
      const { history, broadcasts } = ports.deps;
      const items = await put('alice', ...Array.from({ length: 6 }, (_, at) => item(at)));
      for (const one of items) await broadcasts.put(one, FAR_TTL);
      const newestFirst = items.toReversed();
      const walks = {
        own: (range: typeof EVERYTHING, limit: number) => history.own('alice', range, limit),
        everyones: (range: typeof EVERYTHING, limit: number) => history.everyones(range, limit),
      };
      for (const walk of Object.values(walks)) {
        for (const limit of [1, 4, 6, 7]) {
          const found: StoredNotification[] = [];
          for (let before: string | undefined = OPEN_END; before !== undefined; ) {
            const slice: Awaited<ReturnType<typeof walk>> = await walk({ after: '', before }, limit);
            found.push(...slice.items);
            before = slice.lookedDownTo;
          }
          expect(found).toEqual(newestFirst);
        }
        const between = { after: items[1]!.id, before: items[4]!.id };
        expect((await walk(between, 10)).items).toEqual([items[3], items[2]]);
        expect((await walk({ after: items[2]!.id, before: items[2]!.id }, 10)).items).toEqual([]);
        expect((await walk({ after: items[2]!.id, before: items[3]!.id }, 10)).items).toEqual([]);
      }
    });

    it('leaves out what has expired, and goes on below it', async () => {
      const items = await put('alice', item(1), item(2, expiresIn(1)), item(3, expiresIn(1)), item(4));
      ports.clock.ms += 1_000;
      const { history } = ports.deps;
      expect(await history.own('alice', EVERYTHING, 10)).toEqual({ items: [items[3], items[0]] });
      const second = await history.own('alice', { after: '', before: items[3]!.id }, 1);
      expect(second).toEqual({ items: [], lookedDownTo: items[2]!.id });
      expect(await history.newestOwn('alice')).toBe(items[3]!.id);
    });

    it('finds the newest id, expired ones included, and none where nothing is', async () => {
      const { history, broadcasts } = ports.deps;
      expect([await history.newestOwn('alice'), await history.newestOfEveryones()]).toEqual([undefined, undefined]);
      const [, two] = await put('alice', item(1), item(2, expiresIn(1)));
      await broadcasts.put(item(3, expiresIn(1)), FAR_TTL);
      ports.clock.ms += 2_000;
      expect(await history.newestOwn('alice')).toBe(two!.id);
      expect(await history.newestOfEveryones()).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('lists ids that were never read, page by page', async () => {
      const { history, readMarks } = ports.deps;
      const items = await put('alice', ...Array.from({ length: 5 }, (_, at) => item(at)));
      const [one, two, three, four, five] = items.map(({ id }) => id) as [string, string, string, string, string];
      await readMarks.changeOwn('alice', three, { unread_key: undefined });
      await readMarks.changeOwn('alice', four, { unread_key: unreadAgainKey(four, ports.clock.ms, []) });
      expect(await history.neverRead('alice', EVERYTHING, 10)).toEqual({ items: [five, two, one] });
      expect(await history.neverRead('alice', EVERYTHING, 2)).toEqual({ items: [five, two], lookedDownTo: two });
      expect(await history.neverRead('alice', { after: one, before: five }, 10)).toEqual({ items: [two] });
    });

    it('finds many by id, own and everyone’s, and one broadcast with its time to live', async () => {
      const { history, broadcasts } = ports.deps;
      const items = await put('alice', ...Array.from({ length: 120 }, (_, at) => item(at)), item(900, expiresIn(1)));
      const ids = items.map(({ id }) => id);
      const [broadcast, late] = [item(1_000), item(1_001, expiresIn(1))];
      await broadcasts.put(broadcast, FAR_TTL);
      await broadcasts.put(late, FAR_TTL);
      await put('bob', item(2_000));
      ports.clock.ms += 1_000;
      const found = await history.many('alice', [...ids, item(2_000).id], [broadcast.id, late.id, ids[0]!]);
      const byId = (a: StoredNotification, b: StoredNotification) => (a.id < b.id ? -1 : 1);
      expect(found.sort(byId)).toEqual([...items.slice(0, -1), broadcast]);
      expect(await history.many('alice', [], [])).toEqual([]);
      expect(await history.broadcast(broadcast.id)).toEqual({ item: broadcast, ttlSeconds: FAR_TTL });
      expect(await history.broadcast(late.id)).toBeUndefined();
      expect(await history.broadcast(ids[0]!)).toBeUndefined();
    });
  });

  describe('ReadMarks', () => {
    it('changes a row that is there, unless it is archived where that was asked', async () => {
      const { readMarks, inbox } = ports.deps;
      const [one] = await put('alice', item(1));
      const read = { unread_key: undefined, read_at: 'r', updated_at: 'u' };
      expect(await readMarks.changeOwn('alice', one!.id, read)).toBe('changed');
      const stored = await inbox.get('alice', one!.id);
      expect(stored).toMatchObject({ read_at: 'r', updated_at: 'u' });
      expect(stored).not.toHaveProperty('unread_key');
      expect(await readMarks.changeOwn('alice', one!.id, { archived_at: 'a' }, { unlessArchived: true })).toBe(
        'changed',
      );
      const again = { unread_key: '~x', read_at: undefined };
      expect(await readMarks.changeOwn('alice', one!.id, again, { unlessArchived: true })).toBe('unchanged');
      expect(await readMarks.changeOwn('alice', one!.id, { read_at: 's' })).toBe('changed');
      expect(await readMarks.changeOwn('alice', item(2).id, read)).toBe('unchanged');
      expect(await inbox.get('alice', item(2).id)).toBeUndefined();
    });

    it("makes and changes the user's own state of a broadcast", async () => {
      const { readMarks, recipients } = ports.deps;
      const { id } = item(1);
      const states = async () => (await recipients.load('alice', { consistent: true })).broadcast_states;
      expect(await readMarks.changeBroadcast('alice', id, { read_at: 'r', expires_at: 'e' }, FAR_TTL)).toBe('changed');
      expect(await states()).toEqual([{ id, read_at: 'r', expires_at: 'e' }]);
      const again = { unread_key: '~k', read_at: undefined };
      expect(await readMarks.changeBroadcast('alice', id, again, FAR_TTL, { unlessArchived: true })).toBe('changed');
      expect(await states()).toEqual([{ id, unread_key: '~k', expires_at: 'e' }]);
      await readMarks.changeBroadcast('alice', id, { archived_at: 'a', unread_key: undefined }, FAR_TTL);
      expect(await readMarks.changeBroadcast('alice', id, again, FAR_TTL, { unlessArchived: true })).toBe('unchanged');
      expect(await states()).toEqual([{ id, archived_at: 'a', expires_at: 'e' }]);
    });
  });

  describe('ReadMarks of what is snoozed', () => {
    it('changes a row only while it is snoozed until that time, and keeps it as long as it is asked to', async () => {
      const { readMarks, inbox } = ports.deps;
      const [one] = await put('alice', item(1));
      const until = '2026-11-22T08:00:00.000Z';
      const nowSeconds = Math.floor(ports.clock.ms / 1000);
      const snoozed = { unread_key: undefined, snoozed_until: until };
      const keep = { unlessArchived: true, ttlSeconds: nowSeconds + 100 };
      expect(await readMarks.changeOwn('alice', one!.id, snoozed, keep)).toBe('changed');
      const isFree = { ifSnoozedUntil: null };
      expect(await readMarks.changeOwn('alice', one!.id, { read_at: until }, isFree)).toBe('unchanged');
      const end = { snoozed_until: undefined, snooze_ended: until };
      const wrong = { ifSnoozedUntil: '2026-11-22T09:00:00.000Z' };
      expect(await readMarks.changeOwn('alice', one!.id, end, wrong)).toBe('unchanged');
      expect(await readMarks.changeOwn('alice', one!.id, end, { ifSnoozedUntil: until })).toBe('changed');
      expect(await readMarks.changeOwn('alice', one!.id, end, { ifSnoozedUntil: until })).toBe('unchanged');
      expect(await readMarks.changeOwn('alice', one!.id, { read_at: until }, isFree)).toBe('changed');
      expect(await inbox.get('alice', one!.id)).toMatchObject({ snooze_ended: until, read_at: until });
      ports.clock.ms += 101_000;
      expect(await inbox.get('alice', one!.id)).toBeUndefined();
    });

    it('changes the state of a broadcast only while it is snoozed until that time', async () => {
      const { readMarks, recipients } = ports.deps;
      const { id } = item(2);
      const until = '2026-11-22T08:00:00.000Z';
      const end = { snoozed_until: undefined, snooze_ended: until };
      const options = { ifSnoozedUntil: until };
      expect(await readMarks.changeBroadcast('alice', id, end, FAR_TTL, options)).toBe('unchanged');
      await readMarks.changeBroadcast('alice', id, { read_at: until, snoozed_until: until }, FAR_TTL);
      expect(await readMarks.changeBroadcast('alice', id, end, FAR_TTL, options)).toBe('changed');
      const { broadcast_states: states } = await recipients.load('alice', { consistent: true });
      expect(states).toEqual([{ id, read_at: until, snooze_ended: until }]);
    });
  });

  describe('UserStates', () => {
    it('loses no change of writers that come at once', async () => {
      const { userStates } = ports.deps;
      const types = ['a', 'b', 'c', 'd', 'e'];
      await Promise.all(
        types.map((type) =>
          userStates.change('alice', ({ preferences }) => ({
            preferences: { ...preferences, muted_types: [...preferences.muted_types, type] },
          })),
        ),
      );
      const after = await userStates.change('alice', () => ({ cleared_before: 'x' }));
      expect(after.preferences.muted_types.toSorted()).toEqual(types);
      expect(await userStates.read('alice')).toMatchObject({ cleared_before: 'x', preferences: after.preferences });
    });
  });

  describe('the reader’s side as a whole', () => {
    const count = async (user: string) =>
      (await unreadCount(ports.deps, await ports.deps.recipients.load(user, { consistent: true }))).unread_count;
    const page = async (user: string, query: object = {}) =>
      (await listNotifications(ports.deps, user, notificationQuerySchema.parse(query))).notifications;

    it('lists, marks, clears and counts', async () => {
      const { arrive } = arrivals(ports.deps, ports.clock);
      for (const title of ['one', 'two', 'three', 'four']) {
        ports.clock.ms += 1_000;
        await arrive('bob', title, { title });
      }
      const notifications = await page('bob');
      expect(notifications.map(({ title }) => title)).toEqual(['four', 'three', 'two', 'one']);
      const idOf = (title: string) => notifications.find((notification) => notification.title === title)!.id;
      await changeNotification(ports.deps, 'bob', idOf('four'), 'read');
      expect(await count('bob')).toBe(3);
      expect(await markAllRead(ports.deps, 'bob', idOf('two'))).toMatchObject({ unread_count: 1 });
      await changeNotification(ports.deps, 'bob', idOf('one'), 'unread');
      expect(await count('bob')).toBe(2);
      const unread = await page('bob', { is_read: 'false' });
      expect(unread.map(({ title }) => title)).toEqual(['three', 'one']);
      expect(await clearAll(ports.deps, 'bob')).toMatchObject({ unread_count: 0 });
      expect(await page('bob')).toEqual([]);
    });

    it('keeps every mark of writers that come at once', async () => {
      const { arrive } = arrivals(ports.deps, ports.clock);
      const ids: string[] = [];
      for (let at = 0; at < 8; at++) {
        ports.clock.ms += 1_000;
        ids.push((await arrive('carol', `c${at}`)).id);
      }
      await Promise.all(ids.slice(0, 4).map((id) => markAllRead(ports.deps, 'carol', id)));
      expect(await count('carol')).toBe(4);
    });
  });

  describe('Claims', () => {
    const holder = (userId: string, afterMs = 0) => ({
      user_id: userId,
      claimed_at: toTimestamp(ports.clock.ms + afterMs),
      expires_at: toTimestamp(ports.clock.ms + afterMs + 60_000),
    });

    // One writer after the other is what the slow engine takes long for, and it has no more to say with a thousand.
    const many = kind === 'dynalite' ? 100 : 1_000;
    it(`gives one of ${many} who ask at once, and names the holder to the others`, async () => {
      const { claims } = ports.deps;
      const states = await Promise.all(
        Array.from({ length: many }, (_, at) => claims.take('c1', holder(`user-${at}`), FAR_TTL)),
      );
      expect(new Set(states.map((state) => state.holder?.user_id)).size).toBe(1);
      expect(states.filter((state) => state.version === 1)).toHaveLength(many);
      expect(await claims.states(['c1', 'never'])).toEqual(new Map([['c1', states[0]]]));
    });

    it('is free again once it is released by its holder or its time is over', async () => {
      const { claims } = ports.deps;
      expect(await claims.release('c2', 'alice')).toBeUndefined();
      expect(await claims.take('c2', holder('alice'), FAR_TTL)).toEqual({ version: 1, holder: holder('alice') });
      expect(await claims.release('c2', 'bob')).toBeUndefined();
      expect(await claims.release('c2', 'alice')).toEqual({ version: 2 });
      expect(await claims.take('c2', holder('bob'), FAR_TTL)).toMatchObject({ version: 3 });
      expect(await claims.take('c2', holder('alice', 59_999), FAR_TTL)).toEqual({ version: 3, holder: holder('bob') });
      expect(await claims.take('c2', holder('bob', 1_000), FAR_TTL)).toMatchObject({ version: 4 });
      expect(await claims.take('c2', holder('alice', 61_000), FAR_TTL)).toMatchObject({ version: 5 });
      // Asked for earlier and stored later, as two tabs may do it: nobody's time becomes shorter.
      const renewed = { version: 6, holder: holder('alice', 63_000) };
      expect(await claims.take('c2', holder('alice', 63_000), FAR_TTL)).toEqual(renewed);
      expect(await claims.take('c2', holder('alice', 62_000), FAR_TTL)).toEqual(renewed);
      expect(await claims.take('c2', holder('alice', 63_000), FAR_TTL)).toEqual(renewed);
    });

    it('is left by those who are erased at the same moment, and kept for the others', async () => {
      const { claims } = ports.deps;
      await claims.keepAudience('c4', { user_ids: ['alice', 'bob', 'carol', 'dan'], ttl_seconds: FAR_TTL });
      await claims.take('c4', holder('alice'), FAR_TTL);
      await Promise.all(['alice', 'bob', 'carol'].map((userId) => claims.leave('c4', userId)));
      expect(await claims.audience('c4')).toEqual({ user_ids: ['dan'], ttl_seconds: FAR_TTL });
      expect(await claims.states(['c4'])).toEqual(new Map([['c4', { version: 2 }]]));
    });

    it('stays with its holder when another user leaves, and is made by nobody who leaves', async () => {
      const { claims } = ports.deps;
      await claims.take('c5', holder('alice'), FAR_TTL);
      await claims.leave('c5', 'bob');
      expect(await claims.states(['c5'])).toEqual(new Map([['c5', { version: 1, holder: holder('alice') }]]));
      await claims.leave('never', 'bob');
      expect([await claims.audience('never'), await claims.states(['never'])]).toEqual([undefined, new Map()]);
    });

    it('knows who may claim', async () => {
      const { claims } = ports.deps;
      expect(await claims.audience('c3')).toBeUndefined();
      const audience = { user_ids: ['alice', 'bob'], ttl_seconds: FAR_TTL };
      for (let times = 0; times < 2; times++) await claims.keepAudience('c3', audience);
      expect(await claims.audience('c3')).toEqual(audience);
    });
  });
});
