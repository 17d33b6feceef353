// Puts the parts together: the store, the requests, and the socket of this tab or of the tab that leads.
import { createAcks } from './acks.ts';
import { createActions } from './actions.ts';
import { type InboxEvent, type InboxFrame, isNew } from './inbox.ts';
import { createInboxLoader, PAGE_MAX } from './inbox-loader.ts';
import type {
  ArrivedNotification,
  Connection,
  EventFrame,
  NotificationsClient,
  NotificationsOptions,
  Preferences,
} from './notifications-client.ts';
import type { PageSignal, Platform } from './platform.ts';
import { createRequests } from './requests.ts';
import { createDriver, type Frame } from './socket-driver.ts';
import { createStore } from './store.ts';
import { createTabs, type Tabs, type WakeCause } from './tabs.ts';

const SIZE_DEFAULT = 50;
const PING_SECONDS = 540;
const POLL_SECONDS = 60;
/** Our choice: ids remembered, to report nothing twice. */
const SEEN_MAX = 500;
/** Limit of one frame (TOPICS_PER_FRAME_MAX). */
const TOPICS_PER_FRAME = 40;

const LIST_FRAMES = ['notification', 'unread_count', 'synced', 'acked', 'notification_removed'];
/** Errors that the connection machine answers by itself. */
const CLOSING_CODES = ['logged_out', 'credential_expired'];

