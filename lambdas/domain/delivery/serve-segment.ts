// Serves one segment: page after page through a sliding window of posts, saving how far it has come, until the
// deadline.
import { wantsSockets } from '../model/channels.ts';
import type { Subscriber, SubscriberPage } from '../sockets/ports.ts';
import {
  type FanOutDeps,
  type FanOutRun,
  type Heartbeat,
  isEnding,
  PAGE_SUBSCRIBERS,
  type SaveProgress,
  Unfinished,
  WINDOW_POSTS,
} from './fan-out-run.ts';
import { type FanoutContent, partName, type SegmentTask } from './fan-out-task.ts';
import { pacer } from './pacer.ts';
import type { FanoutPart } from './ports.ts';
import { countPosts, postLedger } from './post-ledger.ts';
import { postWindow } from './post-window.ts';
import { sendRetry } from './retry-refused.ts';

/**
 * Our choice: ten writes a page, $0.006 per million frames. A crash repeats little more than this and what is under
 * way.
 */
const SAVE_EVERY = 100;
/** Our choice: the most that a crash repeats. At 1,000 posts a second it takes saves of 300 ms without slowing down. */
export const UNSAVED_MAX = 500;
const ROOM_MS = 5;

interface Begun {
  found: FanoutPart;
  /** The first page, which is read already. */
  page: SubscriberPage;
  beat: Heartbeat;
  save: SaveProgress;
}

/** `left`: the position after which subscribers are left; undefined when the part is done, and saved as done. */
export async function serveSegment(
  deps: FanOutDeps,
  task: SegmentTask,
  run: FanOutRun,
  { found, page: firstPage, beat, save }: Begun,
): Promise<{ progress: FanoutPart; left?: string }> {
  const { range, content } = task;
  const frame = new TextEncoder().encode(JSON.stringify(content.frame));
  const window = postWindow(deps, frame, pacer(deps, deps.postsPerSecond), WINDOW_POSTS);
  const ledger = postLedger();
  const saver = progressSaver(deps, task, found, ledger, save);

  let last = found.after ?? range.after;
  let left: string | undefined;
  let page: SubscriberPage | undefined = firstPage;
  while (page && left === undefined) {
    const nextAfter: string | undefined = page.nextAfter;
    const following: Promise<SubscriberPage> | undefined =
      nextAfter === undefined ? undefined : deps.subscriptions.page(range, nextAfter, PAGE_SUBSCRIBERS);
    following?.catch(() => undefined); // Awaited below, unless the run ends before.
    for (const subscriber of page.subscribers) {
      beat();
      if (ledger.ready >= SAVE_EVERY) saver.start();
      while (ledger.open >= UNSAVED_MAX) {
        if (!(await saver.finish())) await deps.wait(ROOM_MS);
      }
      if (saver.isStopped() || isEnding(deps, run)) {
        if (last === undefined) throw new Unfinished('The run ended before its first post.');
        left = last;
        break;
      }
      last = subscriber.position;
      const settled = ledger.begin(subscriber, last);
      if (wants(subscriber, content)) await window.post(subscriber, settled);
      else settled('skipped');
    }
    page = left === undefined ? await following : undefined;
  }
  beat(true);
  await window.drain();
  const isStopped = saver.isStopped();
  const progress = await saver.end(left === undefined || isStopped);
  return { progress, ...(left !== undefined && !isStopped && { left }) };
}

/** Saves one stretch at a time, in the background. */
function progressSaver(
  deps: FanOutDeps,
  task: SegmentTask,
  found: FanoutPart,
  ledger: ReturnType<typeof postLedger>,
  save: SaveProgress,
) {
  let progress = found;
  let stopped = false;
  let saving: Promise<void> | undefined;

  const saveReady = async (more: Partial<FanoutPart> = {}): Promise<void> => {
    const { after, counts, refused } = ledger.settled();
    if (after === undefined && !more.is_done) return;
    // Sent on before they are passed over.
    if (refused.length > 0) await sendRetry(deps, task, `${partName(task.range)}/refused-${after}`, 1, refused);
    const next: FanoutPart = { ...progress, ...(after !== undefined && { after }), ...more };
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) next[name] = progress[name] + counts[name];
    const [isStopped] = await Promise.all([
      more.is_done ? stopped : deps.fanoutProgress.isStopped(task.fanout_id),
      save(next),
    ]);
    stopped = isStopped;
    progress = next;
    ledger.confirm();
    countPosts(deps, counts);
  };
  const start = (): void => {
    if (saving) return;
    saving = saveReady().then(() => {
      saving = undefined;
    });
    saving.catch(() => undefined); // `finish` throws it: the run ends before it posts a page more.
  };
  return {
    start,
    /** Saves everything that is ready; false when there was nothing. */
    async finish(): Promise<boolean> {
      if (saving === undefined && ledger.ready === 0) return false;
      start();
      await saving;
      return true;
    },
    /** The last save, once every post is settled. */
    async end(isDone: boolean): Promise<FanoutPart> {
      await saving;
      await saveReady(isDone ? { is_done: true } : {});
      return progress;
    },
    isStopped: () => stopped,
  };
}

export function wants(subscriber: Subscriber, content: FanoutContent): boolean {
  const { muted_types = [], muted_topics = [], muted_groups = [], sockets_off = false } = subscriber;
  return wantsSockets({ muted_types, muted_topics, muted_groups, websocket_notifications: !sockets_off }, content);
}
