// The browser as the core sees it. Nothing is touched before `start`, so importing works on a server.
import type { PageSignal, Platform } from './platform.ts';

export function browserPlatform(fetchWith?: typeof fetch): Platform {
  // Both need a secure context; without them each tab opens its own socket.
  const canShare = typeof BroadcastChannel === 'function' && typeof navigator === 'object' && 'locks' in navigator;
  return {
    now: Date.now,
    random: Math.random,
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    fetch: fetchWith ?? ((input, init) => fetch(input, init)),
    openSocket(url, { onOpen, onMessage, onClose }) {
      const socket = new WebSocket(url);
      socket.onopen = onOpen;
      socket.onmessage = ({ data }) => onMessage(String(data));
      socket.onclose = onClose;
      return {
        send: (text) => socket.send(text),
        close: () => socket.close(),
      };
    },
    listenToPage(onSignal) {
      if (typeof document !== 'object') return () => undefined;
      const listening = new AbortController();
      const on = (target: EventTarget, type: string, toSignal: () => PageSignal) =>
        target.addEventListener(type, () => onSignal(toSignal()), { signal: listening.signal });
      for (const type of ['online', 'offline', 'focus', 'pageshow', 'pagehide'] as const) on(window, type, () => type);
      on(document, 'visibilitychange', () => (document.hidden ? 'hidden' : 'visible'));
      return () => listening.abort();
    },
    isHidden: () => typeof document === 'object' && document.hidden,
    isOffline: () => typeof navigator === 'object' && navigator.onLine === false,
    locks: canShare ? navigator.locks : undefined,
    openChannel: canShare
      ? (name, onMessage) => {
          const channel = new BroadcastChannel(name);
          channel.onmessage = ({ data }) => onMessage(data);
          return { post: (message) => channel.postMessage(message), close: () => channel.close() };
        }
      : undefined,
  };
}
