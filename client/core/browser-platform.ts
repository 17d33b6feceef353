// The browser as the core sees it. Nothing is touched before `start`, so importing works on a server.
import type { Platform } from './platform.ts';

/** What a server or a test's Node.js may lack. */
const page: Partial<Pick<typeof globalThis, 'document' | 'navigator' | 'addEventListener' | 'BroadcastChannel'>> =
  globalThis;

export function browserPlatform(fetchWith?: typeof fetch): Platform {
  return {
    now: Date.now,
    random: Math.random,
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    fetch: fetchWith ?? ((input, init) => fetch(input, init)),
    timeout: (ms) => AbortSignal.timeout(ms),
    openSocket: (url) => new WebSocket(url),
    openChannel: (name) => new BroadcastChannel(name),
    listenToPage(onSignal) {
      const listening = new AbortController();
      const { signal } = listening;
      for (const type of ['online', 'offline', 'focus', 'pageshow', 'pagehide'] as const) {
        page.addEventListener?.(type, () => onSignal(type), { signal });
      }
      const onVisibility = () => onSignal(document.hidden ? 'hidden' : 'visible');
      page.document?.addEventListener('visibilitychange', onVisibility, { signal });
      return () => listening.abort();
    },
    isHidden: () => !!page.document?.hidden,
    isOffline: () => page.navigator?.onLine === false,
    // Both need a secure context; without them each tab opens its own socket.
    locks: page.BroadcastChannel && page.navigator?.locks,
  };
}
