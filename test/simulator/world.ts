// The stack in one process: memory, virtual time, containers, queues in front of functions, schedules, the bus.
import { fanOut } from '../../lambdas/domain/delivery/fan-out.ts';
import { parseFanoutTask } from '../../lambdas/domain/delivery/fan-out-task.ts';
import { dispatchBatch } from '../../lambdas/domain/dispatch-batch.ts';
import { handleFailure } from '../../lambdas/domain/failed-message.ts';
import { createMemory, type Memory } from '../support/memory/memory.ts';
import { type MemoryMessage, received } from '../support/memory/queue.ts';
import { type Containers, createContainers, type FunctionDeps, MAX_RECEIVES } from './containers.ts';
import { runEventSource } from './event-source.ts';
import { type FaultCounts, NO_FAULTS, noFaultCounts } from './faults.ts';
import { fireSchedules } from './fire-schedules.ts';
import type { Plan } from './plan.ts';
import { type Random, randomFrom } from './random.ts';
import type { Trace } from './trace.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

export interface World {
  time: VirtualTime;
  random: Random;
  memory: Memory;
  containers: Containers;
  counts: FaultCounts;
  trace: Trace;
  /** The longest chain of functions that sent to queues. */
  mostHops(): number;
  /** Errors that no injected fault explains. */
  unexpected: string[];
  /** Set before anything runs: puts something between a function and its ports. */
  instrument: (deps: FunctionDeps) => FunctionDeps;
  /** A message was served to its end. */
  onServed: (messageId: string) => void;
  /** By id, what messages say whose function died, or could not put them aside. */
  unlucky: Map<string, string>;
  /** Ids of those to which that happened at the last try. */
  unluckyAtLast: Set<string>;
  /** What messages say of which one copy failed and another was served at the same time. */
  overtaken: Set<string>;
  /** What messages that were received more than once say. */
  repeated: Set<string>;
  /** From here on things fail as the plan says. */
  begin(): void;
  /** From here on nothing fails. */
  heal(): void;
}

export const STARTS_AT_MS = Date.parse('2026-03-28T05:00:00.000Z');

export function createWorld(plan: Plan, trace: Trace): World {
  const time = virtualTime(STARTS_AT_MS);
  trace.useClock(time);
  const random = randomFrom(plan.seed).fork('world');
  const memory = createMemory(time);
  const counts = noFaultCounts();
  const rates = { ...NO_FAULTS };
  const queueRates = { repeat: 0 };
  const unexpected: string[] = [];
  const containers = createContainers({
    memory,
    time,
    random,
    rates,
    counts,
    staleMaxMs: plan.staleMaxMs,
    trace: trace.note,
    instrument: (deps) => world.instrument(deps),
    onTimeout(name) {
      // It would repeat the whole batch. A page or a client asks again, and a fan-out goes on where it was.
      if (name === 'dispatch') unexpected.push(`${name} timed out`);
    },
    onUnexpected: (message, error) => unexpected.push(`${message}: ${describe(error)}`),
  });
  let mostHops = 0;
  const unlucky = new Map<string, string>();
  const unluckyAtLast = new Set<string>();
  const repeated = new Set<string>();
  const overtaken = new Set<string>();
  const shared = {
    time,
    random,
    containers,
    counts,
    rates: queueRates,
    concurrency: 5,
    trace: trace.note,
    onServed: (id: string) => world.onServed(id),
    onUnlucky(message: MemoryMessage) {
      unlucky.set(message.id, message.body);
      if (message.receiveCount >= MAX_RECEIVES) unluckyAtLast.add(identityOf(message));
    },
    onOvertaken: ({ body }: MemoryMessage) => void overtaken.add(body),
    onRepeat: ({ body }: MemoryMessage) => void repeated.add(body),
    noteHops: (hops: number) => {
      mostHops = Math.max(mostHops, hops);
    },
  };
  /** SQS keeps the message as it is, its id among it. */
  const toDeadLetters = (message: MemoryMessage) => {
    const attributes = { ...message.attributes, message_id: identityOf(message) };
    memory.queues.deadLetters.send(message.body, { attributes });
  };
  runEventSource(
    {
      name: 'dispatch',
      queue: memory.queues.dispatch,
      maxReceives: MAX_RECEIVES,
      serve: serveDispatch,
      onDeadLetter: toDeadLetters,
    },
    shared,
  );
  runEventSource(
    {
      name: 'fanout',
      queue: memory.queues.fanout,
      maxReceives: MAX_RECEIVES,
      serve: serveFanout,
      onDeadLetter: toDeadLetters,
    },
    shared,
  );
  const scheduleRates = { fault: 0 };
  fireSchedules({ memory, time, random, counts, rates: scheduleRates, trace: trace.note });
  const world: World = {
    time,
    random,
    memory,
    containers,
    counts,
    trace,
    mostHops: () => mostHops,
    unexpected,
    unlucky,
    unluckyAtLast,
    overtaken,
    repeated,
    instrument: (deps) => deps,
    onServed: () => undefined,
    begin() {
      Object.assign(rates, plan.rates);
      queueRates.repeat = plan.repeatRate;
      scheduleRates.fault = plan.scheduleFaultRate;
    },
    heal() {
      Object.assign(rates, NO_FAULTS);
      queueRates.repeat = 0;
      scheduleRates.fault = 0;
    },
  };
  return world;
}

/** The same in each queue, and after it was put back. */
export const identityOf = ({ id, attributes }: MemoryMessage): string => attributes.message_id ?? id;

const serveDispatch = (deps: FunctionDeps, messages: readonly MemoryMessage[], endsAtMs: number): Promise<string[]> =>
  dispatchBatch(deps, messages.map(received), endsAtMs);

async function serveFanout(
  deps: FunctionDeps,
  messages: readonly MemoryMessage[],
  endsAtMs: number,
): Promise<string[]> {
  const stays: string[] = [];
  for (const message of messages.map(received)) {
    const { id, receivedAs, body, handle } = message;
    try {
      await fanOut(deps, parseFanoutTask(body), { message: id, run: handle, handle, deadlineMs: endsAtMs });
    } catch (error) {
      const outcome = await handleFailure({ ...deps, failedMessages: deps.fanoutFailedMessages }, message, error);
      if (outcome === 'stays') stays.push(receivedAs);
    }
  }
  return stays;
}

const describe = (error: unknown): string =>
  error instanceof Error
    ? `${error.name}: ${error.message} ${error.stack?.split('\n')[1]?.trim() ?? ''}`
    : String(error);
