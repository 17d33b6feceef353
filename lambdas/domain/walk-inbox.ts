// Step by step through an inbox, newest first: the user's own and everyone's merged by id, each step one look at the table.
import { asSeenBy } from './broadcast-view.ts';
import type { Deps } from './deps.ts';
import { newestOf } from './notification-id.ts';
import type { IdRange, Slice } from './reader-deps.ts';
import type { Recipient } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';
import { isUnread, unreadFloor } from './watermark.ts';

/** `items` as this user has them; `lookedAt`: how many rows the step took, shown or not. */
export interface Step extends Slice<StoredNotification> {
  lookedAt: number;
}
export type Walk = (range: IdRange, limit: number) => Promise<Step>;

type WalkDeps = Pick<Deps, 'history'>;

/** Everything, archived ones too. */
export function walkAll({ history }: WalkDeps, recipient: Recipient): Walk {
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  return async (range, limit) => {
    const own = await history.own(recipient.user_id, range, limit);
    // Only broadcasts newer than the last own one: older ones belong to a later step.
    const everyones = await history.everyones({ ...range, after: own.lookedDownTo ?? range.after }, limit);
    const lookedDownTo = everyones.lookedDownTo ?? own.lookedDownTo;
    const items = [...own.items, ...everyones.items.map((item) => asSeenBy(item, states.get(item.id)))];
    return {
      items: newestFirst(items).filter((item) => lookedDownTo === undefined || item.id >= lookedDownTo),
      lookedAt: limit,
      ...(lookedDownTo !== undefined && { lookedDownTo }),
    };
  };
}

/** Only what is unread, by the index: what was read in between costs nothing. `broadcastIds`: the unread broadcasts. */
export function walkUnread({ history }: WalkDeps, recipient: Recipient, broadcastIds: readonly string[]): Walk {
  const { user_id: userId, watermarks } = recipient;
  const floor = unreadFloor(watermarks);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  let again: Promise<string[]> | undefined;
  const unreadAgain = async () => {
    const keys = await history.unreadAgain(userId, floor);
    return keys.filter((key) => isUnread(key.id, key.unread_key, watermarks)).map((key) => key.id);
  };
  return async (range, limit) => {
    again ??= unreadAgain();
    const [neverRead, markedAgain] = await Promise.all([
      history.neverRead(userId, { ...range, after: newestOf(floor, range.after) }, limit),
      again,
    ]);
    const inStep = (id: string) => id < range.before && id > range.after && id >= (neverRead.lookedDownTo ?? '');
    const broadcasts = new Set(broadcastIds.filter(inStep));
    const ids = [...neverRead.items, ...markedAgain.filter(inStep), ...broadcasts].sort().reverse();
    const taken = ids.slice(0, limit);
    const lookedDownTo = taken.length < ids.length ? taken.at(-1) : neverRead.lookedDownTo;
    const found = await history.many(
      userId,
      taken.filter((id) => !broadcasts.has(id)),
      taken.filter((id) => broadcasts.has(id)),
    );
    const items = found.map((item) => (broadcasts.has(item.id) ? asSeenBy(item, states.get(item.id)) : item));
    return { items: newestFirst(items), lookedAt: limit, ...(lookedDownTo !== undefined && { lookedDownTo }) };
  };
}

function newestFirst(items: StoredNotification[]): StoredNotification[] {
  return items.sort((a, b) => (a.id < b.id ? 1 : -1));
}
