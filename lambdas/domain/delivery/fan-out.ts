// One message of the fan-out queue: a large segment is cut into several messages, a small one is served.
import { hasExpired } from '../model/expiry.ts';
import type { SubscriberPage } from '../sockets/ports.ts';
import { cut } from '../sockets/segments.ts';
import {
  type FanOutDeps,
  type FanOutRun,
  type Heartbeat,
  heartbeat,
  PAGE_SUBSCRIBERS,
  type SaveProgress,
  Unfinished,
} from './fan-out-run.ts';
import { type FanoutRange, type FanoutTask, partName, type SegmentTask } from './fan-out-task.ts';
import type { FanoutPart } from './ports.ts';
import { retryRefused } from './retry-refused.ts';
import { serveSegment } from './serve-segment.ts';

/**
 * Our choices: a few seconds of work for one worker, so that all workers end at nearly the same time; a little more is
 * not cut.
 */
const SEGMENT_SECONDS = 3;
const LATE_SEGMENT_SECONDS = 0.5;
const CUT_ABOVE = 1.5;
const PARTS_MAX = 16;
/**
 * Our choice, below the 16 invocations after which Lambda stops a chain (AWS limit), with dispatch before and retries
 * after.
 */
const HOPS_MAX = 11;
const PROGRESS_TTL_SECONDS = 7 * 24 * 60 * 60;

/** Throws when the queue is to hand the message out again. */
export async function fanOut(deps: FanOutDeps, task: FanoutTask, run: FanOutRun): Promise<void> {
  const part = task.task === 'segment' ? partName(task.range) : task.part;
  const beat = heartbeat(deps, run);
  beat();
  const ttlSeconds = Math.floor(deps.clock.now() / 1000) + PROGRESS_TTL_SECONDS;
  const found = await deps.fanoutProgress.begin(task.fanout_id, part, run, ttlSeconds);
  // 'taken': another message has it, which the queue keeps until it is done.
  if (found === 'taken' || found.is_done) return;
  const save = async (progress: FanoutPart) => {
    const isOurs = await deps.fanoutProgress.save(task.fanout_id, part, run, progress);
    if (!isOurs) throw new Unfinished('Another run has taken over this message.');
  };
  const isOver = hasExpired(task.content, deps.clock.now()) || (await deps.fanoutProgress.isStopped(task.fanout_id));
  if (isOver) return save({ ...found, is_done: true });
  if (task.task === 'retry') return retryRefused(deps, task, run, beat, save);
  if (found.rest) return handOn(deps, task, found, found.rest, save);
  return runSegment(deps, task, run, found, beat, save);
}

async function runSegment(
  deps: FanOutDeps,
  task: SegmentTask,
  run: FanOutRun,
  found: FanoutPart,
  beat: Heartbeat,
  save: SaveProgress,
): Promise<void> {
  const { hops } = task;
  const range = { ...task.range, ...(found.after !== undefined && { after: found.after }) };
  const page = await deps.subscriptions.page(range, range.after, PAGE_SUBSCRIBERS);
  const rest = hops < HOPS_MAX ? pieces(range, page, deps.postsPerSecond, found.after !== undefined) : [range];
  if (rest.length > 1) return handOn(deps, task, found, rest, save);
  const { progress, left } = await serveSegment(deps, { ...task, range }, run, { found, page, beat, save });
  if (left === undefined) return;
  if (hops >= HOPS_MAX) throw new Unfinished('The chain of messages is as long as it may be.');
  return handOn(deps, task, progress, [{ ...range, after: left }], save);
}

/** After a crash the rest is late, and perhaps all that is left: it is cut finer, so that idle workers share it. */
function pieces(range: FanoutRange, page: SubscriberPage, perSecond: number, isLate: boolean): FanoutRange[] {
  const seconds = estimateSubscribers(range, page) / perSecond / (isLate ? LATE_SEGMENT_SECONDS : SEGMENT_SECONDS);
  if (seconds <= CUT_ABOVE) return [range];
  const { after, partition, low, high } = range;
  const from = after === undefined ? low : Math.max(low, hashAt(after) ?? low);
  const [first, ...others] = cut({ partition, low: from, high }, Math.min(PARTS_MAX, Math.ceil(seconds)));
  return first === undefined ? [range] : [{ ...first, ...(after !== undefined && { after }) }, ...others];
}

/**
 * The rest is written first: whatever is repeated after a crash, it is cut the same way and each piece is taken once.
 */
async function handOn(
  deps: FanOutDeps,
  task: SegmentTask,
  progress: FanoutPart,
  rest: FanoutRange[],
  save: SaveProgress,
): Promise<void> {
  if (progress.rest === undefined) await save({ ...progress, rest });
  await deps.fanout.send(rest.map((range) => ({ ...task, range, hops: task.hops + 1 })));
  await save({ ...progress, rest, is_done: true });
}

/** Hashes spread evenly, so the share of the range that a page covers says how many subscribers the whole has. */
export function estimateSubscribers(range: FanoutRange, { read, nextAfter }: SubscriberPage): number {
  if (nextAfter === undefined) return read;
  const from = range.after === undefined ? range.low : (hashAt(range.after) ?? range.low);
  const covered = (hashAt(nextAfter) ?? Number.NaN) + 1 - from;
  // Among rows of the version before, which do not sort by hash, there is nothing to go by.
  return covered > 0 ? Math.ceil((read * (range.high - from)) / covered) : read;
}

function hashAt(position: string): number | undefined {
  return /^[0-9a-f]{8}#/.test(position) ? Number.parseInt(position.slice(0, 8), 16) : undefined;
}
