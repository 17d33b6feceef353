// Loads the list over HTTP: its newest part, again and again, and older parts on request.
import type { InboxEvent } from './inbox.ts';
import type { NotificationsError } from './notifications-client.ts';
import type { Failure, Reply, Requests } from './requests.ts';
import type { Store } from './store.ts';

/** Limit of a page (PAGE_SIZE_MAX). */
const PAGE_MAX = 100;
const OLDER_SIZE = 50;

export interface LoaderDeps {
  store: Store;
  requests: Requests;
  /** Makes the names of list requests differ between tabs. */
  tabId: string;
  /** Applies an event here and in the other tabs. */
  share(event: InboxEvent): void;
  onListed(failure: Failure | undefined): void;
}

export function createInboxLoader({ store, requests, tabId, share, onListed }: LoaderDeps) {
  let asks = 0;
  let isWanted = false;
  let isUnderWay = false;

  async function list(query: Record<string, string | number | undefined>, etag?: string): Promise<Reply> {
    // JSON leaves out what is undefined.
    const path = `/api/v2/notifications?${new URLSearchParams(JSON.parse(JSON.stringify(query)))}`;
    const reply = await requests.call('GET', path, undefined, etag);
    const isMisfit = reply.body && !reply.body.notifications;
    return isMisfit ? { failure: { code: 'network', message: 'not a list of notifications' } } : reply;
  }

  function failed(ask: string, action: NotificationsError['action'], failure: Failure): InboxEvent {
    const error = { ...failure, action };
    store.emit('error', error);
    return { type: 'failed', ask, error: action === 'load' ? error : undefined };
  }

  async function run(): Promise<void> {
    while (isWanted && !isUnderWay) {
      isWanted = false;
      isUnderWay = true;
      const { limit, etag, page } = store.inbox();
      const size = Math.min(PAGE_MAX, limit);
      const ask = `${tabId}/${++asks}`;
      share({ type: 'asked', ask });
      const { failure, ...reply } = await list({ size }, etag);
      isUnderWay = false;
      // Unchanged is the whole page too: what was lost since, here or in another tab, comes back.
      const found = reply.body ? reply : { body: page, etag };
      share(failure ? failed(ask, 'load', failure) : { type: 'listed', ask, size, page: found.body, etag: found.etag });
      onListed(failure);
    }
  }

  return {
    /** The newest part. Called twice at once it asks once; called while it is under way it asks again after that. */
    refresh(): void {
      isWanted = true;
      queueMicrotask(run);
    },
    async older(): Promise<boolean> {
      const { hasMore, items, cursor, until: filter } = store.inbox();
      const below = items.at(-1)?.id;
      if (!hasMore || below === undefined) return false;
      // Without a cursor, everything up to the last item's own millisecond, which the list has in part.
      const until = cursor ? filter : new Date(idTimeMs(below)).toISOString();
      const ask = `${tabId}/${++asks}`;
      store.apply({ type: 'asked', ask });
      const { failure, body } = await list({ size: OLDER_SIZE, end_date: until, cursor });
      // Nothing new in it, when many share one millisecond: then its cursor leads on.
      store.apply(failure ? failed(ask, 'loadMore', failure) : { type: 'older', ask, below, until, page: body });
      return !failure;
    },
  };
}

/** A UUIDv7 begins with 48 bits of Unix milliseconds. */
const idTimeMs = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
