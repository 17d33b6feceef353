// A client whose state a test sets, to draw the bell in states a server reaches only after minutes.
import type {
  NotificationsClient,
  NotificationsEvents,
  NotificationsState,
} from '../../../client/core/notifications-client.ts';

export type ScriptedClient = NotificationsClient & {
  set(change: Partial<NotificationsState>): void;
  emit<Name extends keyof NotificationsEvents>(name: Name, event: NotificationsEvents[Name]): void;
};

export const ONLINE: NotificationsState = {
  notifications: [],
  unreadCount: 0,
  unseenCount: 0,
  unreadCountExact: true,
  hasMore: false,
  loading: false,
  error: null,
  connection: { status: 'online', reason: null, attempt: 0, nextRetryAt: null },
};

export function scriptedClient(first: Partial<NotificationsState> = {}): ScriptedClient {
  let state: NotificationsState = { ...ONLINE, ...first };
  const listeners = new Map<string, Set<(event: any) => void>>();
  const on = (name: string, listener: (event: any) => void) => {
    listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    return () => void listeners.get(name)?.delete(listener);
  };
  const emit = (name: string, event: unknown) => {
    for (const listener of listeners.get(name) ?? []) listener(event);
  };
  const set = (change: Partial<NotificationsState>) => {
    state = { ...state, ...change };
    emit('change', state);
    if (change.connection) emit('connection', change.connection);
  };
  const setRead = async (id: string, isRead: boolean) => {
    const notifications = state.notifications.map((one) => (one.id === id ? { ...one, is_read: isRead } : one));
    set({ notifications, unreadCount: notifications.filter(({ is_read }) => !is_read).length });
    return true;
  };
  const put = (notifications: NotificationsState['notifications']) => {
    set({ notifications, unreadCount: notifications.filter(({ is_read }) => !is_read).length });
    return true;
  };
  const until = (signal: AbortSignal | undefined, undo: () => void) => signal?.addEventListener('abort', undo);
  return {
    start: () => {},
    stop: () => {},
    retryNow: () => {},
    getState: () => state,
    subscribe(listener) {
      listener(state);
      return on('change', listener);
    },
    on: on as NotificationsClient['on'],
    emit,
    set,
    markRead: (id) => setRead(id, true),
    markUnread: (id) => setRead(id, false),
    markAllSeen: async () => {
      set({ unseenCount: 0 });
      return true;
    },
    markAllRead: async () => put(state.notifications.map((one) => ({ ...one, is_read: true }))),
    async remove(id, { signal } = {}) {
      const before = state.notifications;
      until(signal, () => put(before));
      return put(before.filter((one) => one.id !== id));
    },
    snooze: async (id) => put(state.notifications.filter((one) => one.id !== id)),
    unsnooze: async () => true,
    async clear({ signal } = {}) {
      const before = state.notifications;
      until(signal, () => put(before));
      return put([]);
    },
    claim: async () => true,
    release: async () => true,
    loadMore: async () => true,
    getPreferences: async () => undefined,
    setPreferences: async () => undefined,
  };
}
