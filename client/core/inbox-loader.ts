// Loads the list over HTTP: its newest part, again and again, and older parts on request.
import { errorOf } from './actions.ts';
import type { InboxEvent } from './inbox.ts';
import type { NotificationsError } from './notifications-client.ts';
import type { Reply, RequestFailure, Requests } from './requests.ts';
import type { Store } from './store.ts';

/** Limit of a page (PAGE_SIZE_MAX). */
export const PAGE_MAX = 100;
const OLDER_SIZE = 50;
/** Our choice: a page may hold only what is known already, when many came within one millisecond. */
const OLDER_PAGES_MAX = 5;

export interface LoaderDeps {
  store: Store;
  requests: Requests;
  /** Makes the names of list requests differ between tabs. */
  tabId: string;
  /** Applies an event here and in the other tabs. */
  share(event: InboxEvent): void;
  onListed(failure?: RequestFailure): void;
}

export function createInboxLoader({ store, requests, tabId, share, onListed }: LoaderDeps) {
  let asks = 0;
  let isWanted = false;
  let isUnderWay = false;

  const list = async (query: string, etag?: string): Promise<Reply> => {
    const reply = await requests.call('GET', `/api/v2/notifications?${query}`, { etag });
    if ('failure' in reply || reply.isUnchanged || Array.isArray(reply.body?.notifications)) return reply;
    const message = 'The reply is no list of notifications.';
    return { failure: { code: 'invalid_reply', message, reason: 'server_unavailable' } };
  };

  const failed = (ask: string, action: NotificationsError['action'], failure: RequestFailure): InboxEvent => {
    const error = errorOf(action, failure);
    store.emit('error', error);
    return { type: 'failed', ask, ...(action === 'load' && { error }) };
  };

  async function run(): Promise<void> {
    while (isWanted && !isUnderWay) {
      isWanted = false;
      isUnderWay = true;
      const { limit, etag, page } = store.inbox();
      const size = Math.min(PAGE_MAX, limit);
      const ask = `${tabId}/${++asks}`;
      share({ type: 'asked', ask });
      const reply = await list(`size=${size}`, etag);
      isUnderWay = false;
      if ('failure' in reply) share(failed(ask, 'load', reply.failure));
      // Unchanged is the whole page too: what was lost since, here or in another tab, comes back.
      else if (reply.isUnchanged) share({ type: 'listed', ask, size, page: page!, etag });
      else share({ type: 'listed', ask, size, page: reply.body, etag: reply.etag });
      onListed('failure' in reply ? reply.failure : undefined);
    }
  }

  return {
    /** The newest part. Called twice at once it asks once; called while it is under way it asks again after that. */
    refresh(): void {
      isWanted = true;
      queueMicrotask(run);
    },
    async older(): Promise<boolean> {
      const { hasMore, items, cursor: start, until: filter } = store.inbox();
      const below = items.at(-1)?.id;
      if (!hasMore || below === undefined) return false;
      // Without a cursor, everything up to the last item's own millisecond, which the list has in part.
      const until = start === undefined ? new Date(idTimeMs(below)).toISOString() : filter;
      const ask = `${tabId}/${++asks}`;
      store.apply({ type: 'asked', ask });
      let cursor = start;
      for (let pages = 1; ; pages++) {
        const query = new URLSearchParams({
          size: String(OLDER_SIZE),
          ...(until !== undefined && { end_date: until }),
          ...(cursor !== undefined && { cursor }),
        });
        const reply = await list(String(query));
        if ('failure' in reply) {
          store.apply(failed(ask, 'loadMore', reply.failure), true);
          return false;
        }
        const { notifications, next_cursor: next } = reply.body;
        const isNews = notifications.some(({ id }: { id: string }) => id < below);
        if (isNews || next === null || pages === OLDER_PAGES_MAX) {
          store.apply({ type: 'older', ask, below, until, page: reply.body }, true);
          return true;
        }
        cursor = next;
      }
    },
  };
}

/** A UUIDv7 begins with 48 bits of Unix milliseconds. */
const idTimeMs = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
