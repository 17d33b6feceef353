// The snapshot and those who listen to it: what the server confirmed, with the actions under way laid over it.
import { connection as connectionAs } from './connection-state.ts';
import { emptyInbox, type Inbox, type InboxEvent, reduce } from './inbox.ts';
import type { Connection, NotificationsEvents, NotificationsState } from './notifications-client.ts';
import { nextExpiry, type PendingAction, viewOf } from './pending-actions.ts';
import type { Platform } from './platform.ts';

export type Store = ReturnType<typeof createStore>;

/** Our choice: in a burst, listeners are called at most this often, so that a page keeps answering its user. */
const BURST_MS = 50;
/** Our choice: timers further ahead than this are set again, because browsers cut them at 24 days. */
const EXPIRY_CHECK_MAX_MS = 60 * 60_000;

/** `onExpired`: a notification of the list came to its end. */
export function createStore(platform: Platform, limit: number, onExpired: () => void) {
  let inbox = emptyInbox(limit);
  let connection = connectionAs('idle');
  let isLoadingOlder = false;
  let cancelExpiry = () => {};
  let cancelPublish: (() => void) | undefined;
  let publishedAt = 0;
  let state = {} as NotificationsState;
  const pending = new Set<PendingAction>();
  // A listener that throws stops no other: the browser reports it like any uncaught error.
  const events = new EventTarget();

  /** The same object as before when nothing shows. */
  function refreshState(): boolean {
    const old = state.notifications;
    const { notifications, unreadCount, unseenCount } = viewOf(inbox, pending, new Date(platform.now()).toISOString());
    const isSameList = notifications.length === old?.length && notifications.every((item, at) => item === old[at]);
    const next: NotificationsState = {
      notifications: isSameList ? old : notifications,
      unreadCount,
      unseenCount,
      unreadCountExact: inbox.isExact,
      hasMore: inbox.hasMore,
      loading: isLoadingOlder || (!inbox.isLoaded && inbox.asks.length > 0),
      error: inbox.error,
      connection,
    };
    if (isSame(next, state)) return false;
    state = next;
    return true;
  }

  function emit<Name extends keyof NotificationsEvents>(name: Name, detail: NotificationsEvents[Name]): void {
    events.dispatchEvent(new CustomEvent(name, { detail }));
  }

  function on<Name extends keyof NotificationsEvents>(
    name: Name,
    listener: (event: NotificationsEvents[Name]) => void,
  ) {
    const listening = new AbortController();
    const own = (event: Event) => listener((event as CustomEvent).detail);
    events.addEventListener(name, own, { signal: listening.signal });
    return () => listening.abort();
  }

  function publish(): void {
    cancelPublish?.();
    cancelPublish = undefined;
    publishedAt = platform.now();
    emit('change', state);
  }

  function changed(isUrgent = true): void {
    if (!refreshState()) return;
    watchExpiry();
    const waitMs = publishedAt + BURST_MS - platform.now();
    if (isUrgent || waitMs <= 0) publish();
    else cancelPublish ??= platform.setTimer(publish, Math.min(BURST_MS, waitMs));
  }

  function watchExpiry(): void {
    cancelExpiry();
    // What expires may be counted without being in the list.
    const inMs = nextExpiry([...state.notifications, { expires_at: inbox.expiresAt }], platform.now()) + 1;
    if (connection.status === 'closed' || !Number.isFinite(inMs)) return;
    cancelExpiry = platform.setTimer(
      () => {
        changed();
        if (inMs > EXPIRY_CHECK_MAX_MS) watchExpiry();
        else onExpired();
      },
      Math.min(EXPIRY_CHECK_MAX_MS, inMs),
    );
  }

  refreshState();
  return {
    on,
    emit,
    getState: () => state,
    subscribe(listener: (state: NotificationsState) => void) {
      listener(state);
      return on('change', listener);
    },
    inbox: () => inbox,
    /** `isUrgent`: a person waits for it. */
    apply(event: InboxEvent, isUrgent = false): void {
      inbox = reduce(inbox, event);
      changed(isUrgent);
    },
    /** The list of another tab, unchanged. */
    adopt(other: Inbox): void {
      inbox = other;
      changed();
    },
    begin(action: PendingAction): void {
      pending.add(action);
      changed();
    },
    /** With `event` the server accepted it; without, it is rolled back. */
    end(action: PendingAction, event?: InboxEvent): void {
      pending.delete(action);
      if (event) inbox = reduce(inbox, event);
      changed();
    },
    setLoadingOlder(value: boolean): void {
      isLoadingOlder = value;
      changed();
    },
    /** False: it is so already. */
    setConnection(next: Connection): boolean {
      if (isSame(next, connection)) return false;
      connection = next;
      changed();
      emit('connection', next);
      return true;
    },
  };
}

const isSame = <T extends object>(a: T, b: T): boolean =>
  Object.entries(a).every(([key, value]) => b[key as keyof T] === value);
