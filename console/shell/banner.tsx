// The banner at the bottom edge: the runtime does not answer, or it restarted. It is above the content and moves
// nothing.
import { Icon } from '../parts/icon.tsx';
import { store, useConsole } from '../state/console-state.ts';
import { tryNow } from '../state/follow-runtime.ts';
import { useNow } from '../state/use-now.ts';
import { clockTime, countdown } from '../words/format.ts';

/** Our choice: a short break is not worth a banner. */
const SHOWN_AFTER_MS = 700;

export function Banner() {
  const link = useConsole((state) => state.link);
  const notice = useConsole((state) => state.notice);
  const skewMs = useConsole((state) => state.skewMs);
  const now = useNow(500) - skewMs;
  if (link.kind === 'reconnecting' && now - link.lastMs > SHOWN_AFTER_MS) {
    const left = link.tryAtMs > now ? `Trying again in ${countdown(link.tryAtMs - now)}.` : 'Trying now.';
    return (
      <div class="banner" role="status">
        <Icon name="retry" />
        <span>
          <b>The runtime does not answer.</b> What you see is from {clockTime(link.lastMs + skewMs)}. {left}
        </span>
        <button type="button" class="button" onClick={tryNow}>
          Try now
        </button>
      </div>
    );
  }
  if (notice === undefined) return null;
  return (
    <div class="banner" role="status">
      <Icon name="retry" />
      <span>{notice}</span>
      <button type="button" class="button" onClick={() => store.set({ notice: undefined })}>
        Close
      </button>
    </div>
  );
}
