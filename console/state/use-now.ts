// The runtime's time, as it goes on: for clocks, countdowns and ages.
import { useEffect, useState } from 'preact/hooks';
import { nowMs, useConsole } from './console-state.ts';

export function useNow(everyMs = 1_000): number {
  // A jump of the clock shows at once.
  useConsole((state) => state.skewMs);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs();
}
