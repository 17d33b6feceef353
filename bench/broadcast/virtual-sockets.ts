// Sockets behind a quota, in virtual time: counts what each received and how many posts there were in any second.
import type { EncodedSender } from '../../lambdas/domain/delivery/ports.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface VirtualSockets extends EncodedSender {
  /** Connections that are closed. */
  isGone(connectionId: string): boolean;
  /** Of each connection, how often it received the frame. */
  received: Uint8Array;
  posts(): number;
  /** The most posts in any 1,000 consecutive milliseconds. */
  peakPerSecond(): number;
  /** When the last post was accepted. */
  lastSentMs(): number;
}

export function virtualSockets(
  time: VirtualTime,
  random: Random,
  options: { size: number; throttled: number; gone: number; latencyMs: number; latencySpread: number },
): VirtualSockets {
  const received = new Uint8Array(options.size);
  const closed = Uint8Array.from({ length: options.size }, () => (random.next() < options.gone ? 1 : 0));
  const perMillisecond: number[] = [];
  let posts = 0;
  let lastSentMs = 0;
  return {
    received,
    isGone: (id) => closed[Number(id)] === 1,
    posts: () => posts,
    lastSentMs: () => lastSentMs,
    async post(id) {
      posts++;
      const startedMs = time.now();
      perMillisecond[startedMs] = (perMillisecond[startedMs] ?? 0) + 1;
      const isThrottled = random.next() < options.throttled;
      if (!isThrottled && closed[Number(id)] === 0) {
        // Delivered even if the worker that posted it dies before it hears so.
        received[Number(id)]!++;
        lastSentMs = Math.max(lastSentMs, startedMs);
      }
      await time.wait(random.logNormal(options.latencyMs, options.latencySpread));
      if (isThrottled) return 'refused';
      return closed[Number(id)] === 1 ? 'gone' : 'sent';
    },
    peakPerSecond() {
      let peak = 0;
      let inWindow = 0;
      for (let at = 0; at < perMillisecond.length; at++) {
        inWindow += perMillisecond[at] ?? 0;
        inWindow -= perMillisecond[at - 1_000] ?? 0;
        peak = Math.max(peak, inWindow);
      }
      return peak;
    },
  };
}
