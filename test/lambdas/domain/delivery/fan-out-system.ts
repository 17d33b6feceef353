// The fan-out over memory ports: sockets that are open, a topic they listen to, and workers for its queue.
import { fanOut } from '../../../../lambdas/domain/delivery/fan-out.ts';
import type { FanOutDeps } from '../../../../lambdas/domain/delivery/fan-out-run.ts';
import {
  type FanoutContent,
  parseFanoutTask,
  type SegmentTask,
} from '../../../../lambdas/domain/delivery/fan-out-task.ts';
import { startFanOut } from '../../../../lambdas/domain/delivery/start-fan-out.ts';
import { segmentsOf } from '../../../../lambdas/domain/sockets/segments.ts';
import { type Call, createMemory } from '../../../support/memory/memory.ts';
import { memoryDeps } from '../../../support/memory/memory-deps.ts';

const NOW = Date.parse('2026-11-21T07:00:00.000Z');
const MINUTE_MS = 60_000;

export type FanOutSystem = ReturnType<typeof fanOutSystem>;

export function fanOutSystem(options: { postsPerSecond?: number; call?: Call } = {}) {
  const clock = { ms: NOW, now: () => clock.ms };
  const memory = createMemory(clock);
  if (options.call) memory.call = options.call;
  // Time passes while a run waits, so that it spreads its posts and sees its deadline.
  memory.wait = async (milliseconds) => {
    clock.ms += Math.ceil(milliseconds);
  };
  const deps = {
    ...memoryDeps(memory),
    random: () => 0.5,
    postsPerSecond: options.postsPerSecond ?? 1_000,
  } satisfies FanOutDeps;
  let runs = 0;

  return {
    clock,
    memory,
    deps,
    /** Opens sockets that listen to the topic. Their handshake is long over. */
    async subscribe(topic: string, ...ids: string[]): Promise<void> {
      for (const id of ids) {
        const connection = {
          connection_id: id,
          user_id: `user-${id}`,
          connected_at: new Date(clock.ms - MINUTE_MS).toISOString(),
        };
        memory.sockets.open(id);
        await deps.connections.add(connection);
        await deps.subscriptions.add(connection, [topic]);
      }
    },
    content(text: string, more: Partial<FanoutContent> = {}): FanoutContent {
      const frame = { type: 'event' as const, id: text, topic: 't', event_type: 'typing', payload: { text } };
      return { frame, notification_type: 'typing', ...more };
    },
    /** As dispatch does it. */
    start: (id: string, topic: string, content: FanoutContent, isTracked = false) =>
      startFanOut(deps, { id, segments: segmentsOf(topic), content, isTracked }),
    /** Past the shortcut for a few subscribers. */
    enqueue: (id: string, topic: string, content: FanoutContent) =>
      deps.fanout.send(
        segmentsOf(topic).map((range): SegmentTask => ({ task: 'segment', fanout_id: id, range, content, hops: 1 })),
      ),
    /** One message of the queue; undefined when none is visible. An error leaves the message to the queue. */
    async runOne(within = 15_000): Promise<'done' | Error | undefined> {
      const [message] = memory.queues.fanout.receive(1, 90_000);
      if (!message) return undefined;
      const run = {
        message: message.id,
        run: `run-${++runs}`,
        handle: message.handle,
        deadlineMs: clock.ms + within,
      };
      try {
        await fanOut(deps, parseFanoutTask(message.body), run);
      } catch (error) {
        return error as Error;
      }
      memory.queues.fanout.delete(message.id);
      return 'done';
    },
    /** Until the queue is empty, however late its messages are. */
    async runAll(): Promise<void> {
      for (let round = 0; memory.queues.fanout.all().length > 0; round++) {
        if (round > 10_000) throw new Error('The fan-out does not end.');
        if ((await this.runOne()) === undefined) clock.ms += 1_000;
      }
    },
    /** Which texts each socket received. */
    received: (id: string): string[] =>
      (memory.sockets.get(id)?.frames ?? []).map((frame) => (frame.type === 'event' ? frame.id : frame.type)),
  };
}
