import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notification } from '../../../client/core/notifications-client.ts';
import { relativeTime } from '../../../client/element/relative-time.ts';
import { rowList } from '../../../client/element/rows.ts';
import { TOAST_MS, toastQueue } from '../../../client/element/toast-queue.ts';
import { colorOf, lookOf } from '../../../client/element/type-looks.ts';

const notification = (id: string, fields: Partial<Notification> = {}) =>
  ({ id, is_read: false, priority: 'normal', title: id, ...fields }) as Notification;

describe('relative time', () => {
  const now = Date.parse('2026-11-21T14:00:00Z');
  const ago = (seconds: number, lang = 'en') =>
    relativeTime(new Date(now - seconds * 1_000).toISOString(), now, lang).short;

  it.each([
    [0, 'now'],
    [59, 'now'],
    [60, '1m ago'],
    [3_599, '59m ago'],
    [3_600, '1h ago'],
    [13 * 3_600, '13h ago'],
    [15 * 3_600, 'yesterday'],
    [3 * 86_400, 'Nov 18'],
    [400 * 86_400, 'Oct 17, 2025'],
  ])('of %i s is %s', (seconds, words) => {
    expect(ago(seconds)).toBe(words);
  });

  it('is never in the future, because clocks differ', () => {
    expect(ago(-30)).toBe('now');
  });

  it('is empty for a time that is none', () => {
    expect(relativeTime('never', now, 'en')).toEqual({ short: '', full: '' });
  });

  it('speaks the language', () => {
    expect(ago(300, 'de')).toBe('vor 5 m');
    expect(ago(86_400, 'fr')).toBe('hier');
  });

  it('is English where the page’s language is none', () => {
    for (const lang of ['en_US', '!', '', 'xx']) expect(ago(300, lang)).toBe('5m ago');
  });
});

describe('the look of a type', () => {
  it.each([
    ['trade.created', 'check', 'green'],
    ['trade.updated', 'info', 'blue'],
    ['trade.deleted', 'bin', 'grey'],
    ['journal.created', 'check', 'green'],
    ['journal.updated', 'info', 'blue'],
    ['csv.import', 'folder', 'purple'],
    ['error', 'cross', 'red'],
    ['info', 'info', 'blue'],
    ['success', 'check', 'green'],
    ['group.invitation.received', 'people', 'blue'],
    ['group_user_added', 'people', 'blue'],
    ['unheard.of', 'info', 'blue'],
    ['constructor', 'info', 'blue'],
    ['', 'info', 'blue'],
  ])('%s is %s, %s', (type, icon, color) => {
    expect(lookOf(type)).toEqual({ icon, color });
  });

  it('is the page’s own where it has one, for a whole family too', () => {
    const own = { trade: { icon: 'M0 0h16', color: '#123456' }, error: { icon: 'alert', color: 'amber' } };
    expect(lookOf('trade.settled', own)).toBe(own.trade);
    expect(lookOf('error', own)).toBe(own.error);
    expect(lookOf('trade.created', own)).toEqual({ icon: 'check', color: 'green' });
    expect(colorOf(own.trade)).toBe('#123456');
    expect(colorOf(own.error)).toBe('var(--_amber)');
  });
});

describe('toasts', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const ids = (queue: ReturnType<typeof toastQueue>) => queue.shown.map(({ id }) => id);

  it('are three at most, newest first, and leave after six seconds each', () => {
    const queue = toastQueue(() => {});
    queue.add(notification('a'));
    vi.advanceTimersByTime(2_000);
    for (const id of ['b', 'c', 'd', 'e']) queue.add(notification(id));
    expect([ids(queue), queue.more]).toEqual([['c', 'b', 'a'], 2]);
    vi.advanceTimersByTime(TOAST_MS - 2_000);
    expect(ids(queue)).toEqual(['c', 'b']);
    vi.advanceTimersByTime(2_000);
    expect([ids(queue), queue.more]).toEqual([[], 0]);
  });

  it('stay while paused, and for the rest of their time afterwards', () => {
    const queue = toastQueue(() => {});
    queue.add(notification('a'));
    vi.advanceTimersByTime(5_000);
    queue.pause(true);
    vi.advanceTimersByTime(60_000);
    queue.pause(false);
    vi.advanceTimersByTime(900);
    expect(ids(queue)).toEqual(['a']);
    vi.advanceTimersByTime(200);
    expect(ids(queue)).toEqual([]);
  });

  it('stay for good when critical, before the others, and the next one follows the dismissed one', () => {
    const queue = toastQueue(() => {});
    queue.add(notification('a'));
    for (const id of ['w', 'x', 'y', 'z']) queue.add(notification(id, { priority: 'critical' }));
    expect(ids(queue)).toEqual(['z', 'y', 'x']);
    vi.advanceTimersByTime(TOAST_MS * 10);
    queue.dismiss('y');
    expect([ids(queue), queue.more]).toEqual([['z', 'x', 'w'], 0]);
  });
});

describe('rows', () => {
  const ids = ({ rows }: ReturnType<ReturnType<typeof rowList>['rows']>) =>
    rows.map((row) => (row.isGone ? `(${row.notification.id})` : row.notification.id));

  it('keep the place of what was just removed', () => {
    const list = rowList();
    expect(ids(list.rows([notification('3'), notification('1')], [notification('2')]))).toEqual(['3', '(2)', '1']);
  });

  it('stay where they are while held: what is new waits, what goes leaves its place', () => {
    const list = rowList();
    list.rows([notification('3'), notification('2')], []);
    list.hold(true);
    const held = list.rows([notification('4'), notification('3'), notification('1')], []);
    expect([ids(held), held.above]).toEqual([['3', '(2)', '1'], 1]);
    list.release();
    expect(ids(list.rows([notification('4'), notification('3'), notification('1')], []))).toEqual(['4', '3', '1']);
  });

  it('stay in "Unread" after they are read, until it is shown again', () => {
    const list = rowList();
    list.show('unread');
    list.rows([notification('2'), notification('1')], []);
    const read = [notification('2', { is_read: true }), notification('1')];
    expect(ids(list.rows(read, []))).toEqual(['2', '1']);
    list.show('unread');
    expect(ids(list.rows(read, []))).toEqual(['1']);
  });
});
