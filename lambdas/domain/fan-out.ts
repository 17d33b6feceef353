// One partition of a topic's subscribers, page by page, with a checkpoint after each: a crash resumes where it stopped.
import type { ServerFrame } from '../../protocol/server-frame.ts';
import type { Deps, FanoutTask, Subscriber } from './deps.ts';
import { toNotification } from './stored-notification.ts';
import { unreadCount } from './unread-count.ts';

/** Our choice: a page is what a crash may repeat. */
const PAGE_SUBSCRIBERS = 100;
/** Our choice: posts under way at once in one function, far below the account's shared 10,000 a second (AWS limit). */
const CONCURRENT_POSTS = 20;
const CURSOR_TTL_SECONDS = 24 * 60 * 60;

export type FanOutDeps = Pick<
  Deps,
  'subscriptions' | 'sender' | 'connections' | 'recipients' | 'inbox' | 'broadcasts' | 'metrics' | 'clock' | 'log'
>;

export async function fanOut(deps: FanOutDeps, task: FanoutTask): Promise<void> {
  let after = await deps.subscriptions.readCursor(task.fanout_id, task.partition);
  for (;;) {
    const { subscribers, more } = await deps.subscriptions.page(task.partition, after, PAGE_SUBSCRIBERS);
    const frames = framesFor(deps, task);
    for (let at = 0; at < subscribers.length; at += CONCURRENT_POSTS) {
      await Promise.all(
        subscribers.slice(at, at + CONCURRENT_POSTS).map((subscriber) => serve(deps, subscriber, frames)),
      );
    }
    after = subscribers.at(-1)?.connection_id ?? after;
    if (!more || after === undefined) return;
    await deps.subscriptions.writeCursor(
      task.fanout_id,
      task.partition,
      after,
      Math.floor(deps.clock.now() / 1000) + CURSOR_TTL_SECONDS,
    );
  }
}

/** A notification's frame bears the reader's own unread count; one user's several sockets share it. */
function framesFor(deps: FanOutDeps, task: FanoutTask): (userId: string) => Promise<ServerFrame> {
  const { content } = task;
  if ('event' in content) return async () => content.event;
  const perUser = new Map<string, Promise<ServerFrame>>();
  return (userId) => {
    const known = perUser.get(userId);
    if (known) return known;
    const frame = (async (): Promise<ServerFrame> => {
      const recipient = await deps.recipients.load(userId, { consistent: true });
      return {
        type: 'notification',
        notification: toNotification(content.broadcast, userId, recipient.watermarks, recipient.cleared_before),
        unread_count: await unreadCount(deps, recipient),
      };
    })();
    perUser.set(userId, frame);
    return frame;
  };
}

async function serve(
  deps: FanOutDeps,
  subscriber: Subscriber,
  frames: (userId: string) => Promise<ServerFrame>,
): Promise<void> {
  const outcome = await deps.sender.post(subscriber.connection_id, await frames(subscriber.user_id));
  if (outcome === 'gone') {
    deps.metrics.count('gone');
    await deps.connections.remove(subscriber);
  } else {
    deps.metrics.count('delivered_by_socket');
  }
}
