// Puts the parts together: the store, the requests, and the socket of this tab or of the tab that leads.
import { createAcks } from './acks.ts';
import { createActions } from './actions.ts';
import type { WakeCause } from './connection-machine.ts';
import { connection } from './connection-state.ts';
import { arrivalsOf, type InboxEvent, type InboxFrame, isNew } from './inbox.ts';
import { createInboxLoader } from './inbox-loader.ts';
import type {
  Action,
  ArrivedNotification,
  Connection,
  EventFrame,
  NotificationsClient,
  NotificationsOptions,
  Preferences,
} from './notifications-client.ts';
import type { PageSignal, Platform } from './platform.ts';
import { createRequests } from './requests.ts';
import { createSeen } from './seen-ids.ts';
import { createDriver, type Frame } from './socket-driver.ts';
import { createStore } from './store.ts';
import type { createTabs, Tabs } from './tabs.ts';

const SIZE_DEFAULT = 50;
const PING_SECONDS = 540;
const POLL_SECONDS = 60;
/** Limit of one frame (TOPICS_PER_FRAME_MAX). */
const TOPICS_PER_FRAME = 40;

type Source = ArrivedNotification['source'];

/** `loadTabs`: what only browsers with Web Locks need. */
export function createClient(
  options: NotificationsOptions,
  platform: Platform,
  loadTabs: () => Promise<{ createTabs: typeof createTabs }>,
): NotificationsClient {
  const { pingSeconds = PING_SECONDS, pollSeconds = POLL_SECONDS, closeHiddenAfterSeconds } = options;
  const tabId = platform.random().toString(36).slice(2);
  const topics = new Set(options.topics);
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
  const store = createStore(platform, options.size ?? SIZE_DEFAULT, () => isLeading && loader.refresh());
  const timing = {
    pingMs: pingSeconds * 1_000,
    pollMs: pollSeconds * 1_000,
    hiddenMs: closeHiddenAfterSeconds && closeHiddenAfterSeconds * 1_000,
  };
  const driver = createDriver(platform, timing, {
    socketUrl: requests.socketUrl,
    since: () => store.inbox().since,
    onConnection,
    onFrame,
    onServe() {
      acks.note(store.inbox().items);
      acks.flush();
      subscribe(topics, true);
      presence?.tellAgain();
    },
    onRefresh: () => loader.refresh(),
  });
  const acks = createAcks(platform, driver.send);
  const presence = options.presence?.({
    platform,
    emit: store.emit,
    isLeading: () => isLeading,
    tabs: () => tabs,
    send: driver.send,
  });
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
      tabs?.post({ kind: 'event', event, source: 'socket' });
      refill();
    },
    onFailure: (failure) => isLeading && driver.dispatch({ type: 'failed', failure }),
  });

  function share(event: InboxEvent, source: Source): void {
    take(event, source);
    tabs?.post({ kind: 'event', event, source });
  }

  function take(event: InboxEvent, source: Source): void {
    const before = store.inbox();
    const found = arrivalsOf(event);
    store.apply(event);
    if (isLeading) {
      acks.note(found);
      // It was snoozed, and is in its place again: its content is in the list.
      const changed = (event as InboxFrame).changed?.notifications;
      if (changed?.some(({ id, is_archived }) => !is_archived && before.removed.includes(id))) loader.refresh();
      else if (!('ask' in event)) refill();
    }
    const alert = isLeading && (event as InboxFrame).alert !== false;
    for (const notification of found) {
      const { id, is_read: isRead } = notification;
      // A list shows what is new only where there was one before.
      const isNews = !('ask' in event) || (before.isLoaded && id > before.newest);
      if (isNews && !isRead && isNew(before, notification) && isFirst(id)) {
        store.emit('notification', { notification, alert, source });
      }
    }
  }

  /** The part that is kept is empty, the inbox is not. */
  function refill(): void {
    const { items, hasMore } = store.inbox();
    if (isLeading && !items.length && hasMore) loader.refresh();
  }

  function onConnection(next: Connection): void {
    if (!isLeading || !store.setConnection(next)) return;
    if (next.reason === 'logged_out' || next.reason === 'user_changed') {
      acks.forget();
      share({ type: 'emptied' }, 'catch_up');
    }
    tabs?.post({ kind: 'status', connection: next });
  }

  function onFrame(frame: Frame, isServing: boolean): void {
    const { type, code, message } = frame;
    // What concerns the list; of errors, not those that the connection machine answers by itself.
    if (/^(notification|unread_count|synced|acked|claim)/.test(type!)) {
      share(frame as InboxFrame, isServing ? 'socket' : 'catch_up');
      presence?.take(frame as InboxFrame);
      // Nothing was asked for: what came between the list and the socket is found in the list. So are claims.
      const { since, items } = store.inbox();
      if (type === 'synced' && (!since || items.some((item) => item.claim))) loader.refresh();
    } else if (type === 'event') {
      if (signal(frame)) tabs?.post({ kind: 'frame', frame });
    } else if (type === 'error' && isServing && !/^(logged_out|credential_expired)$/.test(code))
      store.emit('error', { action: 'connect', code, message });
  }

  /** False: it came already, over the other socket of a handover. */
  function signal(frame: Frame): boolean {
    const isNews = !frame.id || isFirst(frame.id);
    if (isNews) store.emit('event', frame as EventFrame);
    return isNews;
  }

  function subscribe(names: Iterable<string>, isAgain = false): void {
    const added = [...names].filter((topic) => isAgain || !topics.has(topic));
    for (const topic of added) topics.add(topic);
    while (added.length) driver.send({ action: 'subscribe', topics: added.splice(0, TOPICS_PER_FRAME) });
  }

  function lead(): void {
    isLeading = true;
    // Nobody answers any more what the last leader asked.
    for (const { id } of store.inbox().asks) store.apply({ type: 'failed', ask: id });
    driver.dispatch({ type: 'start', isHidden: isHidden(), isOffline: platform.isOffline() });
  }

  function follow(): void {
    isLeading = false;
    acks.forget();
    driver.dispatch({ type: 'stop' });
  }

  const isHidden = () => platform.isHidden() && !tabs?.isAnyVisible();
  const onVisibility = () => driver.dispatch(isHidden() ? { type: 'hidden' } : { type: 'wake', cause: 'visible' });

  async function join(): Promise<void> {
    const start = ++starts;
    if (options.shareTabs === false || !platform.locks) return lead();
    // If it can't be loaded, this tab is on its own.
    const [owner, loaded] = await Promise.all([requests.owner(), loadTabs().catch(() => undefined)]);
    if (start !== starts) return;
    // The user's id names the lock: tabs of two users share nothing.
    if (!owner || !loaded) return lead();
    const own = { platform, tabId, store, topics, presence };
    const parts = { ...own, lead, follow, take, signal, subscribe, wake, onVisibility };
    tabs = loaded.createTabs(parts, `carillon/1/${options.apiUrl}/${owner}`);
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
    else if (driver.isRunning()) driver.dispatch({ type: 'wake', cause });
    else if (cause === 'retry') {
      // Signed in by now, perhaps: whose tabs these are is known then.
      leave();
      void join();
    }
  }

  function onPage(page: PageSignal): void {
    if (page === 'pagehide') {
      leave();
      isSuspended = true;
    } else if (isSuspended) {
      isSuspended = page !== 'pageshow';
      if (!isSuspended) void join();
    } else if (page !== 'hidden' && page !== 'offline') wake(page === 'pageshow' ? 'focus' : page);
    else if (!isLeading) tabs?.hello();
    else if (page === 'hidden') onVisibility();
    else driver.dispatch({ type: page });
  }

  const one = (id: string) => `/api/v2/notifications/${encodeURIComponent(id)}`;
  const newestShown = () => store.getState().notifications[0]?.id;
  function markAll(kind: 'markAllRead' | 'markAllSeen', path: string) {
    const id = newestShown();
    return !id || actions.change(kind, id, ['PUT', one(path), { up_to: id }]);
  }
  async function claim(action: Action, id: string, method: string): Promise<boolean> {
    const { failure, body } = await actions.send(method, `${one(id)}/claim`);
    if (failure) actions.fail(action, failure, id);
    else share({ ...body, type: 'claim' }, 'socket');
    return !failure;
  }
  async function preferences(body?: Partial<Preferences>) {
    const { failure, body: found } = await actions.send(body ? 'PUT' : 'GET', '/api/v2/preferences', body);
    if (failure) actions.fail(body ? 'setPreferences' : 'getPreferences', failure);
    return found as Preferences | undefined;
  }

  return {
    start() {
      if (isRunning) return wake('retry');
      isRunning = true;
      isSuspended = false;
      endListening = platform.listenToPage(onPage);
      presence?.start();
      store.setConnection(connection('connecting'));
      void join();
    },
    stop() {
      if (!isRunning) return;
      isRunning = false;
      endListening();
      presence?.stop();
      leave();
      store.setConnection(connection('closed'));
    },
    retryNow() {
      if (isRunning) wake('retry');
    },
    getState: store.getState,
    subscribe: store.subscribe,
    on: store.on,
    markRead: (id) => actions.change('markRead', id, ['PUT', `${one(id)}/read`]),
    markUnread: (id) => actions.change('markUnread', id, ['PUT', `${one(id)}/unread`]),
    snooze: (id, until, delay) => actions.change('snooze', id, ['PUT', `${one(id)}/snooze`, { until }], delay),
    unsnooze: (id) => actions.change('unsnooze', id, ['DELETE', `${one(id)}/snooze`]),
    remove: (id, delay) => actions.change('remove', id, ['DELETE', one(id)], delay),
    markAllRead: async () => markAll('markAllRead', 'mark-all-read'),
    markAllSeen: async () => !store.getState().unseenCount || markAll('markAllSeen', 'mark-all-seen'),
    async clear(delay) {
      const id = newestShown();
      return !id || actions.change('clear', id, ['DELETE', `${one('clear-all')}?up_to=${id}`], delay);
    },
    async loadMore() {
      if (store.getState().loading) return false;
      store.setLoadingOlder(true);
      const isDone = await loader.older();
      store.setLoadingOlder(false);
      // The leader's next list is as long.
      tabs?.hello();
      return isDone;
    },
    claim: (id) => claim('claim', id, 'PUT'),
    release: (id) => claim('release', id, 'DELETE'),
    getPreferences: () => preferences(),
    setPreferences: preferences,
  };
}
