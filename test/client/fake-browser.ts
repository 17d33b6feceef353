// A browser with tabs: Web Locks and channels between them, pages that hide, freeze and close, on one fake clock.
import { createClient } from '../../client/core/client.ts';
import type { NotificationsClient, NotificationsOptions } from '../../client/core/notifications-client.ts';
import type { Locks, PageSignal, Platform, Socket, TabChannel } from '../../client/core/platform.ts';
import * as tabsModule from '../../client/core/tabs.ts';
import type { FakeClock } from './fake-clock.ts';
import type { FakeServer } from './fake-server.ts';

export interface FakeTab {
  client: NotificationsClient;
  page(signal: PageSignal): void;
  /** The tab is gone: its lock is free, its sockets are closed. */
  crash(): void;
  /** The browser stops it, or lets it go on. */
  setFrozen(isFrozen: boolean): void;
  isFrozen(): boolean;
}
export interface FakeBrowser {
  openTab(options?: Partial<NotificationsOptions>): FakeTab;
}

export interface BrowserOptions {
  hasLocks?: boolean;
  /** As in a sandboxed frame. */
  refusesLocks?: boolean;
  random?: () => number;
}

const REFUSED: Locks = { request: () => Promise.reject(new DOMException('No locks here.', 'SecurityError')) };

/** As JWTs look, unsigned. */
export const tokenOf = (sub: string): string => `e30.${btoa(JSON.stringify({ sub }))}.signature`;

export function fakeBrowser(clock: FakeClock, server: FakeServer, browser: BrowserOptions = {}): FakeBrowser {
  const { hasLocks = true, refusesLocks = false, random = () => 0.5 } = browser;
  const channels = new Set<{ name: string; receive(message: unknown): void }>();
  const locks = fakeLocks();
  let tabs = 0;

  return {
    openTab(options = {}) {
      const number = ++tabs;
      let isGone = false;
      let isFrozen = false;
      let isHidden = false;
      let isOffline = false;
      let held: (() => unknown)[] = [];
      const signals = new Set<(signal: PageSignal) => void>();
      const owned: { release: () => void }[] = [];
      const closeAll: (() => void)[] = [];
      /** Nothing runs in a tab that is gone; in a frozen one it waits. */
      const inTab = (run: () => unknown) => {
        if (isGone) return;
        if (isFrozen) held.push(run);
        else run();
      };
      const platform: Platform = {
        now: clock.now,
        random: () => (random() + number * 0.001) % 1,
        setTimer: (run, ms) => clock.setTimer(() => inTab(run), ms),
        fetch: (async (input: string, init: RequestInit = {}) => {
          const { method = 'GET', body, headers, signal } = init;
          const path = input.replace('https://api', '');
          const travel = () =>
            new Promise<void>((resolve, reject) => {
              clock.setTimer(() => inTab(resolve), server.latency());
              signal?.addEventListener('abort', () => reject(new Error('aborted')));
            });
          await travel();
          const sent = body === undefined ? undefined : JSON.parse(String(body));
          const reply = server.request(method, path, sent, headers as Record<string, string>);
          const isLost = server.losesReply();
          await travel();
          if (isLost) throw new TypeError('Failed to fetch');
          if (reply === 'network') throw new TypeError('Failed to fetch');
          const { status, headers: replied = {} } = reply;
          return {
            ok: status < 300,
            status,
            headers: { get: (name: string) => replied[name] ?? null },
            json: async () => JSON.parse(JSON.stringify(reply.body)),
          };
        }) as unknown as typeof fetch,
        timeout(ms) {
          const timeout = new AbortController();
          clock.setTimer(() => inTab(() => timeout.abort()), ms);
          return timeout.signal;
        },
        openSocket(url) {
          const socket: Socket = { onopen: null, onmessage: null, onclose: null, send: () => {}, close: () => {} };
          const connected = server.connect(url, {
            onOpen: () => inTab(() => socket.onopen?.({})),
            onMessage: (data) => inTab(() => socket.onmessage?.({ data })),
            onClose: () => inTab(() => socket.onclose?.({})),
          });
          closeAll.push(connected.close);
          return Object.assign(socket, connected);
        },
        listenToPage(onSignal) {
          signals.add(onSignal);
          return () => signals.delete(onSignal);
        },
        isHidden: () => isHidden,
        isOffline: () => isOffline,
        locks: !hasLocks ? undefined : refusesLocks ? REFUSED : locks.of(owned, inTab),
        openChannel(name) {
          const receive = (data: unknown) => inTab(() => channel.onmessage?.({ data }));
          const entry = { name, receive };
          const channel: TabChannel = {
            onmessage: null,
            close: () => void channels.delete(entry),
            postMessage(message) {
              if (!channels.has(entry)) throw new DOMException('The channel is closed.', 'InvalidStateError');
              const copy = structuredClone(message);
              for (const other of [...channels]) {
                if (other === entry || other.name !== name) continue;
                clock.setTimer(() => channels.has(other) && other.receive(copy), 0);
              }
            },
          };
          channels.add(entry);
          closeAll.push(channel.close);
          return channel;
        },
      };
      const client = createClient(
        { apiUrl: 'https://api', getToken: () => tokenOf('alice'), ...options },
        platform,
        async () => tabsModule,
      );
      return {
        client,
        page(signal) {
          if (signal === 'hidden' || signal === 'visible') isHidden = signal === 'hidden';
          if (signal === 'offline' || signal === 'online') isOffline = signal === 'offline';
          for (const onSignal of [...signals]) inTab(() => onSignal(signal));
        },
        crash() {
          isGone = true;
          for (const close of closeAll) close();
          for (const { release } of [...owned]) release();
        },
        isFrozen: () => isFrozen,
        setFrozen(value) {
          isFrozen = value;
          if (isFrozen) return;
          const waiting = held;
          held = [];
          for (const run of waiting) inTab(run);
        },
      };
    },
  };
}

/** Exclusive locks, with queueing, aborting and stealing, as https://w3c.github.io/web-locks/ has them. */
function fakeLocks() {
  interface Request {
    grant(): void;
    /** Taken away by `steal`. */
    rob(): void;
  }
  const queues = new Map<string, Request[]>();
  const queueOf = (name: string) => {
    if (!queues.has(name)) queues.set(name, []);
    return queues.get(name)!;
  };
  return {
    of: (owned: { release: () => void }[], inTab: (run: () => unknown) => void): Locks => ({
      request: (name, { signal, steal }, whileHeld) =>
        new Promise<unknown>((resolve, reject) => {
          const queue = queueOf(name);
          const leave = () => {
            const at = queue.indexOf(request);
            if (at < 0) return;
            queue.splice(at, 1);
            if (at === 0) queue[0]?.grant();
          };
          const request: Request = {
            grant() {
              void Promise.resolve().then(() =>
                inTab(() => {
                  void whileHeld().then((value) => {
                    leave();
                    resolve(value);
                  });
                }),
              );
            },
            rob() {
              inTab(() => reject(new DOMException('The lock was stolen.', 'AbortError')));
            },
          };
          owned.push({ release: leave });
          signal?.addEventListener('abort', () => {
            if (queue[0] === request) return;
            leave();
            reject(new DOMException('The request was aborted.', 'AbortError'));
          });
          if (steal) {
            const holder = queue.shift();
            queue.unshift(request);
            holder?.rob();
            request.grant();
          } else {
            queue.push(request);
            if (queue[0] === request) request.grant();
          }
        }),
    }),
  };
}
