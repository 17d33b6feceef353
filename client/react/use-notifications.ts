// React: a client's state as a hook, and a provider for pages with several components.
import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import { createNotifications } from '../core/create-notifications.ts';
import type {
  ArrivedNotification,
  Notification,
  NotificationsClient,
  NotificationsOptions,
  NotificationsState,
} from '../core/notifications-client.ts';

/** Either a client that you start yourself, or the options of one that lives as long as the component. */
export interface ClientOptions extends Partial<NotificationsOptions> {
  client?: NotificationsClient;
}
export interface UseNotificationsOptions extends ClientOptions {
  /** Called for each notification that was not seen before; not for the first list. */
  onNotification?: (notification: Notification, arrived: ArrivedNotification) => void;
}
export interface UseNotifications extends NotificationsState, Omit<NotificationsClient, 'start' | 'stop'> {
  isConnected: boolean;
}

const Context = createContext<NotificationsClient | undefined>(undefined);

/** What the server renders, and the browser until it has taken over. */
const SERVER_STATE: NotificationsState = {
  notifications: [],
  unreadCount: 0,
  unseenCount: 0,
  unreadCountExact: true,
  hasMore: false,
  loading: false,
  error: null,
  connection: { status: 'idle', reason: null, attempt: 0, nextRetryAt: null },
};

/** Components below share one client. */
export function NotificationsProvider({ children, ...options }: ClientOptions & { children?: ReactNode }) {
  return createElement(Context.Provider, { value: useClient(options) }, children);
}

/**
 * With options outside a provider it has a client of its own. Tabs and components of one user share a socket in any
 * case.
 */
export function useNotifications(options: UseNotificationsOptions = {}): UseNotifications {
  const client = useClient(options);
  const latest = useLatest(options);
  useEffect(
    () => client.on('notification', (arrived) => latest.current.onNotification?.(arrived.notification, arrived)),
    [client, latest],
  );
  const state = useSyncExternalStore(client.subscribe, client.getState, () => SERVER_STATE);
  return useMemo(() => ({ ...client, ...state, isConnected: state.connection.status === 'online' }), [client, state]);
}

function useClient(options: ClientOptions): NotificationsClient {
  const shared = useContext(Context);
  const given = options.client ?? shared;
  const latest = useLatest(options);
  const { apiUrl, userId, orgId } = options;
  // Creating one does nothing yet, so React may do it twice.
  const own = useMemo(() => {
    if (given) return undefined;
    const { getToken, getTicket, ...others } = latest.current as NotificationsOptions;
    return createNotifications({
      ...others,
      ...(getToken && { getToken: (request) => latest.current.getToken!(request) }),
      ...(getTicket && { getTicket: (request) => latest.current.getTicket!(request) }),
      apiUrl: apiUrl!,
      userId: userId!,
      ...(orgId && { orgId }),
    });
  }, [given, latest, apiUrl, userId, orgId]);
  useEffect(() => {
    own?.start();
    return own?.stop;
  }, [own]);
  return (given ?? own)!;
}

/** The options of the last render that was shown: functions written inline are new in each. */
function useLatest<T>(value: T) {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