export function createClient(options: NotificationsOptions, platform: Platform): NotificationsClient {
  const { pingSeconds = PING_SECONDS, pollSeconds = POLL_SECONDS, closeHiddenAfterSeconds: hiddenSeconds } = options;
  const size = Math.min(PAGE_MAX, Math.max(1, options.size ?? SIZE_DEFAULT));
  const tabId = platform.random().toString(36).slice(2);
  const topics = new Set(options.topics ?? []);
  const isFirst = createSeen();
  let isRunning = false;
  let isLeading = false;
  /** Put aside for the browser's "Back". */
  let isSuspended = false;
  /** Counts starts: what an earlier one began is ignored. */
  let starts = 0;
  let tabs: Tabs | undefined;
  let endListening = () => {};

  const requests = createRequests(platform, options);
  const store = createStore(platform, size, () => isLeading && loader.refresh());
  const driver = createDriver(
    platform,
    {
      pingMs: pingSeconds * 1_000,
      pollMs: pollSeconds * 1_000,
      hiddenMs: hiddenSeconds === undefined ? undefined : hiddenSeconds * 1_000,
    },
    {
      async ticket() {
        const reply = await requests.socketUrl();
        return 'failure' in reply ? { failure: reply.failure } : { url: reply.body };
      },
      since: () => store.inbox().since,
      onConnection,
      onFrame,
      onServe() {
        acks.note(store.inbox().items);
        acks.flush();
        subscribe([...topics]);
      },
      onRefresh: () => loader.refresh(),
    },
  );
  const acks = createAcks(platform, driver.send);
  const loader = createInboxLoader({
    store,
    requests,
    tabId,
    share: (event) => share(event, 'catch_up'),
    onListed: (failure) => driver.dispatch({ type: 'listed', failure }),
  });
  const actions = createActions({
    platform,
    store,
    requests,
    onAccepted(event) {
      tabs?.event(event, 'socket');
      refill();
    },
    onFailure: (failure) => failure.isFinal && isLeading && driver.dispatch({ type: 'listed', failure }),
  });

  function share(event: InboxEvent, source: ArrivedNotification['source']): void {
    take(event, source);
    tabs?.event(event, source);
  }

  function take(event: InboxEvent, source: ArrivedNotification['source']): void {
    const before = store.inbox();
    const arrived = arrivalsOf(event, before.isLoaded ? before.newest : undefined)
      .filter((notification) => !notification.is_read && isNew(before, notification) && isFirst(notification.id))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    store.apply(event);
    if (isLeading) acks.note(arrivalsOf(event, ''));
    if (event.type === 'frame') refill();
    const isQuiet = event.type === 'frame' && event.frame.alert === false;
    for (const notification of arrived) {
      store.emit('notification', { notification, alert: isLeading && !isQuiet, source });
    }
  }

  /** The part that is kept is empty, the inbox is not. */
  function refill(): void {
    const { items, hasMore } = store.inbox();
    if (isLeading && items.length === 0 && hasMore) loader.refresh();
  }

  function onConnection(connection: Connection): void {
    if (!isLeading) return;
    if (!store.setConnection(connection)) return;
    const { reason } = connection;
    if (reason === 'logged_out' || reason === 'user_changed') {
      acks.forget();
      share({ type: 'emptied' }, 'catch_up');
    }
    tabs?.status(connection);
  }

  function onFrame(frame: Frame, isServing: boolean): void {
    const { type, code } = frame;
    if (LIST_FRAMES.includes(type!)) {
      const isMisfit = type === 'notification' && typeof (frame as any).notification?.id !== 'string';
      if (!isMisfit) share({ type: 'frame', frame: frame as unknown as InboxFrame }, isServing ? 'socket' : 'catch_up');
      // Nothing was asked for: what came between the list and the socket is found in the list.
      if (type === 'synced' && store.inbox().since === '') loader.refresh();
    } else if (type === 'event') {
      if (signal(frame)) tabs?.frame(frame);
    } else if (type === 'error' && isServing && !CLOSING_CODES.includes(String(code))) {
      store.emit('error', { action: 'connect', code: String(code), message: String(frame.message) });
    }
  }

  /** False: it came already, over the other socket of a handover. */
  function signal(frame: Frame): boolean {
    if (typeof frame.id === 'string' && !isFirst(frame.id)) return false;
    store.emit('event', frame as unknown as EventFrame);
    return true;
  }

  function subscribe(names: string[]): void {
    for (let from = 0; from < names.length; from += TOPICS_PER_FRAME) {
      driver.send({ action: 'subscribe', topics: names.slice(from, from + TOPICS_PER_FRAME) });
    }
  }

  function lead(): void {
    isLeading = true;
    // Nobody answers any more what the last leader asked.
    for (const { id } of store.inbox().asks) take({ type: 'failed', ask: id }, 'catch_up');
    driver.dispatch({ type: 'start', isHidden: isHidden(), isOffline: platform.isOffline() });
  }

  function follow(): void {
    isLeading = false;
    acks.forget();
    driver.dispatch({ type: 'stop' });
  }

  const isHidden = () => platform.isHidden() && !tabs?.isAnyVisible();

  async function join(): Promise<void> {
    const start = ++starts;
    const { userId, getToken, shareTabs = true } = options;
    const canShare = shareTabs && platform.locks !== undefined && platform.openChannel !== undefined;
    // The user's id names the lock: tabs of two users share nothing.
    if (canShare && userId === undefined && getToken) {
      try {
        await requests.authorization(false);
      } catch {
        // The ticket request will ask again, and report it.
      }
      if (start !== starts) return;
    }
    const owner = requests.subject();
    if (!canShare || owner === undefined) return lead();
    tabs = createTabs({
      platform,
      name: `carillon/1/${options.apiUrl}/${owner}`,
      tabId,
      topics: [...topics],
      isVisible: () => !platform.isHidden(),
      onLead: lead,
      onFollow: follow,
      snapshot: () => ({ inbox: store.inbox(), connection: store.getState().connection }),
      onSnapshot: store.adopt,
      onConnection: store.setConnection,
      onEvent: take,
      onFrame: signal,
      onHello({ topics: others, limit, cause }) {
        if (limit > store.inbox().limit) store.adopt({ ...store.inbox(), limit });
        const added = others.filter((topic) => !topics.has(topic));
        for (const topic of added) topics.add(topic);
        subscribe(added);
        if (cause) wake(cause);
      },
      onVisibility: () => driver.dispatch(isHidden() ? { type: 'hidden' } : { type: 'wake', cause: 'visible' }),
    });
  }

  function leave(): void {
    starts++;
    actions.flush();
    tabs?.leave();
    tabs = undefined;
    follow();
  }

  function wake(cause: WakeCause): void {
    if (!isLeading) tabs?.hello(cause);
    else if (driver.mode() === 'running') driver.dispatch({ type: 'wake', cause });
    else if (cause !== 'retry') return;
    else if (tabs) lead();
    else {
      // Signed out at the start, nobody's tab was shared; signed in, it may be.
      isLeading = false;
      void join();
    }
  }

  function onPage(page: PageSignal): void {
    if (page === 'pagehide') {
      leave();
      isSuspended = true;
    } else if (isSuspended) {
      if (page !== 'pageshow') return;
      isSuspended = false;
      void join();
    } else if (page === 'hidden') {
      if (!isLeading) tabs?.hello();
      else if (isHidden()) driver.dispatch({ type: 'hidden' });
    } else if (page === 'offline') driver.dispatch({ type: 'offline' });
    else wake(page === 'pageshow' ? 'focus' : page);
  }

  const one = (id: string) => `/api/v2/notifications/${encodeURIComponent(id)}`;
  const newestShown = () => store.getState().notifications[0]?.id;
  async function preferences(action: 'getPreferences' | 'setPreferences', body?: Partial<Preferences>) {
    const reply = await actions.send(body ? 'PUT' : 'GET', '/api/v2/preferences', body);
    if ('body' in reply) return reply.body as Preferences;
    actions.fail(action, reply.failure);
    return undefined;
  }

  return {
    start() {
      if (isRunning) return wake('retry');
      isRunning = true;
      isSuspended = false;
      endListening = platform.listenToPage(onPage);
      store.setConnection({ status: 'connecting', reason: null, attempt: 0, nextRetryAt: null });
      void join();
    },
    stop() {
      if (!isRunning) return;
      isRunning = false;
      endListening();
      leave();
      store.setConnection({ status: 'closed', reason: null, attempt: 0, nextRetryAt: null });
    },
    retryNow() {
      if (isRunning) wake('retry');
    },
    getState: store.getState,
    subscribe: store.subscribe,
    on: store.on,
    markRead: (id) => actions.change({ action: 'markRead', kind: 'read', id, method: 'PUT', path: `${one(id)}/read` }),
    markUnread: (id) =>
      actions.change({ action: 'markUnread', kind: 'unread', id, method: 'PUT', path: `${one(id)}/unread` }),
    remove: (id, delay) =>
      actions.change({ action: 'remove', kind: 'remove', id, method: 'DELETE', path: one(id), options: delay }),
    async markAllRead() {
      const id = newestShown();
      if (id === undefined) return true;
      const path = '/api/v2/notifications/mark-all-read';
      return actions.change({ action: 'markAllRead', kind: 'readAll', id, method: 'PUT', path, body: { up_to: id } });
    },
    async clear(delay) {
      const id = newestShown();
      if (id === undefined) return true;
      const path = `/api/v2/notifications/clear-all?up_to=${id}`;
      return actions.change({ action: 'clear', kind: 'clear', id, method: 'DELETE', path, options: delay });
    },
    async loadMore() {
      if (store.getState().loading) return false;
      store.setLoadingOlder(true);
      try {
        return await loader.older();
      } finally {
        // The leader's next list is as long.
        tabs?.hello();
        store.setLoadingOlder(false);
      }
    },
    getPreferences: () => preferences('getPreferences'),
    setPreferences: (change) => preferences('setPreferences', change),
  };
}

/** True once for each of the last ids. */
function createSeen(): (id: string) => boolean {
  const ids = new Set<string>();
  return (id) => {
    if (ids.has(id)) return false;
    ids.add(id);
    // A set keeps its order: the first is the oldest.
    if (ids.size > SEEN_MAX) for (const oldest of ids) return ids.delete(oldest);
    return true;
  };
}

/** The notifications an event brings; of a list, those newer than `newest`, and none when there was no list before. */
function arrivalsOf(event: InboxEvent, newest: string | undefined) {
  if (event.type === 'frame') return event.frame.notification ? [event.frame.notification] : [];
  if (event.type !== 'listed' || newest === undefined) return [];
  return event.page.notifications.filter(({ id }) => id > newest);
}
