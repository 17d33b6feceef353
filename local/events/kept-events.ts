// Events that the bus accepted and not yet delivered to every target, in what the runtime keeps.
import { type KeptState, NOTHING_KEPT } from '../kept-state.ts';
import type { BusEvent } from './event-entry.ts';
import { parseExact, stringifyExact } from './exact-json.ts';

export interface KeptEvents {
  ofEarlierRun(): { busName: string; event: BusEvent }[];
  accept(busName: string, event: BusEvent): void;
  /** How many deliveries each of these events has to come. */
  expect(events: BusEvent[], deliveries: { event: BusEvent }[]): void;
  settled(event: BusEvent): void;
  clear(): void;
}

export function keptEvents(kept: KeptState): KeptEvents {
  /** Deliveries to come, by event id. */
  const left = new Map<string, number>();
  const forget = (id: string) => {
    left.delete(id);
    kept.delete('event', id);
  };
  return {
    ofEarlierRun: () =>
      kept
        .entries<{ busName: string; text: string }>('event')
        .map(([, { busName, text }]) => ({ busName, event: parseExact(text) as BusEvent })),
    accept(busName, event) {
      if (kept !== NOTHING_KEPT) kept.set('event', event.id, { busName, text: stringifyExact(event) });
    },
    expect(events, deliveries) {
      for (const { event } of deliveries) left.set(event.id, (left.get(event.id) ?? 0) + 1);
      for (const { id } of events) if (!left.has(id)) forget(id);
    },
    settled({ id }) {
      const count = (left.get(id) ?? 0) - 1;
      if (count > 0) left.set(id, count);
      else forget(id);
    },
    clear() {
      for (const [id] of kept.entries('event')) kept.delete('event', id);
      left.clear();
    },
  };
}
