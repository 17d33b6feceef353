// The snapshot and those who listen to it: what the server confirmed, with the actions under way laid over it.
import { emptyInbox, type Inbox, type InboxEvent, reduce } from './inbox.ts';
import type { Connection, NotificationsEvents, NotificationsState } from './notifications-client.ts';
import { nextExpiry, type PendingAction, viewOf } from './pending-actions.ts';
import type { Platform } from './platform.ts';

export type Store = ReturnType<typeof createStore>;

/** Our choice: in a burst, listeners are called at most this often, so that a page keeps answering its user. */
const BURST_MS = 50;
/** Our choice: timers further ahead than this are set again, because browsers cut them at 24 days. */
const EXPIRY_CHECK_MAX_MS = 60 * 60_000;

const IDLE: Connection = { status: 'idle', reason: null, attempt: 0, nextRetryAt: null };

/** `onExpired`: a notification of the list came to its end. */
export function createStore(platform: Platform, limit: number, onExpired: () => void) {
  let inbox = emptyInbox(limit);
  let connection = IDLE;
  let isLoadingOlder = false;
  let cancelExpiry = () => {};
  let cancelPublish: (() => void) | undefined;
  let publishedAt = 0;
  const pending = new Set<PendingAction>();
  const listeners = new Map<keyof NotificationsEvents, Set<(event: any) => void>>();
  let state: NotificationsState = {
    notifications: [],
    unreadCount: 0,
    unreadCountExact: true,
    hasMore: false,
    loading: false,
    error: null,
    connection,
  };

  /** The same object as before when nothing shows. */
  function refreshState(): boolean {
    const { notifications, unreadCount } = viewOf(inbox, [...pending], new Date(platform.now()).toISOString());
    const next: NotificationsState = {
      notifications: isSameList(state.notifications, notifications) ? state.notifications : notifications,
      unreadCount,
      unreadCountExact: inbox.isExact,
      hasMore: inbox.hasMore,
      loading: isLoadingOlder || (!inbox.isLoaded && inbox.asks.length > 0),
      error: inbox.error,
      connection,
    };
    const isChanged = (Object.keys(next) as (keyof NotificationsState)[]).some((key) => next[key] !== state[key]);
    if (isChanged) state = next;
    return isChanged;
  }

  function emit<Name extends keyof NotificationsEvents>(name: Name, event: NotificationsEvents[Name]): void {
    for (const listener of [...(listeners.get(name) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        // A page's listener must not stop ours: the browser reports it like any uncaught error.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  function publish(): void {
    cancelPublish?.();
    cancelPublish = undefined;
    publishedAt = platform.now();
    emit('change', state);
  }

  function changed(isUrgent: boolean): void {
    watchExpiry();
    if (!refreshState()) return;
    const waitMs = publishedAt + BURST_MS - platform.now();
    if (isUrgent || waitMs <= 0 || waitMs > BURST_MS) publish();
    else cancelPublish ??= platform.setTimer(publish, waitMs);
  }

  function watchExpiry(): void {
    cancelExpiry();
    const at = nextExpiry(state.notifications);
    if (at === undefined || connection.status === 'closed') return;
    const waitMs = Math.min(EXPIRY_CHECK_MAX_MS, Math.max(0, at - platform.now()) + 1);
    cancelExpiry = platform.setTimer(() => {
      const isOver = platform.now() >= at;
      changed(true);
      if (isOver) onExpired();
    }, waitMs);
  }

  const on = <Name extends keyof NotificationsEvents>(
    name: Name,
    listener: (event: NotificationsEvents[Name]) => void,
  ) => {
    // A wrapper of its own, so that one function may listen twice.
    const own = (event: NotificationsEvents[Name]) => listener(event);
    listeners.set(name, (listeners.get(name) ?? new Set()).add(own));
    return () => {
      listeners.get(name)?.delete(own);
    };
  };

  return {
    on,
    emit,
    getState: () => state,
    subscribe(listener: (state: NotificationsState) => void) {
      listener(state);
      return on('change', listener);
    },
    inbox: () => inbox,
    apply(event: InboxEvent, isUrgent = false): void {
      inbox = reduce(inbox, event);
      changed(isUrgent);
    },
    /** The list of another tab, as it stands. */
    adopt(other: Inbox): void {
      inbox = other;
      changed(true);
    },
    begin(action: PendingAction): void {
      pending.add(action);
      changed(true);
    },
    /** With `event` the server accepted it; without, it is rolled back. */
    end(action: PendingAction, event?: InboxEvent): void {
      pending.delete(action);
      if (event) inbox = reduce(inbox, event);
      changed(true);
    },
    setLoadingOlder(value: boolean): void {
      isLoadingOlder = value;
      changed(true);
    },
    /** False: it is so already. */
    setConnection(next: Connection): boolean {
      const isSame = (Object.keys(next) as (keyof Connection)[]).every((key) => next[key] === connection[key]);
      if (isSame) return false;
      connection = next;
      changed(true);
      emit('connection', connection);
      return true;
    },
  };
}

/** Equal items in equal places; two that differ in content are different objects. */
function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
