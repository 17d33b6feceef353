// The socket's life as a pure state machine: signals in, a new state and effects out. No clock, no socket, no chance of its own.
import { backoffMs } from './backoff.ts';
import type { Connection, ConnectionReason } from './notifications-client.ts';

export interface Timing {
  pingMs: number;
  pollMs: number;
  /** Undefined: a hidden tab keeps its socket. */
  hiddenMs?: number | undefined;
}

/** Our choice: a ticket, an open socket and the answer to `sync` within this, all together. */
const ATTEMPT_MS = 20_000;
/** Specification: a ping is answered within this, or the socket is dead. */
const PONG_MS = 10_000;
/** Specification: a socket that lasted this long makes the backoff begin anew. */
const STABLE_MS = 30_000;
/** A socket lives two hours (AWS limit). Our choice: a new one takes over between 85 % and 95 % of it. */
const LIFETIME_MS = 2 * 60 * 60_000;
const HANDOVER_EARLIEST = 0.85;
const HANDOVER_SPREAD = 0.1;
/** Our choice: for this long the old socket still delivers what was posted before the server knew the new one. */
const OVERLAP_MS = 5_000;
/** Our choice: how often we look whether the machine slept. Hidden tabs may run timers a minute late. */
const TICK_MS = 30_000;
const ASLEEP_AFTER_MS = 120_000;
/** Our choices: what a focused tab checks costs money, so not when it was heard or refreshed this recently. */
const QUIET_MS = 120_000;
const REFRESH_ONLINE_MS = 300_000;
const REFRESH_DOWN_MS = 10_000;

const TIMERS = ['attempt', 'retry', 'ping', 'pong', 'handover', 'retire', 'poll', 'hidden', 'tick'] as const;
export type TimerName = (typeof TIMERS)[number];

export interface Failure {
  reason: ConnectionReason;
  /** Trying again cannot help. */
  isFinal?: boolean;
  retryAfterMs?: number;
}

export type Signal =
  | { type: 'start'; isHidden: boolean; isOffline: boolean }
  | { type: 'stop' }
  | { type: 'ticket'; socket: number; url: string }
  | { type: 'failed'; socket: number; failure: Failure }
  | { type: 'opened' | 'closed'; socket: number }
  | { type: 'frame'; socket: number; frame: { type?: unknown; code?: unknown; recovered?: unknown } }
  | { type: 'timer'; name: TimerName }
  | { type: 'wake'; cause: 'online' | 'visible' | 'focus' | 'retry' }
  | { type: 'hidden' | 'offline' }
  /** A list request ended. */
  | { type: 'listed'; failure?: Failure | undefined };

export type Effect =
  | { do: 'ticket' | 'sync' | 'ping' | 'close' | 'serve'; socket: number }
  | { do: 'open'; socket: number; url: string }
  /** `ms` undefined: cancel it. */
  | { do: 'timer'; name: TimerName; ms?: number | undefined }
  | { do: 'refresh' };

export interface MachineState {
  mode: 'idle' | 'running' | 'unauthorized' | 'closed';
  /** The socket that is online; 0: none. */
  serving: number;
  /** The socket that is being brought up: the first, the next try, or the successor of the serving one; 0: none. */
  coming: number;
  stage: 'ticket' | 'opening' | 'syncing';
  /** The predecessor during a handover; 0: none. */
  retiring: number;
  lastSocket: number;
  failures: number;
  reason: ConnectionReason | null;
  /** Unix milliseconds. */
  retryAt: number | null;
  /** The server asked not to be called before this. */
  holdUntil: number;
  servingSince: number;
  heardAt: number;
  /** A ping is not answered yet. */
  isPinging: boolean;
  tickedAt: number;
  listedAt: number;
  /** The last list request was answered. */
  isListed: boolean;
  isHidden: boolean;
  isOffline: boolean;
  /** Closed because every tab is hidden. */
  isAsleep: boolean;
}

export const IDLE: MachineState = {
  mode: 'idle',
  serving: 0,
  coming: 0,
  stage: 'ticket',
  retiring: 0,
  lastSocket: 0,
  failures: 0,
  reason: null,
  retryAt: null,
  holdUntil: 0,
  servingSince: 0,
  heardAt: 0,
  isPinging: false,
  tickedAt: 0,
  listedAt: 0,
  isListed: false,
  isHidden: false,
  isOffline: false,
  isAsleep: false,
};

