// Named sockets: those that refused a frame for now, and those of a user that a delivery left to the fan-out (round 0).
// A message of their own after a pause, three rounds, then `sync` brings what is stored.
import { hasEnded } from '../model/recipient.ts';
import type { OpenConnection } from '../sockets/ports.ts';
import {
  type FanOutDeps,
  type FanOutRun,
  type Heartbeat,
  isEnding,
  type SaveProgress,
  Unfinished,
  WINDOW_POSTS,
} from './fan-out-run.ts';
import type { FanoutTask, RetryTask } from './fan-out-task.ts';
import { pacer } from './pacer.ts';
import type { Deps } from './ports.ts';
import { countPosts, noCounts } from './post-ledger.ts';
import { postWindow } from './post-window.ts';

/**
 * Our choice: long enough for a quota to recover or a slow reader to catch up. Up to half as much again is added at
 * random.
 */
const PAUSE_SECONDS = [5, 20, 60];

export async function sendRetry(
  deps: Pick<Deps, 'fanout'> & { random: () => number },
  { fanout_id, content, hops }: Pick<FanoutTask, 'fanout_id' | 'content' | 'hops'>,
  part: string,
  round: number,
  connections: readonly OpenConnection[],
): Promise<void> {
  const plain = connections.map(({ connection_id, user_id, connected_at, expires_at }) => ({
    connection_id,
    user_id,
    ...(connected_at !== undefined && { connected_at }),
    ...(expires_at !== undefined && { expires_at }),
  }));
  const task: RetryTask = { task: 'retry', fanout_id, content, hops: hops + 1, part, round, connections: plain };
  const pause = PAUSE_SECONDS[round - 1] ?? 0;
  await deps.fanout.send([task], Math.round(pause * (1 + deps.random() / 2)));
}

/** A crash repeats it whole: it is no longer than a page. */
export async function retryRefused(
  deps: FanOutDeps,
  task: RetryTask,
  run: FanOutRun,
  beat: Heartbeat,
  save: SaveProgress,
): Promise<void> {
  const frame = new TextEncoder().encode(JSON.stringify(task.content.frame));
  const window = postWindow(deps, frame, pacer(deps, deps.postsPerSecond), WINDOW_POSTS);
  const counts = noCounts();
  const refused: OpenConnection[] = [];
  for (const connection of task.connections) {
    beat();
    if (isEnding(deps, run)) throw new Unfinished('The run ended before its retries.');
    // Its credential may have ended since it refused.
    if (hasEnded(connection, deps.clock.now())) {
      counts.skipped++;
      continue;
    }
    await window.post(connection, (outcome) => {
      counts[outcome]++;
      if (outcome === 'refused') refused.push(connection);
    });
  }
  beat(true);
  await window.drain();
  if (task.round < PAUSE_SECONDS.length && refused.length > 0) {
    await sendRetry(deps, task, `${task.part}/${task.round + 1}`, task.round + 1, refused);
  } else {
    counts.failed += counts.refused;
    counts.refused = 0;
  }
  await save({ ...counts, is_done: true });
  countPosts(deps, { ...counts, refused: refused.length });
}
