// One partition of a topic's subscribers, page by page, with a checkpoint after each: a crash resumes where it stopped.
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import { unreadCount } from '../inbox/unread-count.ts';
import { channelsOf } from '../model/channels.ts';
import { toNotification } from '../model/stored-notification.ts';
import type { Subscriber } from '../sockets/ports.ts';
import type { Deps, FanoutTask } from './ports.ts';

/** Our choice: a page is what a crash may repeat. */
const PAGE_SUBSCRIBERS = 100;
/** Our choice: posts under way at once in one function, far below the account's shared 10,000 a second (AWS limit). */
const CONCURRENT_POSTS = 20;
const CURSOR_TTL_SECONDS = 24 * 60 * 60;

export type FanOutDeps = Pick<
  Deps,
  'subscriptions' | 'sender' | 'connections' | 'recipients' | 'inbox' | 'broadcasts' | 'metrics' | 'clock' | 'log'
>;

/** A socket that refuses is left to its own `sync`; a page that nobody took at all is a fault of ours, and is tried again. */
export async function fanOut(deps: FanOutDeps, task: FanoutTask): Promise<void> {
  let after = await deps.subscriptions.readCursor(task.fanout_id, task.partition);
  for (;;) {
    const { subscribers, nextAfter } = await deps.subscriptions.page(task.partition, after, PAGE_SUBSCRIBERS);
    await servePage(deps, task, subscribers);
    if (nextAfter === undefined) return;
    after = nextAfter;
    await deps.subscriptions.writeCursor(
      task.fanout_id,
      task.partition,
      after,
      Math.floor(deps.clock.now() / 1000) + CURSOR_TTL_SECONDS,
    );
  }
}

async function servePage(deps: FanOutDeps, task: FanoutTask, subscribers: readonly Subscriber[]): Promise<void> {
  const frames = framesFor(deps, task);
  let served = 0;
  let failure: unknown;
  for (let at = 0; at < subscribers.length; at += CONCURRENT_POSTS) {
    const some = subscribers.slice(at, at + CONCURRENT_POSTS);
    const outcomes = await Promise.allSettled(some.map((subscriber) => serve(deps, subscriber, frames)));
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') served++;
      else failure = outcome.reason;
    }
  }
  const failed = subscribers.length - served;
  if (failed > 0 && served === 0) throw failure;
  deps.metrics.count('fanout_failed', failed);
}

/** A notification's frame bears the reader's own unread count; one user's several sockets share it. undefined: not wanted. */
function framesFor(deps: FanOutDeps, task: FanoutTask): (userId: string) => Promise<ServerFrame | undefined> {
  const { content } = task;
  if ('event' in content) return async () => content.event;
  const perUser = new Map<string, Promise<ServerFrame | undefined>>();
  const frameFor = async (userId: string): Promise<ServerFrame | undefined> => {
    const recipient = await deps.recipients.load(userId, { consistent: true });
    if (channelsOf(recipient, content.broadcast, deps.clock.now()).sockets.length === 0) return undefined;
    return {
      type: 'notification',
      notification: toNotification(content.broadcast, userId, recipient.watermarks, recipient.cleared_before),
      unread_count: await unreadCount(deps, recipient),
    };
  };
  return (userId) => {
    const frame = perUser.get(userId) ?? frameFor(userId);
    perUser.set(userId, frame);
    return frame;
  };
}

async function serve(
  deps: FanOutDeps,
  subscriber: Subscriber,
  frames: (userId: string) => Promise<ServerFrame | undefined>,
): Promise<void> {
  const frame = await frames(subscriber.user_id);
  if (frame === undefined) return;
  const outcome = await deps.sender.post(subscriber.connection_id, frame);
  if (outcome === 'gone') {
    deps.metrics.count('gone');
    await deps.connections.remove(subscriber);
  } else {
    deps.metrics.count('delivered_by_socket');
  }
}
