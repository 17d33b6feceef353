// What the server has confirmed about the list, as a pure reducer. Tabs replay the same events and so hold the same
// list.
import type { Claim } from '../../protocol/claim.ts';
import type { NotificationPage } from '../../protocol/notification-query.ts';
import type { Notification, NotificationsError } from './notifications-client.ts';

/** What another tab, another device or the server changed. */
export interface Changed {
  at?: string;
  notifications?: readonly { id: string; is_read: boolean; is_archived: boolean }[];
  read_up_to?: string;
  cleared_up_to?: string;
}
/** Fields may be missing: servers differ in age. */
export interface InboxFrame {
  type: 'notification' | 'notifications' | 'notification_removed' | 'unread_count' | 'synced' | 'acked' | 'claim';
  notification?: Notification;
  /** Oldest first. */
  notifications?: readonly Notification[];
  notification_id?: string;
  notification_ids?: readonly string[];
  unread_count?: number;
  unseen_count?: number;
  unread_count_exact?: boolean;
  next_expiry_at?: string;
  changed?: Changed;
  claim?: Claim;
  /** False: another device makes the sound, or this one later. */
  alert?: boolean;
  confirm_shown?: boolean;
}
type Counted = Pick<InboxFrame, 'unread_count' | 'unseen_count' | 'unread_count_exact' | 'next_expiry_at'>;
type Page = Pick<NotificationPage, 'notifications' | 'next_cursor'> & Counted;

/** `ask` names one list request: the frames that come while it is under way are applied to its answer again. */
export type InboxEvent =
  | InboxFrame
  | { type: 'asked'; ask: string }
  | { type: 'listed'; ask: string; size: number; page: Page; etag?: string | undefined }
  /** `below`: the last item when it was asked for. */
  | { type: 'older'; ask: string; below: string; page: Page; until?: string | undefined }
  | { type: 'failed'; ask: string; error?: NotificationsError | undefined }
  | { type: 'emptied' };

interface Ask {
  id: string;
  since: readonly InboxFrame[];
}

export interface Inbox {
  /** Newest first. */
  items: readonly Notification[];
  unread: number;
  unseen: number;
  isExact: boolean;
  /** When the count changes because something expires. */
  expiresAt?: string | undefined;
  hasMore: boolean;
  /**
   * Where older ones begin; undefined: only the last item's time is known. `until`: the filter the cursor belongs to.
   */
  cursor?: string | undefined;
  until?: string | undefined;
  limit: number;
  /** Everything up to this id was received: where `sync` begins. '' before the first notification. */
  since: string;
  /** The greatest id seen; becomes `since` at `synced`. */
  newest: string;
  /** Ids that were removed, so that a late copy of a frame doesn't bring them back. */
  removed: readonly string[];
  isLoaded: boolean;
  error: NotificationsError | null;
  /** The newest page as it was received, to be applied again when the server says that it is unchanged. */
  page?: Page | undefined;
  etag?: string | undefined;
  asks: readonly Ask[];
}

/** Our choices: bounds of what is remembered. */
const REMOVED_MAX = 500;
const FRAMES_PER_ASK_MAX = 1_000;

export const emptyInbox = (limit: number): Inbox => ({
  items: [],
  unread: 0,
  unseen: 0,
  isExact: true,
  hasMore: false,
  limit,
  since: '',
  newest: '',
  removed: [],
  isLoaded: false,
  error: null,
  asks: [],
});

export const greatest = (a: string, b: string): string => (a > b ? a : b);

export function reduce(inbox: Inbox, event: InboxEvent): Inbox {
  if (event.type === 'emptied') return { ...emptyInbox(inbox.limit), isLoaded: true };
  if (event.type === 'asked') return { ...inbox, asks: [...inbox.asks, { id: event.ask, since: [] }] };
  if (!('ask' in event)) {
    const asks = inbox.asks.map(({ id, since }) => ({ id, since: [...since, event].slice(-FRAMES_PER_ASK_MAX) }));
    return applyFrame({ ...inbox, asks }, event);
  }
  const ask = inbox.asks.find(({ id }) => id === event.ask);
  const rest = { ...inbox, asks: inbox.asks.filter((other) => other !== ask) };
  if (event.type === 'failed') return { ...rest, error: event.error ?? inbox.error };
  if (!ask) return rest;
  if (event.type === 'listed') {
    const next = ask.since.reduce(applyFrame, applyPage(rest, event));
    // A count that came meanwhile, with what was added to it, may be younger than the page's; if not, another follows.
    const isCounted = ask.since.some((frame) => frame.unread_count !== undefined);
    const { unread, unseen, isExact, expiresAt } = inbox;
    return isCounted ? { ...next, unread, unseen, isExact, expiresAt } : next;
  }
  // The list was replaced or shortened meanwhile: this page would leave a gap.
  if (inbox.items.at(-1)?.id !== event.below) return rest;
  const older = event.page.notifications.filter(({ id }) => id < event.below);
  const items = ask.since.reduce(changeAll, [...inbox.items, ...older]);
  return { ...rest, ...endOf(event), items, limit: Math.max(inbox.limit, items.length) };
}

/** Where the list ends, and what is behind. */
const endOf = ({ page, until }: { page: Page; until?: string | undefined }) => ({
  hasMore: page.next_cursor !== null,
  cursor: page.next_cursor ?? undefined,
  until,
});

