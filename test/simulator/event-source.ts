// A queue in front of a function: batches in any order, repeats, visibility, retries, and the dead-letter queue after
// the last.
import type { MemoryMessage, MemoryQueue } from '../support/memory/queue.ts';
import type { Containers, FunctionDeps, FunctionName } from './containers.ts';
import type { FaultCounts } from './faults.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** As lib/ sets them. */
const VISIBILITY_MS = 180_000;
const BATCH_MESSAGES = 10;

export interface EventSource {
  name: FunctionName;
  queue: MemoryQueue;
  maxReceives: number;
  /** Gives the receives that stay on the queue. */
  serve(deps: FunctionDeps, messages: readonly MemoryMessage[], endsAtMs: number): Promise<string[]>;
  /** A message that was received too often without a word from the function. */
  onDeadLetter(message: MemoryMessage): void;
}

export interface EventSourceOptions {
  time: VirtualTime;
  random: Random;
  containers: Containers;
  counts: FaultCounts;
  /** May be set to 0 while it runs. */
  rates: { repeat: number };
  concurrency: number;
  trace(line: () => string): void;
  noteHops(hops: number): void;
  onServed(messageId: string): void;
  /** It was received before, or is received by two at once. */
  onRepeat(message: MemoryMessage): void;
  /** The function died, or could not put it aside at the last try. */
  onUnlucky(message: MemoryMessage): void;
  /** Of two copies received at once one failed and the other was served, which deleted both. */
  onOvertaken(message: MemoryMessage): void;
}

export function runEventSource(source: EventSource, options: EventSourceOptions): void {
  const { queue } = source;
  const { time, containers, counts, rates, trace } = options;
  /** What befalls a message depends on what it says and how often it came, not on what else there is. */
  const chanceOf = ({ body, receiveCount }: MemoryMessage, what: string) =>
    options.random.fork(`${what} ${receiveCount} ${body}`);
  const hops = new Map<string, number>();
  const ready: MemoryMessage[] = [];
  let working = 0;
  /** What came of the copies of a message that is received by two at once. */
  const copies = new Map<string, Set<'served' | 'failed'>>();
  const noteCopy = (message: MemoryMessage, isServed: boolean) => {
    const outcomes = copies.get(message.id)?.add(isServed ? 'served' : 'failed');
    if (outcomes?.size === 2) options.onOvertaken(message);
  };

  const watch = (message: MemoryMessage) => {
    const visibleAtMs = message.visibleAtMs;
    time.after(visibleAtMs - time.now() + chanceOf(message, 'poll').exponential(3), () => {
      // Put off, received or deleted meanwhile.
      if (queue.get(message.id) !== message || message.visibleAtMs !== visibleAtMs) return;
      ready.push(message);
      message.visibleAtMs = Number.POSITIVE_INFINITY;
      pump();
    });
  };

  const bodies = new Set<string>();
  queue.onChange = (message) => {
    if (!hops.has(message.id)) {
      // Sent twice, for the answer to the first was lost, or put back. A part of a pack that is put back has a text of
      // its own, which was not there before.
      const isPutBack = message.attributes.is_redelivery === 'true';
      if (isPutBack || bodies.has(message.body)) options.onRepeat(message);
      bodies.add(message.body);
      hops.set(message.id, containers.hopsNow());
      options.noteHops(containers.hopsNow());
    }
    watch(message);
  };

  const pump = () => {
    if (working >= options.concurrency || ready.length === 0) return;
    working++;
    const random = chanceOf(ready[0]!, 'batch');
    // A moment later, so that what comes at once comes in one batch.
    time.after(random.exponential(5), () => {
      const batch: MemoryMessage[] = [];
      for (let taken = random.integer(1, BATCH_MESSAGES); taken > 0 && ready.length > 0; taken--) {
        const at = random.integer(0, Math.min(ready.length, 2 * BATCH_MESSAGES) - 1);
        if (at > 0) counts.reordered++;
        batch.push(...ready.splice(at, 1));
      }
      void run(batch).then(() => {
        working--;
        pump();
      });
      pump();
    });
  };

  const run = async (messages: MemoryMessage[]): Promise<void> => {
    const received = messages.filter((message) => receive(message)).map((message) => ({ ...message }));
    if (received.length === 0) return;
    trace(() => `${source.name} gets ${received.map(nameOf).join(', ')}`);
    const most = Math.max(...received.map(({ id }) => hops.get(id) ?? 0));
    const outcome = await containers.invoke(
      source.name,
      keyOf(received[0]!),
      (deps, endsAtMs) => source.serve(deps, received, endsAtMs),
      most,
    );
    const stays = outcome.status === 'done' ? new Set(outcome.result) : undefined;
    for (const message of received) {
      const { id, receiveCount } = message;
      if (stays === undefined || (stays.has(id) && receiveCount >= source.maxReceives)) options.onUnlucky(message);
      else if (!stays.has(id)) options.onServed(id);
      const isDone = stays !== undefined && !stays.has(id);
      noteCopy(message, isDone);
      // What is done is deleted, unless the call to delete it fails: then it comes back.
      if (isDone && !chanceOf(message, 'delete').chance(rates.repeat / 4)) queue.delete(id);
      else if (isDone) counts.repeated++;
    }
  };

  /** False when it was received too often: it is dead. */
  const receive = (message: MemoryMessage): boolean => {
    message.receiveCount++;
    message.handle = `${message.id}/${message.receiveCount}`;
    if (message.receiveCount > source.maxReceives) {
      queue.delete(message.id);
      source.onDeadLetter(message);
      return false;
    }
    if (message.receiveCount > 1) options.onRepeat(message);
    message.visibleAtMs = time.now() + VISIBILITY_MS;
    watch(message);
    const random = chanceOf(message, 'receive');
    if (random.chance(rates.repeat)) {
      counts.repeated++;
      repeat({ ...message }, random.exponential(random.pick([5, 500, 60_000])));
    }
    return true;
  };

  /**
   * A second copy of a message that another server of the queue gives out: its receipt deletes and changes the same
   * message.
   */
  const repeat = (copy: MemoryMessage, afterMs: number) => {
    options.onRepeat(copy);
    copies.set(copy.id, new Set());
    time.after(afterMs, () => {
      const most = hops.get(copy.id) ?? 0;
      trace(() => `${source.name} gets ${nameOf(copy)} once more`);
      const serve = (deps: FunctionDeps, endsAtMs: number) => source.serve(deps, [copy], endsAtMs);
      void containers.invoke(source.name, `again ${keyOf(copy)}`, serve, most).then(({ status, result }) => {
        const isDone = status === 'done' && !result!.includes(copy.id);
        noteCopy(copy, isDone);
        if (isDone) queue.delete(copy.id);
      });
    });
  };
}

const keyOf = ({ body, receiveCount }: MemoryMessage): string => `${receiveCount} ${body}`;

/** For the trace: its id, what it is about, and how often it came. */
function nameOf({ id, body, receiveCount }: MemoryMessage): string {
  const task = /"task":"([^"]+)"/.exec(body)?.[1] ?? /"detail-type":"[^"]*\.([^"]+)"/.exec(body)?.[1] ?? '';
  const about = /"title":"([^"]+)"/.exec(body)?.[1] ?? /"notification_id":"([^"]+)"/.exec(body)?.[1] ?? '';
  return `${id} ${task} ${about} (${receiveCount})`;
}
