// The functions' containers: each has its own ports over the shared memory, runs one invocation at a time, and may die
// under it.
import type { Memory } from '../support/memory/memory.ts';
import { type MemoryDeps, memoryDeps } from '../support/memory/memory-deps.ts';
import { type FaultCounts, type FaultRates, faultyCall, InjectedFault } from './faults.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export type FunctionName = 'dispatch' | 'fanout' | 'socket' | 'inbox' | 'authorize';

export type FunctionDeps = MemoryDeps & {
  retentionDays: number;
  maxReceives: number;
  postsPerSecond: number;
  random: () => number;
};

export interface Outcome<Result> {
  status: 'done' | 'failed' | 'killed';
  result?: Result;
  error?: unknown;
}

export interface Containers {
  /**
   * `key`: what it is about; the same key meets the same chance, whatever else happens. `hops`: how many sends by
   * functions led to this invocation.
   */
  invoke<Result>(
    name: FunctionName,
    key: string,
    work: (deps: FunctionDeps, endsAtMs: number) => Promise<Result>,
    hops?: number,
  ): Promise<Outcome<Result>>;
  /** Of the invocation whose call is being applied right now: what it sends has one hop more. */
  hopsNow(): number;
}

/** As lib/ sets them. */
const TIMEOUT_MS: Record<FunctionName, number> = {
  dispatch: 30_000,
  fanout: 30_000,
  socket: 15_000,
  inbox: 29_000,
  authorize: 15_000,
};
export const MAX_RECEIVES = 5;

interface Container {
  /** In the trace. */
  called: string;
  deps: FunctionDeps;
  isDead: boolean;
  random: Random;
  hops: number;
  onKill: () => void;
}

export interface ContainerOptions {
  memory: Memory;
  time: VirtualTime;
  random: Random;
  rates: FaultRates;
  counts: FaultCounts;
  staleMaxMs: number;
  trace(line: () => string): void;
  instrument(deps: FunctionDeps): FunctionDeps;
  /** An error in the log that no injected fault explains. */
  onUnexpected(message: string, error: unknown): void;
  onTimeout(name: FunctionName): void;
}

export function createContainers(options: ContainerOptions): Containers {
  const { memory, time, random } = options;
  const idle: Partial<Record<FunctionName, Container[]>> = {};
  let hopsNow = 0;

  let opened = 0;

  const open = (name: FunctionName): Container => {
    const called = `${name}/${++opened}`;
    const trace = (line: () => string) => options.trace(() => `${called}: ${line()}`);
    const container: Container = {
      called,
      deps: undefined as never,
      isDead: false,
      random,
      hops: 0,
      onKill: () => undefined,
    };
    const call = faultyCall({
      ...options,
      trace,
      random: () => container.random,
      isKilled: () => container.isDead,
      kill: () => {
        trace(() => 'is killed');
        container.isDead = true;
        container.onKill();
      },
    });
    const deps = memoryDeps({
      ...memory,
      // What a call does, it does in the name of this container.
      call: (operation, apply) =>
        call(operation, () => {
          hopsNow = container.hops + 1;
          try {
            return apply();
          } finally {
            hopsNow = 0;
          }
        }),
      wait: (milliseconds) => time.sleep(milliseconds),
      staleMs: () => (options.staleMaxMs > 0 ? container.random.next() * options.staleMaxMs : 0),
    });
    deps.log.info = () => undefined;
    deps.log.error = (message, error) => {
      trace(() => `logs: ${message}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
      if (!isExpected(error)) options.onUnexpected(message, error);
    };
    container.deps = options.instrument({
      ...deps,
      retentionDays: 90,
      maxReceives: MAX_RECEIVES,
      postsPerSecond: 1_000,
      random: () => container.random.next(),
    });
    return container;
  };

  const run = <Result>(
    container: Container,
    name: FunctionName,
    key: string,
    work: (deps: FunctionDeps, endsAtMs: number) => Promise<Result>,
    hops: number,
  ): Promise<Outcome<Result>> => {
    container.hops = hops;
    options.trace(() => `${container.called} begins ${key.slice(0, 60)}`);
    container.random = random.fork(`${name} ${key}`);
    const endsAtMs = time.now() + TIMEOUT_MS[name];
    return new Promise((resolve) => {
      let isOver = false;
      const over = (outcome: Outcome<Result>) => {
        if (isOver || (container.isDead && outcome.status !== 'killed')) return;
        isOver = true;
        if (!container.isDead) idle[name]!.push(container);
        resolve(outcome);
      };
      container.onKill = () => over({ status: 'killed' });
      time.after(TIMEOUT_MS[name], () => {
        if (isOver) return;
        options.trace(() => `${container.called} times out`);
        options.onTimeout(name);
        container.isDead = true;
        over({ status: 'killed' });
      });
      work(container.deps, endsAtMs).then(
        (result) => over({ status: 'done', result }),
        (error) => over({ status: 'failed', error }),
      );
    });
  };

  return {
    hopsNow: () => hopsNow,
    invoke(name, key, work, hops = 0) {
      const pool = idle[name] ?? [];
      idle[name] = pool;
      // A call that a failed invocation left under way may have ended the container since: none is invoked again.
      let container = pool.pop();
      while (container?.isDead) container = pool.pop();
      container ??= open(name);
      return run(container, name, key, work, hops);
    },
  };
}

/** Names of errors that come of what is injected, of sockets and phones that refuse, or are the caller's. */
const EXPECTED = new Set([
  'DeliveryFailed',
  'OutOfTime',
  'CallerError',
  'LimitExceededException',
  'Unfinished',
  'StillOpening',
]);

function isExpected(error: unknown): boolean {
  return error instanceof InjectedFault || (error instanceof Error && EXPECTED.has(error.name));
}
