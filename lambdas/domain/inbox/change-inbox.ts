// Changes of the whole inbox: one write each, however many notifications there are, and one for each of the last
// seconds.
import type { InboxChange, UnreadCount } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { asSeenBy } from '../model/broadcast-view.ts';
import { SETTLING_MS } from '../model/filing.ts';
import { firstKeyAt, newestOf } from '../model/notification-id.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import { isUnread, watermarkMoment, withWatermark } from '../model/watermark.ts';
import type { ChangeDeps } from './change-notification.ts';
import { sendCount } from './count-frame.ts';
import { type Deps, type IdRange, type ItemChange, OPEN_END, type Slice, type UserState } from './ports.ts';
import { withdrawFromPhones } from './withdraw-from-phones.ts';

type InboxDeps = ChangeDeps & Pick<Deps, 'userStates'>;

/**
 * Everything up to `upTo`, or up to the newest one present: never up to now, so that what is on its way stays unread.
 */
export async function markAllRead(deps: InboxDeps, userId: string, upTo?: string): Promise<UnreadCount> {
  return changeUpTo(deps, userId, upTo, {
    frameField: 'read_up_to',
    ofState: (state, before, at) => ({ watermarks: withWatermark(state.watermarks, { before, at }) }),
    ofItem: (item, now, { watermarks }) =>
      isUnread(item.id, item.unread_key, watermarks)
        ? { unread_key: undefined, read_at: now, updated_at: now }
        : undefined,
  });
}

/**
 * Archives everything up to `upTo`, or all there is. What is cleared is read as well, so that no count looks at it
 * again.
 */
export async function clearAll(deps: InboxDeps, userId: string, upTo?: string): Promise<UnreadCount> {
  return changeUpTo(deps, userId, upTo, {
    frameField: 'cleared_up_to',
    ofState: (state, before, at) => ({
      watermarks: withWatermark(state.watermarks, { before, at }),
      cleared_before: newestOf(before, state.cleared_before),
    }),
    ofItem: (item, now) =>
      // What is snoozed still comes back, unless its snooze is taken back: then it is cleared like the rest.
      item.archived_at === undefined
        ? { unread_key: undefined, read_at: item.read_at ?? now, archived_at: now, updated_at: now }
        : undefined,
  });
}

interface Change {
  /** What the frame to the other sockets says of everything up to the mark. */
  frameField: 'read_up_to' | 'cleared_up_to';
  ofState(state: UserState, before: string, at: string): Partial<UserState>;
  /** undefined: it is so already. */
  ofItem(item: StoredNotification, now: string, state: Pick<UserState, 'watermarks'>): ItemChange | undefined;
}

async function changeUpTo(
  deps: InboxDeps,
  userId: string,
  upTo: string | undefined,
  change: Change,
): Promise<UnreadCount> {
  const [own, everyones, again] = await Promise.all([
    deps.history.newestOwn(userId),
    deps.history.newestOfEveryones(),
    deps.history.newestUnreadAgain(userId),
  ]);
  const newest = newestOf(own, everyones);
  const last = upTo !== undefined && upTo < newest ? upTo : newest;
  // A mark that reached into the last seconds would also cover what is being stored there at this moment.
  const settled = firstKeyAt(deps.clock.now() - SETTLING_MS);
  const before = last < settled ? last : settled;
  // An empty inbox stays as it is: a mark without a notification could only hide one that comes.
  if (last === '') return sendCount(deps, userId);
  await deps.userStates.change(userId, (state) =>
    change.ofState(state, before, watermarkMoment(deps.clock.now(), state.watermarks, again)),
  );
  const notifications = last > before ? await changeOneByOne(deps, userId, { after: before, last }, change) : [];
  await withdrawFromPhones(deps, userId, [{ up_to: last }]);
  const changed = {
    at: toTimestamp(deps.clock.now()),
    [change.frameField]: before,
    ...(notifications.length > 0 && { notifications: notifications.slice(0, CHANGED_MAX) }),
  };
  return sendCount(deps, userId, changed);
}

/** Our choices: more than a user gets in ten seconds; what is beyond stays as it is, and the count says so. */
const FRESH_MAX = 1_000;
const FRESH_PAGE = 100;
const CONCURRENT_WRITES = 20;
/** Of a frame, which may have 32 KB: what is beyond shows when a client loads its list again. */
const CHANGED_MAX = 200;

type Changed = NonNullable<InboxChange['notifications']>[number];

/** The user's own and the broadcasts between the two ids, `last` included. Gives what was changed. */
async function changeOneByOne(
  deps: InboxDeps,
  userId: string,
  { after, last }: { after: string; last: string },
  change: Change,
): Promise<Changed[]> {
  const changed: Changed[] = [];
  const recipient = await deps.recipients.load(userId, { consistent: true });
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  const now = toTimestamp(deps.clock.now());
  const changeOwn = async (item: StoredNotification) => {
    const itemChange = change.ofItem(item, now, recipient);
    if (!itemChange) return;
    await deps.readMarks.changeOwn(userId, item.id, itemChange, { unlessArchived: true });
    changed.push({ id: item.id, is_read: true, is_archived: itemChange.archived_at !== undefined });
  };
  const changeBroadcast = async (item: StoredNotification) => {
    const itemChange = change.ofItem(asSeenBy(item, recipient, states.get(item.id)), now, recipient);
    const broadcast = itemChange && (await deps.history.broadcast(item.id));
    if (!itemChange || !broadcast) return;
    const { updated_at: _everyones, ...state } = itemChange;
    const kept = { ...state, expires_at: item.expires_at };
    await deps.readMarks.changeBroadcast(userId, item.id, kept, broadcast.ttlSeconds, { unlessArchived: true });
    changed.push({ id: item.id, is_read: true, is_archived: itemChange.archived_at !== undefined });
  };
  const range = { after, last };
  await Promise.all([
    forEachIn(range, (part) => deps.history.own(userId, part, FRESH_PAGE), changeOwn),
    forEachIn(range, (part) => deps.history.everyones(part, FRESH_PAGE), changeBroadcast),
  ]);
  return changed;
}

async function forEachIn(
  { after, last }: { after: string; last: string },
  page: (range: IdRange) => Promise<Slice<StoredNotification>>,
  act: (item: StoredNotification) => Promise<void>,
): Promise<void> {
  let before = OPEN_END;
  for (let looked = 0; looked < FRESH_MAX; looked += FRESH_PAGE) {
    const { items, lookedDownTo } = await page({ after, before });
    const wanted = items.filter((item) => item.id <= last);
    for (let at = 0; at < wanted.length; at += CONCURRENT_WRITES) {
      await Promise.all(wanted.slice(at, at + CONCURRENT_WRITES).map(act));
    }
    if (lookedDownTo === undefined) return;
    before = lookedDownTo;
  }
}
