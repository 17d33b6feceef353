// How long one message may take: after that, no port starts anything new for it, and it is put back.
import { OutOfTime } from './model/out-of-time.ts';
import type { Clock } from './model/ports.ts';

/** What only notes what has happened already: without it, the next try would repeat that. */
const NOTES = new Set(['inbox.update', 'requests.finish', 'bulk.saveSent', 'deliveryState.releaseBroadcastPush']);

/** The same ports; once `endsAtMs` has passed, each call that leaves the function throws OutOfTime instead. */
export function withDeadline<Ports extends { clock: Clock }>(ports: Ports, endsAtMs: number): Ports {
  const guarded = (portName: string, port: object): object =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || NOTES.has(`${portName}.${String(name)}`)) return value;
        return (...given: unknown[]) => {
          if (ports.clock.now() >= endsAtMs) throw new OutOfTime();
          return value.apply(target, given);
        };
      },
    });
  const entries = Object.entries(ports).map(([name, port]) => {
    const isGuarded = typeof port === 'object' && port !== null && !UNGUARDED.has(name);
    return [name, isGuarded ? guarded(name, port) : port];
  });
  return Object.fromEntries(entries) as Ports;
}

/** They leave nothing, or are how a failure itself is dealt with. */
const UNGUARDED = new Set(['clock', 'log', 'metrics', 'failedMessages']);
