// The ready-made mappings of other systems' events, by name.
import type { NotificationService } from '../notification-service.ts';
import { edgeEvents } from './edge.ts';
import { shoppingEvents } from './shopping.ts';
import { tradingEvents } from './trading.ts';

export const PRESETS = { shopping: shoppingEvents, edge: edgeEvents, trading: tradingEvents } as const satisfies Record<
  string,
  (service: NotificationService) => void
>;
type PresetName = keyof typeof PRESETS;

/** Trimmed, each once. */
export function checkedPresets(given: readonly string[]): PresetName[] {
  const names = given.map((name) => name.trim());
  for (const name of names) {
    if (!Object.hasOwn(PRESETS, name))
      throw new Error(`presets: there is no preset "${name}". Use one of ${Object.keys(PRESETS).join(', ')}.`);
  }
  return [...new Set(names)] as PresetName[];
}
