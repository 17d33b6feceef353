// What every run of a fan-out message has: its deadline, the hold on its message, the way to save how far it has come.
import type { Deps, FanoutPart, FanoutRun } from './ports.ts';
import type { PostDeps } from './post-window.ts';

/** Our choice: rows of one query. */
export const PAGE_SUBSCRIBERS = 1_000;
/**
 * Our choice: posts under way at once in one worker. At 1,000 a second it takes answers of 128 ms without slowing down.
 */
export const WINDOW_POSTS = 128;
/** Our choices. A crash is noticed after the hold, which is longer than the longest pause between two beats. */
const HOLD_SECONDS = 4;
const BEAT_MS = 1_000;
/** Our choice: for posts under way to settle, refused ones to be sent on and the rest to be handed on. */
const ENDING_MS = 6_000;

export type FanOutDeps = PostDeps &
  Pick<Deps, 'subscriptions' | 'fanout' | 'fanoutProgress'> & {
    /** Posts a second of this worker: its share of the account's. */
    postsPerSecond: number;
  };

export interface FanOutRun extends FanoutRun {
  /** Of the queue message, to hold it. */
  handle: string;
  /** Unix milliseconds: the run must be over by then. */
  deadlineMs: number;
}

/** To be called often: now and then it keeps the queue from handing the message out to somebody else. */
export type Heartbeat = (isLast?: boolean) => void;

export type SaveProgress = (progress: FanoutPart) => Promise<void>;

/** The message is not done: the queue is to hand it out again. */
export class Unfinished extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Unfinished';
  }
}

export const isEnding = (deps: Pick<Deps, 'clock'>, run: FanOutRun): boolean =>
  deps.clock.now() >= run.deadlineMs - ENDING_MS;

/** `isLast`: nothing beats any more while the last posts settle, so it is early rather than late. */
export function heartbeat(deps: Pick<Deps, 'clock' | 'fanout' | 'log'>, run: FanOutRun): Heartbeat {
  let beatenMs = 0;
  return (isLast = false) => {
    const nowMs = deps.clock.now();
    if (nowMs - beatenMs < (isLast ? BEAT_MS / 2 : BEAT_MS)) return;
    beatenMs = nowMs;
    // Not waited for: if a beat is lost the queue repeats the message, and this run stops at its next save.
    void deps.fanout.hold(run.handle, HOLD_SECONDS).catch((error) => {
      deps.log.error('a fan-out message could not be held', error, { message_id: run.message });
    });
  };
}
