// What the core needs of its surroundings: a browser in production, a fake clock and fake sockets in tests. Types only.

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: ((event: any) => unknown) | null;
  onmessage: ((event: any) => unknown) | null;
  onclose: ((event: any) => unknown) | null;
  send(text: string): void;
  close(): void;
}

/** The part of a BroadcastChannel that is used. */
export interface TabChannel {
  onmessage: ((event: any) => unknown) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/**
 * What the page reports. `visible` and `hidden` are the tab's; `pagehide` is also sent before the page is kept for
 * "Back".
 */
export type PageSignal = 'online' | 'offline' | 'visible' | 'hidden' | 'focus' | 'pageshow' | 'pagehide';

/** The part of the browser's LockManager that is used. */
export interface Locks {
  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    whileHeld: () => Promise<unknown>,
  ): Promise<unknown>;
}

export interface Platform {
  /** Unix milliseconds. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Returns the way to cancel it. */
  setTimer(run: () => void, ms: number): () => void;
  fetch: typeof fetch;
  /** Aborts after that time. */
  timeout(ms: number): AbortSignal;
  openSocket(url: string): Socket;
  /** Returns the way to end it. */
  listenToPage(onSignal: (signal: PageSignal) => void): () => void;
  isHidden(): boolean;
  isOffline(): boolean;
  /** Undefined where the browser lacks locks or channels: then every tab is on its own. */
  locks?: Locks | undefined;
  openChannel(name: string): TabChannel;
}
