// Whether a person is at the page: it is visible, and was touched lately. For the option `presence`.
import { type PresenceReporter, reporterOf, type Watch } from './presence.ts';

export interface PresenceOptions {
  /** Seconds without a key, a click or a scroll until nobody is taken to be there. Default 120. */
  idleAfterSeconds?: number;
}

const IDLE_AFTER_SECONDS = 120;
/** Our choice: each report costs money, and the server takes twelve a minute. */
const BETWEEN_MS = 10_000;
const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'touchstart'];

export const watchPresence = (options: PresenceOptions = {}): PresenceReporter => reporterOf(pageWatch(options));

export function pageWatch({ idleAfterSeconds = IDLE_AFTER_SECONDS }: PresenceOptions): Watch {
  return (report) => {
    const listening = new AbortController();
    const idleMs = idleAfterSeconds * 1_000;
    let touchedAt = Date.now();
    let reported: boolean | undefined;
    let reportedAt = Number.NEGATIVE_INFINITY;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function look(): void {
      const now = Date.now();
      const idleInMs = touchedAt + idleMs - now;
      const isActive = !document.hidden && idleInMs > 0;
      const waitMs = isActive === reported ? 0 : reportedAt + BETWEEN_MS - now;
      if (isActive !== reported && waitMs <= 0) {
        reported = isActive;
        reportedAt = now;
        report(isActive);
      }
      clearTimeout(timer);
      // Input while it is active moves only the time: the timer finds that out when it fires.
      if (waitMs > 0) timer = setTimeout(look, waitMs);
      else if (isActive) timer = setTimeout(look, idleInMs);
    }

    const touch = () => {
      touchedAt = Date.now();
      if (!reported) look();
    };
    const options = { signal: listening.signal, passive: true, capture: true };
    for (const type of INPUTS) document.addEventListener(type, touch, options);
    const onVisibility = () => (document.hidden ? look() : touch());
    document.addEventListener('visibilitychange', onVisibility, options);
    look();
    return () => {
      listening.abort();
      clearTimeout(timer);
    };
  };
}
