// A queue and the workers Lambda runs for it, in virtual time: delay, visibility, redelivery, crashes, deadlines.

import type { FanOutRun } from '../../lambdas/domain/delivery/fan-out-run.ts';
import type { FanoutTask } from '../../lambdas/domain/delivery/fan-out-task.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface WorkerOptions {
  concurrency: number;
  /** Of the function. */
  timeoutMs: number;
  /** Of the queue, where nobody holds the message. */
  visibilityMs: number;
  /** From a message that can be received to a function that works on it. */
  startMs: number;
  /** Of all runs, how many crash at some moment, and how many hang until Lambda cuts them off at their deadline. */
  crashed: number;
  hung: number;
}

export interface RunContext {
  run: FanOutRun;
  /** Wraps every call a run makes: what a dead run called never comes back. */
  guard<Result>(result: Promise<Result>): Promise<Result>;
}

export interface VirtualWorkers {
  send(tasks: readonly FanoutTask[], delaySeconds?: number): Promise<void>;
  hold(handle: string, seconds: number): Promise<void>;
  figures(): { invocations: number; billedMs: number; queueRequests: number; crashes: number; deadLettered: number };
}

interface Message {
  id: string;
  task: FanoutTask;
  receives: number;
  visibleAtMs: number;
}

const MAX_RECEIVES = 5;

export function virtualWorkers(
  time: VirtualTime,
  random: Random,
  options: WorkerOptions,
  work: (task: FanoutTask, context: RunContext) => Promise<void>,
): VirtualWorkers {
  const messages = new Map<string, Message>();
  let sent = 0;
  let running = 0;
  const figures = { invocations: 0, billedMs: 0, queueRequests: 0, crashes: 0, deadLettered: 0 };

  const pump = () => {
    for (const message of messages.values()) {
      if (running >= options.concurrency) return;
      if (message.visibleAtMs > time.now()) continue;
      if (message.receives >= MAX_RECEIVES) {
        messages.delete(message.id);
        figures.deadLettered++;
        continue;
      }
      running++;
      void invoke(message);
    }
  };
  const hide = (message: Message, untilMs: number) => {
    message.visibleAtMs = untilMs;
    time.at(untilMs, pump);
  };
  const invoke = async (message: Message) => {
    message.receives++;
    hide(message, time.now() + options.visibilityMs);
    figures.queueRequests++;
    await time.wait(options.startMs);
    figures.invocations++;
    const startedMs = time.now();
    const fate = random.next();
    const endsMs =
      fate < options.crashed
        ? startedMs + random.next() * 4_000
        : fate < options.crashed + options.hung
          ? startedMs + random.next() * 2_000
          : Number.POSITIVE_INFINITY;
    const cut = fate >= options.crashed && endsMs < Number.POSITIVE_INFINITY;
    const isDead = () => time.now() >= endsMs;
    const over = new Promise<'dead'>((resolve) => {
      if (endsMs === Number.POSITIVE_INFINITY) return;
      time.at(cut ? startedMs + options.timeoutMs : endsMs, () => resolve('dead'));
    });
    const context: RunContext = {
      run: {
        message: message.id,
        run: `${message.id}/${message.receives}`,
        handle: message.id,
        deadlineMs: startedMs + options.timeoutMs,
      },
      guard: (result) =>
        new Promise((resolve, reject) => {
          if (isDead()) return;
          result.then(
            (value) => !isDead() && resolve(value),
            (error) => !isDead() && reject(error),
          );
        }),
    };
    const outcome = await Promise.race([
      work(message.task, context)
        .then(() => 'done' as const)
        .catch(() => 'failed' as const),
      over,
    ]);
    figures.billedMs += time.now() - startedMs;
    if (outcome === 'dead') figures.crashes++;
    if (outcome === 'done') {
      messages.delete(message.id);
      figures.queueRequests++;
    }
    running--;
    pump();
  };
  return {
    async send(tasks, delaySeconds = 0) {
      figures.queueRequests += Math.ceil(tasks.length / 10);
      await time.wait(5);
      for (const task of tasks) {
        const message: Message = { id: String(++sent), task, receives: 0, visibleAtMs: 0 };
        messages.set(message.id, message);
        hide(message, time.now() + delaySeconds * 1_000);
      }
      pump();
    },
    async hold(handle, seconds) {
      figures.queueRequests++;
      const message = messages.get(handle);
      if (message) hide(message, time.now() + seconds * 1_000);
    },
    figures: () => ({ ...figures }),
  };
}
