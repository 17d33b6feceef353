// One page of a user's inbox, newest first.
import { CallerError } from '../../../protocol/error-codes.ts';
import {
  LOOKED_THROUGH_FOR_ONE_MAX,
  NOTIFICATIONS_LOOKED_THROUGH_MAX,
  PAGE_MAX_BYTES,
  PAGE_SIZE_MAX,
} from '../../../protocol/limits.ts';
import type { Notification } from '../../../protocol/notification.ts';
import type { NotificationPage, NotificationQuery } from '../../../protocol/notification-query.ts';
import { loadPresent } from '../model/introduce.ts';
import { firstKeyAt, momentKey, newestOf } from '../model/notification-id.ts';
import { toNotification } from '../model/stored-notification.ts';
import { withClaims } from './claim.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Deps } from './ports.ts';
import { type IdRange, OPEN_END } from './ports.ts';
import { loadUnread } from './unread-count.ts';
import { type Walk, walkAll, walkUnread } from './walk-inbox.ts';

type ListDeps = Pick<Deps, 'recipients' | 'inbox' | 'broadcasts' | 'history' | 'clock' | 'limits' | 'claims'>;

/** Our choice: the rows of one look at the table. A filter that matches little should not need many looks. */
const STEP_MAX = PAGE_SIZE_MAX + 1;
/** Nothing was found so far: an empty page would say that there is nothing, so it is looked for in larger steps. */
const FAR_STEP = 1_000;
const FAR_STEPS_MAX = LOOKED_THROUGH_FOR_ONE_MAX / FAR_STEP;

export async function listNotifications(
  deps: ListDeps,
  userId: string,
  query: NotificationQuery,
): Promise<NotificationPage> {
  const { pagedNotifications } = deps.limits;
  if (query.page !== undefined && query.page * query.size > pagedNotifications) {
    throw new CallerError(
      'invalid_request',
      `page × size must be at most ${pagedNotifications}; walk further with next_cursor.`,
      { field: 'page' },
    );
  }
  const sealedTo = [
    userId,
    query.type ?? null,
    query.is_read ?? null,
    query.start_date ?? null,
    query.end_date ?? null,
  ];
  const start =
    query.cursor === undefined ? { before: OPEN_END, page: query.page ?? 1 } : readCursor(query.cursor, sealedTo);
  const recipient = await loadPresent(deps, userId);
  const unread = loadUnread(deps, recipient);
  const range = idRange(query, start.before, recipient.cleared_before);
  const isShown = (item: Notification) =>
    !item.is_archived &&
    (query.type === undefined || item.notification_type === query.type) &&
    (query.is_read === undefined || item.is_read === query.is_read);
  const walk = query.is_read === false ? walkUnread(deps, recipient, unread) : walkAll(deps, recipient);
  const collected = collect(walk, range, {
    skip: query.cursor === undefined ? (start.page - 1) * query.size : 0,
    take: query.size,
    skipMax: pagedNotifications,
    isFiltered: query.type !== undefined || query.is_read === true,
    toShown: (item) => {
      const notification = toNotification(item, userId, recipient.watermarks, recipient.cleared_before);
      return isShown(notification) ? notification : undefined;
    },
  });
  const [found, { count }] = await Promise.all([collected, unread]);
  return {
    notifications: await withClaims(deps, found.notifications),
    next_cursor:
      found.before === undefined ? null : writeCursor({ before: found.before, page: start.page + 1 }, sealedTo),
    page: start.page,
    size: query.size,
    ...count,
  };
}

interface Wanted {
  skip: number;
  take: number;
  /** Rows looked at to skip the pages before. */
  skipMax: number;
  isFiltered: boolean;
  toShown(item: Parameters<typeof toNotification>[0]): Notification | undefined;
}

/**
 * `before`: where the next page begins; undefined at the end. One more than is taken is looked for, so that the end is
 * known.
 */
async function collect(
  walk: Walk,
  range: IdRange,
  wanted: Wanted,
): Promise<{ notifications: Notification[]; before?: string }> {
  const { take } = wanted;
  let { skip } = wanted;
  const mostRows = skip > 0 ? wanted.skipMax : NOTIFICATIONS_LOOKED_THROUGH_MAX;
  const notifications: Notification[] = [];
  let bytes = 0;
  let before = range.before;
  let farSteps = 0;
  for (let lookedAt = 0; ; ) {
    const isFar = lookedAt >= mostRows;
    if (isFar && (skip > 0 || notifications.length > 0 || farSteps++ === FAR_STEPS_MAX)) break;
    const needed = skip + take + 1 - notifications.length;
    const near = wanted.isFiltered ? STEP_MAX : Math.min(STEP_MAX, needed);
    const step = await walk({ ...range, before }, isFar ? FAR_STEP : near);
    for (const item of step.items) {
      const notification = wanted.toShown(item);
      if (notification !== undefined) {
        if (skip > 0) skip--;
        else {
          bytes += Buffer.byteLength(JSON.stringify(notification));
          const isFull = notifications.length === take || (bytes > PAGE_MAX_BYTES && notifications.length > 0);
          if (isFull) return { notifications, before };
          notifications.push(notification);
        }
      }
      before = item.id;
    }
    if (step.lookedDownTo === undefined) return { notifications };
    before = step.lookedDownTo;
    lookedAt += step.lookedAt;
  }
  if (skip > 0) {
    throw new CallerError('invalid_request', 'page is too far from the top; walk there with next_cursor.', {
      field: 'page',
    });
  }
  return { notifications, before };
}

/** Dates are those of the ids: when a notification appeared in the inbox, which is created_at. */
function idRange(query: NotificationQuery, before: string, clearedBefore: string): IdRange {
  const { start_date: startMs = 0, end_date: endMs } = query;
  const start = startMs <= 0 ? '' : momentKey(startMs - 1);
  const end = endMs === undefined ? OPEN_END : firstKeyAt(Math.max(0, endMs + 1));
  return { after: newestOf(start, clearedBefore), before: before < end ? before : end };
}
