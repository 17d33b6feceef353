// Step by step through an inbox, newest first: the user's own and everyone's merged by id, each step one look at the
// table.
import { asSeenBy, isVisibleTo } from '../model/broadcast-view.ts';
import { newestOf } from '../model/notification-id.ts';
import type { Recipient } from '../model/recipient.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import { isUnread, unreadFloor } from '../model/watermark.ts';
import type { Deps, IdRange, Slice } from './ports.ts';

/** `items` as this user has them; `lookedAt`: how many rows the step took, shown or not. */
export interface Step extends Slice<StoredNotification> {
  lookedAt: number;
}
export type Walk = (range: IdRange, limit: number) => Promise<Step>;

type WalkDeps = Pick<Deps, 'history' | 'inbox'>;

/** Everything, archived ones too. */
export function walkAll({ history }: WalkDeps, recipient: Recipient): Walk {
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  return async (range, limit) => {
    const own = await history.own(recipient.user_id, range, limit);
    // Only broadcasts newer than the last own one: older ones belong to a later step.
    const everyones = await history.everyones({ ...range, after: own.lookedDownTo ?? range.after }, limit);
    const lookedDownTo = everyones.lookedDownTo ?? own.lookedDownTo;
    const broadcasts = everyones.items.filter((item) => isVisibleTo(recipient.user_id, item));
    const items = [...own.items, ...broadcasts.map((item) => asSeenBy(item, recipient, states.get(item.id)))];
    return {
      items: newestFirst(items).filter((item) => lookedDownTo === undefined || item.id >= lookedDownTo),
      lookedAt: limit,
      ...(lookedDownTo !== undefined && { lookedDownTo }),
    };
  };
}

/** Only what is unread, by the index: what was read in between costs nothing. `unread` knows the broadcasts. */
export function walkUnread(
  { history, inbox }: WalkDeps,
  recipient: Recipient,
  unread: Promise<{ broadcastIds: string[] }>,
): Walk {
  const { user_id: userId, watermarks } = recipient;
  const floor = unreadFloor(watermarks);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  let again: Promise<string[]> | undefined;
  const unreadAgain = async () => {
    const keys = await inbox.unreadAgain(userId, floor);
    return keys.filter((key) => isUnread(key.id, key.unread_key, watermarks)).map((key) => key.id);
  };
  /**
   * Unread ones mostly follow one another: they are read in a row, which is billed by their size, and only the others
   * one by one.
   */
  const rowsOf = async (ids: string[], broadcasts: ReadonlySet<string>, { before }: IdRange) => {
    const own = ids.filter((id) => !broadcasts.has(id));
    const after = own.at(-1)?.slice(0, -1);
    const inRow = after === undefined ? [] : (await history.own(userId, { after, before }, own.length)).items;
    const wanted = inRow.filter((item) => own.includes(item.id));
    const found = new Set(wanted.map((item) => item.id));
    const others = own.filter((id) => !found.has(id));
    const rest = await history.many(
      userId,
      others,
      ids.filter((id) => broadcasts.has(id)),
    );
    return [...wanted, ...rest];
  };
  return async (range, limit) => {
    again ??= unreadAgain();
    const [neverRead, markedAgain, { broadcastIds }] = await Promise.all([
      history.neverRead(userId, { ...range, after: newestOf(floor, range.after) }, limit),
      again,
      unread,
    ]);
    const inStep = (id: string) => id < range.before && id > range.after && id >= (neverRead.lookedDownTo ?? '');
    const broadcasts = new Set(broadcastIds.filter(inStep));
    const ids = [...neverRead.items, ...markedAgain.filter(inStep), ...broadcasts].sort().reverse();
    const taken = ids.slice(0, limit);
    const lookedDownTo = taken.length < ids.length ? taken.at(-1) : neverRead.lookedDownTo;
    const found = await rowsOf(taken, broadcasts, range);
    const items = found.map((item) =>
      broadcasts.has(item.id) ? asSeenBy(item, recipient, states.get(item.id)) : item,
    );
    return { items: newestFirst(items), lookedAt: limit, ...(lookedDownTo !== undefined && { lookedDownTo }) };
  };
}

function newestFirst(items: StoredNotification[]): StoredNotification[] {
  return items.sort((a, b) => (a.id < b.id ? 1 : -1));
}
