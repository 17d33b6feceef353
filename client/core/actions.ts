// What a user does to the list: shown at once, sent one after another, and rolled back when the server refuses.
import type { InboxFrame } from './inbox.ts';
import type { Action, DelayOptions } from './notifications-client.ts';
import { isForAll, type PendingAction } from './pending-actions.ts';
import type { Platform } from './platform.ts';
import type { Failure, Reply, Requests } from './requests.ts';
import type { Store } from './store.ts';

/** Our choices: one more try, soon, for a moment without network; a user waits no longer. */
const RETRY_SECONDS = 1;
const RETRY_SECONDS_MAX = 10;

export interface ActionsDeps {
  platform: Platform;
  store: Store;
  requests: Requests;
  /** For the other tabs. */
  onAccepted(frame: InboxFrame): void;
  onFailure(failure: Failure): unknown;
}

export function createActions({ platform, store, requests, onAccepted, onFailure }: ActionsDeps) {
  let last: Promise<unknown> = Promise.resolve();
  const delayed = new Set<() => void>();

  async function send(method: string, path: string, body?: object): Promise<Reply> {
    const reply = await requests.call(method, path, body);
    if (!reply.failure) return reply;
    const { status = 500, retryAfterSeconds = RETRY_SECONDS } = reply.failure;
    // Not answered, too many, or a server that fails: it may pass.
    if ((status < 500 && status !== 429) || retryAfterSeconds > RETRY_SECONDS_MAX) return reply;
    await new Promise<void>((resolve) => platform.setTimer(resolve, retryAfterSeconds * 1_000));
    return requests.call(method, path, body);
  }

  function fail(action: Action, failure: Failure, notificationId?: string): void {
    store.emit('error', { ...failure, action, ...(notificationId && { notificationId }) });
    onFailure(failure);
  }

  async function run(pending: PendingAction, method: string, path: string, body?: object): Promise<boolean> {
    const { kind, id } = pending;
    const isOne = !isForAll(kind);
    const { failure, body: answer } = await send(method, path, body);
    // It is gone: expired, recalled, or never this user's.
    const isGone = isOne && failure?.status === 404;
    let frame: InboxFrame | undefined;
    if (isGone) frame = { type: 'notification_removed', notification_id: id };
    else if (!failure) frame = frameOf(pending, answer ?? {});
    store.end(pending, frame);
    if (frame) onAccepted(frame);
    if (!failure || (isGone && kind === 'remove')) return true;
    fail(kind, failure, isOne ? id : undefined);
    return false;
  }

  return {
    send,
    fail,
    async change(
      kind: PendingAction['kind'],
      id: string,
      [method, path, body]: [string, string, object?],
      { delayMs, signal }: DelayOptions = {},
    ): Promise<boolean> {
      const pending: PendingAction = { kind, id, at: new Date(platform.now()).toISOString() };
      store.begin(pending);
      if (delayMs && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          delayed.add(resolve);
          platform.setTimer(resolve, delayMs);
          signal?.addEventListener('abort', () => resolve());
        });
      }
      if (signal?.aborted) {
        store.end(pending);
        return false;
      }
      const done = last.then(() => run(pending, method, path, body));
      last = done;
      return done;
    },
    /** What waits for "Undo" is sent now. */
    flush(): void {
      for (const resolve of delayed) resolve();
      delayed.clear();
    },
  };
}

/** A reply as the frame that brings the same change to the other tabs. */
function frameOf({ kind, id }: PendingAction, { notification, ...count }: any): InboxFrame {
  const one = { id, is_read: kind !== 'markUnread', is_archived: kind === 'remove', ...notification };
  const all = { markAllRead: { read_up_to: id }, clear: { cleared_up_to: id }, markAllSeen: {} };
  const changed = all[kind as keyof typeof all] ?? { at: one.updated_at, notifications: [one] };
  return { type: 'unread_count', ...count, changed };
}