function applyPage(inbox: Inbox, event: { page: Page; size: number; etag?: string | undefined }): Inbox {
  const { page, size, etag } = event;
  const items = page.notifications;
  const since = greatest(inbox.since, items[0]?.id ?? '');
  return counted(
    {
      ...inbox,
      ...endOf(event),
      items,
      limit: size,
      since,
      newest: greatest(inbox.newest, since),
      removed: inbox.removed.filter((id) => !items.some((item) => item.id === id)),
      isLoaded: true,
      error: null,
      page,
      etag,
    },
    page,
  );
}

function applyFrame(inbox: Inbox, frame: InboxFrame): Inbox {
  const { type, notification_id: recalled, changed } = frame;
  const items = changeAll(inbox.items, frame);
  const last = inbox.items.at(-1);
  const removed = inbox.items.filter(({ id }) => !items.some((item) => item.id === id)).map(({ id }) => id);
  const next = {
    ...inbox,
    items,
    removed: [...inbox.removed, ...goneBy(frame), ...removed].slice(-REMOVED_MAX),
    // Cleared down to below the last item kept, there is nothing older.
    hasMore: inbox.hasMore && !(last && last.id <= (changed?.cleared_up_to ?? '')),
    since: type === 'synced' ? greatest(inbox.since, inbox.newest) : inbox.since,
    // A recall for everyone carries no count either.
    unread:
      recalled && inbox.items.some(({ id, is_read }) => id === recalled && !is_read) ? inbox.unread - 1 : inbox.unread,
  };
  return counted(
    arrivedIn(frame).reduce<Inbox>((to, notification) => withNotification(to, frame, notification), next),
    frame,
  );
}

/** The notifications a frame brings, oldest first. */
export const arrivedIn = ({ notification, notifications = [] }: InboxFrame): Notification[] =>
  [notification, ...notifications].filter((one) => one?.id) as Notification[];

/** The same of an event, be it a frame or a list. */
export const arrivalsOf = (event: InboxEvent): readonly Notification[] =>
  event.type === 'listed' ? [...event.page.notifications].reverse() : arrivedIn(event as InboxFrame);

const goneBy = ({ notification_id: recalled, changed }: InboxFrame): string[] => [
  ...(recalled ? [recalled] : []),
  ...(changed?.notifications ?? []).filter((one) => one.is_archived).map(({ id }) => id),
];

function changeAll(items: readonly Notification[], frame: InboxFrame): readonly Notification[] {
  const {
    notification_ids: acked,
    claim,
    changed: { at, notifications, read_up_to = '', cleared_up_to = '' } = {},
  } = frame;
  const gone = goneBy(frame);
  return items
    .filter(({ id }) => !gone.includes(id) && id > cleared_up_to)
    .map((item) => {
      if (acked?.includes(item.id)) return { ...item, acknowledged: true };
      if (claim && claim.id === item.claim?.id) return { ...item, claim: laterOf(item.claim, claim) };
      const isRead =
        notifications?.find(({ id }) => id === item.id)?.is_read ?? (item.is_read || item.id <= read_up_to);
      if (isRead === item.is_read) return item;
      const updated_at = at ?? item.updated_at;
      return { ...item, is_read: isRead, read_at: isRead ? updated_at : null, updated_at };
    });
}

function withNotification(inbox: Inbox, frame: InboxFrame, notification: Notification): Inbox {
  const { id, is_read: isRead, is_archived: isArchived, updated_at: updatedAt } = notification;
  const newest = greatest(inbox.newest, id);
  const known = inbox.items.find((item) => item.id === id);
  if (known) {
    // A late copy of an older state changes nothing.
    if (updatedAt <= known.updated_at || isArchived) return inbox;
    return {
      ...inbox,
      items: inbox.items.map((item) =>
        item === known ? { ...notification, claim: laterOf(known.claim, notification.claim) } : item,
      ),
    };
  }
  if (!isNew(inbox, notification)) return { ...inbox, newest };
  // The same frame for everyone carries no count: one more, until the server says how many.
  const more = Number(frame.unread_count === undefined && !isRead);
  const items = [notification, ...inbox.items].sort((a, b) => (a.id < b.id ? 1 : -1));
  return {
    ...inbox,
    newest,
    items: items.slice(0, inbox.limit),
    unread: inbox.unread + more,
    unseen: inbox.unseen + more,
    // A cursor points behind what was just cut off.
    ...(items.length > inbox.limit && { hasMore: true, cursor: undefined, until: undefined }),
  };
}

/** A frame of a notification does not say who has claimed it. */
const laterOf = (known?: Claim, next?: Claim) => ((known?.version ?? 0) > (next?.version ?? 0) ? known : next);

/** Not seen before, and not older than what is kept. */
export function isNew(inbox: Inbox, { id, is_archived: isArchived }: Notification): boolean {
  if (isArchived || inbox.removed.includes(id)) return false;
  if (inbox.items.some((item) => item.id === id)) return false;
  return !inbox.hasMore || id > (inbox.items.at(-1)?.id ?? '');
}

function counted(
  inbox: Inbox,
  {
    unread_count: unread,
    unseen_count: unseen,
    unread_count_exact: isExact = true,
    next_expiry_at: expiresAt,
  }: Counted,
): Inbox {
  return unread === undefined ? inbox : { ...inbox, unread, unseen: unseen ?? unread, isExact, expiresAt };
}
