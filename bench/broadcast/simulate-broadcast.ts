// One broadcast: the real fan-out code over a virtual audience, queue, sockets and clock.
import { fanOut } from '../../lambdas/domain/delivery/fan-out.ts';
import type { FanOutDeps } from '../../lambdas/domain/delivery/fan-out-run.ts';
import type { FanoutContent, SegmentTask } from '../../lambdas/domain/delivery/fan-out-task.ts';
import { segmentsOf } from '../../lambdas/domain/sockets/segments.ts';
import { PRICES } from '../../protocol/list-prices.ts';
import { GLOBAL_TOPIC } from '../../protocol/topic.ts';
import { seededRandom } from './random.ts';
import { virtualAudience } from './virtual-audience.ts';
import { virtualProgress } from './virtual-progress.ts';
import { virtualSockets } from './virtual-sockets.ts';
import { virtualTime } from './virtual-time.ts';
import { virtualWorkers } from './virtual-workers.ts';

export interface BroadcastScenario {
  connections: number;
  postsPerSecond: number;
  seed: number;
  /** Shares of all runs. */
  crashed?: number;
  hung?: number;
}

export interface BroadcastFigures {
  seconds: number;
  /** Of the time that the quota alone would take. */
  timesQuota: number;
  peakPerSecond: number;
  /** Sockets that are open and received nothing. */
  missed: number;
  /** Frames beyond the first on a socket. */
  duplicates: number;
  crashes: number;
  invocations: number;
  readUnitsPerFrame: number;
  writeUnitsPerFrame: number;
  dollarsPerMillion: number;
  deadLettered: number;
}

/** As the stack has them: see lib/functions.ts. */
const POSTS_PER_WORKER = 1_000;
const MEMORY_GB = 1_769 / 1_024;
const TIMEOUT_MS = 15_000;
/** Longer than any broadcast may take. */
const LIMIT_MS = 60 * 60_000;

export async function simulateBroadcast(scenario: BroadcastScenario): Promise<BroadcastFigures> {
  const { connections: size, postsPerSecond } = scenario;
  const time = virtualTime();
  const random = seededRandom(scenario.seed);
  const audience = virtualAudience(size, random);
  const progress = virtualProgress();
  const sockets = virtualSockets(time, random, {
    size,
    throttled: 0.01,
    gone: 0.005,
    latencyMs: 12,
    latencySpread: 0.6,
  });
  const concurrency = Math.max(2, Math.ceil(postsPerSecond / POSTS_PER_WORKER));
  const options = { concurrency, timeoutMs: TIMEOUT_MS, visibilityMs: 6 * TIMEOUT_MS, startMs: 25 };
  const faults = { crashed: scenario.crashed ?? 0, hung: scenario.hung ?? 0 };
  const later = async <Result>(result: Promise<Result>, milliseconds: number): Promise<Result> => {
    await time.wait(milliseconds);
    return result;
  };

  const workers = virtualWorkers(time, random, { ...options, ...faults }, (task, { run, guard }) => {
    const deps: FanOutDeps = {
      clock: time,
      log: { info: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, latency: () => undefined, gauge: () => undefined },
      random: random.next,
      wait: (milliseconds) => guard(time.wait(milliseconds)),
      postsPerSecond: postsPerSecond / concurrency,
      connections: {
        add: async () => undefined,
        remove: () => guard(time.wait(6)),
        setPresence: async () => false,
        lastSeen: async () => undefined,
      },
      subscriptions: {
        add: async () => 'subscribed',
        remove: async () => undefined,
        setPreferences: async () => undefined,
        page: (...args) => guard(later(audience.page(...args), 15)),
      },
      fanout: { send: (...args) => guard(workers.send(...args)), hold: (...args) => guard(workers.hold(...args)) },
      fanoutProgress: {
        ...progress,
        begin: async (...args) => guard(later(progress.begin(...args), 6)),
        save: async (...args) => guard(later(progress.save(...args), 6)),
        isStopped: async (id) => guard(later(progress.isStopped(id), 4)),
      },
      encodedSender: { post: (...args) => guard(sockets.post(...args)) },
    };
    return fanOut(deps, task, run);
  });

  const content = { frame: { type: 'pong' }, notification_type: 'announcement' } satisfies FanoutContent;
  const tasks = segmentsOf(GLOBAL_TOPIC).map(
    (range): SegmentTask => ({ task: 'segment', fanout_id: 'broadcast', range, content, hops: 1 }),
  );
  void workers.send(tasks);
  await time.run(LIMIT_MS);

  let [missed, duplicates, sent] = [0, 0, 0];
  for (let id = 0; id < size; id++) {
    const received = sockets.received[id]!;
    if (received === 0 && !sockets.isGone(String(id))) missed++;
    duplicates += Math.max(0, received - 1);
    sent += received;
  }
  const { invocations, billedMs, queueRequests, crashes, deadLettered } = workers.figures();
  const readUnits = audience.readUnits() + progress.readUnits();
  const dollars =
    sent * PRICES.websocket_messages +
    invocations * PRICES.lambda_requests +
    (billedMs / 1_000) * MEMORY_GB * PRICES.lambda_gb_seconds +
    queueRequests * PRICES.sqs_requests +
    readUnits * PRICES.dynamodb_rru +
    progress.writeUnits() * PRICES.dynamodb_wru;
  const seconds = sockets.lastSentMs() / 1_000;
  return {
    seconds,
    timesQuota: seconds / (size / postsPerSecond),
    peakPerSecond: sockets.peakPerSecond(),
    missed,
    duplicates,
    crashes,
    invocations,
    readUnitsPerFrame: readUnits / size,
    writeUnitsPerFrame: progress.writeUnits() / size,
    dollarsPerMillion: (dollars / size) * 1e6,
    deadLettered,
  };
}