export function connectionOf(state: MachineState): Connection {
  const { mode, serving, coming, failures, retryAt, isListed, reason } = state;
  if (mode !== 'running') return { status: mode, reason, attempt: 0, nextRetryAt: null };
  if (serving) return { status: 'online', reason: null, attempt: 0, nextRetryAt: null };
  const status = coming ? 'connecting' : isListed ? 'polling' : 'offline';
  return { status, reason, attempt: failures, nextRetryAt: coming ? null : retryAt };
}

export function step(
  state: MachineState,
  signal: Signal,
  { now, random, timing }: { now: number; random: () => number; timing: Timing },
): { state: MachineState; effects: Effect[] } {
  const s = { ...state };
  const effects: Effect[] = [];
  const timer = (name: TimerName, ms?: number) => effects.push({ do: 'timer', name, ms });
  const close = (socket: number) => socket && effects.push({ do: 'close', socket });

  const begin = () => {
    s.coming = ++s.lastSocket;
    s.stage = 'ticket';
    s.retryAt = null;
    s.isAsleep = false;
    timer('retry');
    timer('attempt', ATTEMPT_MS);
    effects.push({ do: 'ticket', socket: s.coming });
  };
  const abandonComing = () => {
    if (s.coming && s.stage !== 'ticket') close(s.coming);
    s.coming = 0;
    timer('attempt');
  };
  const wait = (reason: ConnectionReason, retryAfterMs = 0) => {
    abandonComing();
    s.failures++;
    s.reason = s.isOffline ? 'no_network' : reason;
    s.holdUntil = now + retryAfterMs;
    const delayMs = retryAfterMs + backoffMs(s.failures, random());
    s.retryAt = now + delayMs;
    timer('retry', delayMs);
  };
  const pollLater = (leastMs = 0) => timer('poll', Math.max(leastMs, timing.pollMs * (0.9 + 0.2 * random())));
  const endServing = () => {
    if (now - s.servingSince >= STABLE_MS) s.failures = 0;
    s.serving = 0;
    s.isListed = s.isPinging = false;
    for (const name of ['ping', 'pong', 'handover', 'tick'] as const) timer(name);
    pollLater();
  };
  const lose = () => {
    endServing();
    s.reason = 'connection_lost';
    // During a handover the successor is on its way already.
    if (!s.coming) wait('connection_lost');
  };
  const endAll = (mode: MachineState['mode'], reason: ConnectionReason | null) => {
    abandonComing();
    close(s.serving);
    close(s.retiring);
    for (const name of TIMERS) timer(name);
    Object.assign(s, { mode, reason, serving: 0, retiring: 0, failures: 0, retryAt: null });
    s.isAsleep = s.isPinging = false;
  };
  const ping = () => {
    s.isPinging = true;
    effects.push({ do: 'ping', socket: s.serving });
    timer('pong', PONG_MS);
  };
  const serve = (mustRefresh: boolean) => {
    timer('attempt');
    timer('poll');
    if (s.serving) {
      close(s.retiring);
      s.retiring = s.serving;
      timer('retire', OVERLAP_MS);
    }
    if (mustRefresh || !s.serving) effects.push({ do: 'refresh' });
    Object.assign(s, { serving: s.coming, coming: 0, reason: null, retryAt: null });
    s.servingSince = s.heardAt = s.tickedAt = now;
    s.isPinging = false;
    timer('retry');
    timer('pong');
    timer('ping', timing.pingMs);
    timer('tick', TICK_MS);
    timer('handover', LIFETIME_MS * (HANDOVER_EARLIEST + HANDOVER_SPREAD * random()));
    effects.push({ do: 'serve', socket: s.serving });
  };
  const closed = (socket: number) => {
    if (socket === s.serving) lose();
    else if (socket === s.retiring) s.retiring = 0;
    else if (socket === s.coming) {
      s.stage = 'ticket'; // There is nothing to close any more.
      wait('server_unavailable');
    }
  };
  const hear = ({ frame: { type, code, recovered }, socket }: Signal & { type: 'frame' }) => {
    if (socket === s.serving) {
      s.heardAt = now;
      s.isPinging = false;
    }
    if (type === 'error' && code === 'logged_out') return endAll('unauthorized', 'logged_out');
    if (type === 'error' && code === 'credential_expired') {
      close(socket);
      return closed(socket);
    }
    if (socket !== s.coming || s.stage !== 'syncing') return;
    // An error instead of `synced`: the socket works, the list comes over HTTP. The gateway's own errors have no type.
    if (type === 'synced') serve(recovered === false);
    else if (type === 'error' || type === undefined) serve(true);
  };
  const wake = (cause: 'online' | 'visible' | 'focus' | 'retry' | 'slept') => {
    const mayRefresh = now - s.listedAt > (s.serving ? REFRESH_ONLINE_MS : REFRESH_DOWN_MS);
    if (mayRefresh && cause !== 'slept') effects.push({ do: 'refresh' });
    if (s.serving) {
      const quietMs = cause === 'visible' || cause === 'focus' ? QUIET_MS : 0;
      if (now - s.heardAt > quietMs && !s.isPinging) ping();
    } else if (!s.coming && !(s.isAsleep && s.isHidden && cause !== 'retry')) {
      if (cause === 'retry' || now >= s.holdUntil) begin();
    }
  };
  const ring = (name: TimerName) => {
    switch (name) {
      case 'attempt':
        return wait('server_unavailable');
      case 'retry':
      case 'handover':
        if (!s.coming) begin();
        return;
      case 'ping':
        if (now - s.heardAt < timing.pingMs) return timer('ping', timing.pingMs - (now - s.heardAt));
        ping();
        return timer('ping', timing.pingMs);
      case 'pong':
        if (!s.isPinging) return;
        close(s.serving);
        return lose();
      case 'retire':
        close(s.retiring);
        s.retiring = 0;
        return;
      case 'poll':
        effects.push({ do: 'refresh' });
        return pollLater();
      case 'tick': {
        const lateMs = now - s.tickedAt - TICK_MS;
        s.tickedAt = now;
        timer('tick', TICK_MS);
        if (lateMs > ASLEEP_AFTER_MS) wake('slept');
        return;
      }
      case 'hidden':
        if (!s.isHidden) return;
        endAll('running', 'hidden');
        s.isAsleep = s.isListed = true;
        return pollLater();
    }
  };

  if (signal.type === 'start') {
    if (s.mode !== 'running') {
      Object.assign(s, { ...IDLE, lastSocket: s.lastSocket, mode: 'running' });
      s.listedAt = now;
      s.isHidden = signal.isHidden;
      s.isOffline = signal.isOffline;
      begin();
      pollLater();
      if (s.isHidden && timing.hiddenMs !== undefined) timer('hidden', timing.hiddenMs);
      effects.push({ do: 'refresh' });
    }
  } else if (signal.type === 'stop') endAll('closed', null);
  else if (s.mode === 'running') {
    switch (signal.type) {
      case 'ticket':
        if (signal.socket !== s.coming || s.stage !== 'ticket') break;
        s.stage = 'opening';
        effects.push({ do: 'open', socket: s.coming, url: signal.url });
        break;
      case 'failed':
        if (signal.socket !== s.coming) break;
        if (signal.failure.isFinal) endAll('unauthorized', signal.failure.reason);
        else wait(signal.failure.reason, signal.failure.retryAfterMs);
        break;
      case 'opened':
        if (signal.socket !== s.coming) break;
        s.stage = 'syncing';
        effects.push({ do: 'sync', socket: s.coming });
        break;
      case 'closed':
        closed(signal.socket);
        break;
      case 'frame':
        hear(signal);
        break;
      case 'timer':
        ring(signal.name);
        break;
      case 'wake':
        if (signal.cause === 'online') s.isOffline = false;
        if (signal.cause === 'visible') {
          s.isHidden = false;
          timer('hidden');
        }
        wake(signal.cause);
        break;
      case 'hidden':
        s.isHidden = true;
        if (timing.hiddenMs !== undefined) timer('hidden', timing.hiddenMs);
        break;
      case 'offline':
        s.isOffline = true;
        if (s.serving) {
          if (!s.isPinging) ping();
        } else {
          s.isListed = false;
          s.reason = 'no_network';
        }
        break;
      case 'listed':
        s.listedAt = now;
        s.isListed = signal.failure === undefined;
        if (signal.failure?.isFinal) endAll('unauthorized', signal.failure.reason);
        else if (signal.failure?.retryAfterMs && !s.serving) pollLater(signal.failure.retryAfterMs);
        break;
    }
  }
  return { state: s, effects };
}
