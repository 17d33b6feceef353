// Starts a fan-out: a few subscribers are served at once, more are left to the fan-out queue.
import type { Subscriber } from '../sockets/ports.ts';
import type { Segment } from '../sockets/segments.ts';
import { estimateSubscribers } from './fan-out.ts';
import { type FanoutContent, partName, type SegmentTask } from './fan-out-task.ts';
import { pacer } from './pacer.ts';
import type { Deps, FanoutPart } from './ports.ts';
import { countPosts, noCounts } from './post-ledger.ts';
import { type PostDeps, postWindow } from './post-window.ts';
import { sendRetry } from './retry-refused.ts';
import { wants } from './serve-segment.ts';

/** Our choice: the posts of one moment, for which a message and an invocation more would only cost time and money. */
const AT_ONCE_MAX = 50;
const LOOK_AT = AT_ONCE_MAX + 1;
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
  const pages = await Promise.all(segments.map((segment) => deps.subscriptions.page(segment, undefined, LOOK_AT)));
  const subscribers = pages.flatMap((page) => page.subscribers);
  const isAll = pages.every((page) => page.nextAfter === undefined);
  if (isAll && subscribers.length <= AT_ONCE_MAX) return serveAtOnce(deps, fanOut, subscribers);
  if (fanOut.isTracked) {
    const expected = segments.reduce((sum, segment, at) => sum + estimateSubscribers(segment, pages[at]!), 0);
    await track(deps, fanOut, { ...noCounts(), expected, rest: [...segments], is_done: true });
  }
  await deps.fanout.send(
    segments.map((range): SegmentTask => ({ task: 'segment', fanout_id: id, range, content, hops: 1 })),
  );
}

const RUN = { message: 'dispatch', run: 'dispatch' };

/** False when it was done before, or is not to be done any more. */
async function begin(deps: StartFanOutDeps, { id, segments }: FanOut): Promise<boolean> {
  const ttlSeconds = Math.floor(deps.clock.now() / 1000) + PROGRESS_TTL_SECONDS;
  const found = await deps.fanoutProgress.begin(id, startPart(segments), RUN, ttlSeconds);
  return found !== 'taken' && !found.is_done && !(await deps.fanoutProgress.isStopped(id));
}

async function track(deps: StartFanOutDeps, fanOut: FanOut, progress: FanoutPart): Promise<void> {
  if (await begin(deps, fanOut)) await deps.fanoutProgress.save(fanOut.id, startPart(fanOut.segments), RUN, progress);
}

const startPart = ([first]: readonly Segment[]): string => `start/${first === undefined ? '' : partName(first)}`;

async function serveAtOnce(deps: StartFanOutDeps, fanOut: FanOut, subscribers: readonly Subscriber[]): Promise<void> {
  const { id, content, segments } = fanOut;
  const part = startPart(segments);
  if (fanOut.isTracked && !(await begin(deps, fanOut))) return;
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
  if (fanOut.isTracked) await deps.fanoutProgress.save(id, part, RUN, { ...counts, is_done: true });
  countPosts(deps, counts);
}
