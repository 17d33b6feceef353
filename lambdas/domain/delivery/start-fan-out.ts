// Starts a fan-out: a few subscribers are served at once, more are left to the fan-out queue.
import type { Subscriber } from '../sockets/ports.ts';
import type { Segment } from '../sockets/segments.ts';
import { type FanoutContent, partName, type SegmentTask } from './fan-out-task.ts';
import { pacer } from './pacer.ts';
import type { Deps } from './ports.ts';
import { noCounts } from './post-ledger.ts';
import { type PostDeps, postWindow } from './post-window.ts';
import { sendRetry } from './retry-refused.ts';
import { wants } from './serve-segment.ts';

/** Our choice: the posts of one moment, for which a message and an invocation more would only cost time and money. */
const AT_ONCE_MAX = 50;
const AT_ONCE_PER_SECOND = 1_000;
const PROGRESS_TTL_SECONDS = 7 * 24 * 60 * 60;

export type StartFanOutDeps = PostDeps & Pick<Deps, 'subscriptions' | 'fanout' | 'fanoutProgress'>;

export interface FanOut {
  id: string;
  segments: readonly Segment[];
  content: FanoutContent;
  /** Its progress can be asked for, even where it is served at once. */
  isTracked?: boolean;
}

/** May be repeated: a part that was begun is not begun again. */
export async function startFanOut(deps: StartFanOutDeps, fanOut: FanOut): Promise<void> {
  const { id, segments, content } = fanOut;
  const few = await fewSubscribers(deps, segments);
  if (few) return serveAtOnce(deps, fanOut, few);
  await deps.fanout.send(
    segments.map((range): SegmentTask => ({ task: 'segment', fanout_id: id, range, content, hops: 1 })),
  );
}

/** undefined when there are more than can be served at once. */
async function fewSubscribers(deps: StartFanOutDeps, segments: readonly Segment[]): Promise<Subscriber[] | undefined> {
  const pages = await Promise.all(
    segments.map((segment) => deps.subscriptions.page(segment, undefined, AT_ONCE_MAX + 1)),
  );
  const subscribers = pages.flatMap((page) => page.subscribers);
  const isAll = pages.every((page) => page.nextAfter === undefined);
  return isAll && subscribers.length <= AT_ONCE_MAX ? subscribers : undefined;
}

async function serveAtOnce(deps: StartFanOutDeps, fanOut: FanOut, subscribers: readonly Subscriber[]): Promise<void> {
  const { id, content, segments } = fanOut;
  const part = segments[0] === undefined ? '' : `at-once/${partName(segments[0])}`;
  const run = { message: 'dispatch', run: 'dispatch' };
  if (fanOut.isTracked) {
    const ttlSeconds = Math.floor(deps.clock.now() / 1000) + PROGRESS_TTL_SECONDS;
    const found = await deps.fanoutProgress.begin(id, part, run, ttlSeconds);
    if (found === 'taken' || found.is_done) return;
  }
  const counts = noCounts();
  const refused: Subscriber[] = [];
  const frame = new TextEncoder().encode(JSON.stringify(content.frame));
  const window = postWindow(deps, frame, pacer(deps, AT_ONCE_PER_SECOND), AT_ONCE_MAX);
  for (const subscriber of subscribers) {
    if (!wants(subscriber, content)) {
      counts.skipped++;
      continue;
    }
    await window.post(subscriber, (outcome) => {
      counts[outcome]++;
      if (outcome === 'refused') refused.push(subscriber);
    });
  }
  await window.drain();
  if (refused.length > 0) {
    await sendRetry(deps, { fanout_id: id, content, hops: 1 }, `${part}/refused`, 1, refused);
  }
  if (fanOut.isTracked) await deps.fanoutProgress.save(id, part, run, { ...counts, is_done: true });
  deps.metrics.count('delivered_by_socket', counts.sent);
  deps.metrics.count('gone', counts.gone);
  deps.metrics.count('fanout_failed', counts.failed);
}
