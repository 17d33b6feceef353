// What a user does to the list: shown at once, sent in order, and rolled back when the server refuses.
import type { InboxEvent, InboxFrame } from './inbox.ts';
import type { Action, DelayOptions, NotificationsError } from './notifications-client.ts';
import type { PendingAction } from './pending-actions.ts';
import type { Platform } from './platform.ts';
import type { Reply, RequestFailure, Requests } from './requests.ts';
import type { Store } from './store.ts';

/** Our choices: one more try, soon, for a moment without network; a user waits no longer. */
const RETRY_MS = 1_000;
const RETRY_AFTER_MAX_MS = 10_000;

export type Actions = ReturnType<typeof createActions>;
export interface ActionsDeps {
  platform: Platform;
  store: Store;
  requests: Requests;
  /** For the other tabs. */
  onAccepted(event: InboxEvent): void;
  onFailure(failure: RequestFailure): void;
}

interface Change {
  action: Action;
  kind: PendingAction['kind'];
  /** A notification's id; for `readAll` and `clear` the newest one they reach. */
  id: string;
  method: string;
  path: string;
  body?: unknown;
  options?: DelayOptions | undefined;
}

export function createActions({ platform, store, requests, onAccepted, onFailure }: ActionsDeps) {
  const underWay = new Set<{ target: string | null; done: Promise<unknown> }>();
  const flushes = new Set<() => void>();

  async function send(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await requests.call(method, path, { body });
    if (!('failure' in reply)) return reply;
    const { status = 0, retryAfterMs = 0, isFinal } = reply.failure;
    const isPassing = !isFinal && (status === 0 || status === 429 || (status >= 500 && status !== 501));
    if (!isPassing || retryAfterMs > RETRY_AFTER_MAX_MS) return reply;
    await new Promise<void>((resolve) => platform.setTimer(resolve, retryAfterMs || RETRY_MS));
    return requests.call(method, path, { body });
  }

  /** After what was begun before and concerns the same notification; `target` null concerns all of them. */
  function inOrder<T>(target: string | null, run: () => Promise<T>): Promise<T> {
    const before = [...underWay].filter((other) => target === null || other.target === null || other.target === target);
    const entry = { target, done: Promise.all(before.map((other) => other.done)).then(run) };
    underWay.add(entry);
    return entry.done.finally(() => underWay.delete(entry));
  }

  /** False: aborted before its time. */
  function isDue({ delayMs = 0, signal }: DelayOptions = {}): Promise<boolean> {
    if (signal?.aborted || delayMs <= 0) return Promise.resolve(!signal?.aborted);
    return new Promise((resolve) => {
      const end = (due: boolean) => {
        cancel();
        flushes.delete(flush);
        resolve(due);
      };
      const flush = () => end(true);
      const cancel = platform.setTimer(flush, delayMs);
      flushes.add(flush);
      signal?.addEventListener('abort', () => end(false), { once: true });
    });
  }

  function fail(action: NotificationsError['action'], failure: RequestFailure, notificationId?: string): void {
    store.emit('error', errorOf(action, failure, notificationId));
    onFailure(failure);
  }

  async function change({ action, kind, id, method, path, body, options }: Change): Promise<boolean> {
    const target = kind === 'readAll' || kind === 'clear' ? null : id;
    const pending: PendingAction = { kind, id, at: new Date(platform.now()).toISOString() };
    store.begin(pending);
    if (!(await isDue(options))) {
      store.end(pending);
      return false;
    }
    return inOrder(target, async () => {
      const reply = await send(method, path, body);
      const failure = 'failure' in reply ? reply.failure : undefined;
      // It is gone: expired, recalled, or never this user's.
      const isGone = target !== null && failure?.status === 404;
      const isDone = failure === undefined || (isGone && kind === 'remove');
      if (failure && !isGone) store.end(pending);
      else {
        const frame = isGone ? { type: 'notification_removed', notification_id: id } : frameOf(kind, id, reply);
        store.end(pending, { type: 'frame', frame });
        onAccepted({ type: 'frame', frame });
      }
      if (failure && !isDone) fail(action, failure, target ?? undefined);
      return isDone;
    });
  }

  return {
    change,
    fail,
    send,
    /** What waits for "Undo" is sent now. */
    flush() {
      for (const run of [...flushes]) run();
    },
  };
}

export function errorOf(
  action: NotificationsError['action'],
  { code, message, status, retryAfterMs }: RequestFailure,
  notificationId?: string,
): NotificationsError {
  return {
    action,
    code,
    message,
    ...(status !== undefined && { status }),
    ...(retryAfterMs && { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }),
    ...(notificationId !== undefined && { notificationId }),
  };
}

/** A reply as the frame that tells the other tabs the same. */
function frameOf(kind: PendingAction['kind'], id: string, reply: Reply): InboxFrame {
  const { notification, unread_count } = 'body' in reply ? (reply.body ?? {}) : {};
  const one = { id, is_read: kind !== 'unread', is_archived: kind === 'remove', ...notification };
  const at = one.updated_at;
  const changed =
    kind === 'readAll' ? { read_up_to: id } : kind === 'clear' ? { cleared_up_to: id } : { at, notifications: [one] };
  return { type: 'unread_count', unread_count, changed };
}
