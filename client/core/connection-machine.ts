// The socket's life as a pure state machine: signals in, a new state and effects out. No clock, no socket, no chance of
// its own.
import { backoffMs } from './backoff.ts';
import { finalReason, IDLE, type MachineState } from './connection-state.ts';
import type { ConnectionReason } from './notifications-client.ts';
import type { Failure } from './requests.ts';

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
/**
 * Our choice: of the keep-alives of a silent socket each eighth is a `ping`, whose answer shows that the other end is
 * there. The others are one-way, which halves their price: a browser closes a socket whose frames nobody takes.
 */
const KEEP_ALIVES_PER_PING = 8;
/** Specification: a socket that lasted this long makes the backoff begin anew. */
const STABLE_MS = 30_000;
/** A socket lives two hours (AWS limit). Our choice: a new one takes over between 85 % and 95 % of it. */
const LIFETIME_MS = 2 * 60 * 60_000;
const HANDOVER_EARLIEST = 0.85;
const HANDOVER_SPREAD = 0.1;
/** Our choice: how often we look whether the machine slept. Hidden tabs may run timers a minute late. */
const TICK_MS = 30_000;
const ASLEEP_AFTER_MS = 120_000;
/** Our choices: what a focused tab checks costs money, so not when it was heard or refreshed this recently. */
const QUIET_MS = 120_000;
const REFRESH_ONLINE_MS = 300_000;
const REFRESH_DOWN_MS = 10_000;

/** Setting one sets it anew. None is cancelled: one whose time has passed finds a state that ignores it. */
export type TimerName = 'attempt' | 'retry' | 'ping' | 'pong' | 'handover' | 'poll' | 'hidden' | 'tick';

interface ServerFrame {
  type?: unknown;
  code?: unknown;
  recovered?: unknown;
  retry_after_seconds?: number;
}
export type WakeCause = 'online' | 'visible' | 'focus' | 'retry';
export type Signal =
  | { type: 'start'; isHidden: boolean; isOffline: boolean }
  | { type: 'stop' | 'hidden' | 'offline' }
  | { type: 'opened' | 'closed'; socket: number }
  | { type: 'ticket'; socket: number; url: string }
  /** `socket`: whose ticket it was; without, another request. */
  | { type: 'failed'; socket?: number; failure: Failure }
  | { type: 'frame'; socket: number; frame: ServerFrame }
  | { type: 'timer'; name: TimerName }
  | { type: 'wake'; cause: WakeCause }
  /** A list request ended. */
  | { type: 'listed'; failure?: Failure | undefined };

export type Effect =
  | { do: SocketEffect; socket: number }
  | { do: 'open'; socket: number; url: string }
  | { do: 'timer'; name: TimerName; ms: number }
  /** `end`: close every socket, cancel every timer. */
  | { do: 'refresh' | 'end' };
/** `retire`: close it once what was posted to it has arrived. */
type SocketEffect = 'ticket' | 'sync' | 'ping' | 'keep_alive' | 'close' | 'retire' | 'serve';

export function step(
  state: MachineState,
  signal: Signal,
  { now, random, timing }: { now: number; random: () => number; timing: Timing },
): { state: MachineState; effects: Effect[] } {
  let s = { ...state };
  const effects: Effect[] = [];
  const timer = (name: TimerName, ms: number) => effects.push({ do: 'timer', name, ms });
  const socketDo = (what: SocketEffect, socket = 0) => effects.push({ do: what, socket });
  const refresh = () => effects.push({ do: 'refresh' });

  const begin = () => {
    if (s.coming) return;
    s.coming = ++s.lastSocket;
    s.retryAt = null;
    s.isAsleep = false;
    timer('attempt', ATTEMPT_MS);
    socketDo('ticket', s.coming);
  };
  const wait = (reason: ConnectionReason, seconds = 0) => {
    socketDo('close', s.coming);
    s.coming = undefined;
    s.reason = s.isOffline ? 'no_network' : reason;
    s.holdUntil = now + seconds * 1_000;
    s.retryAt = s.holdUntil + backoffMs(++s.failures, random());
    timer('retry', s.retryAt - now);
  };
  const pollLater = (seconds = 0) => timer('poll', Math.max(seconds * 1_000, timing.pollMs * (0.9 + 0.2 * random())));
  const lose = (seconds?: number) => {
    if (now - s.servingSince! >= STABLE_MS) s.failures = 0;
    s.serving = undefined;
    s.isListed = s.isPinging = false;
    s.reason = 'connection_lost';
    pollLater();
    // During a handover the successor is on its way already.
    if (!s.coming) wait('connection_lost', seconds);
  };
  const closed = (socket: number, seconds?: number) => {
    if (socket === s.serving) lose(seconds);
    else if (socket === s.coming) wait('server_unavailable', seconds);
  };
  const end = (mode: MachineState['mode'], reason: ConnectionReason | null = null) => {
    effects.push({ do: 'end' });
    s = { ...IDLE, mode, reason, lastSocket: s.lastSocket, isHidden: s.isHidden!, isOffline: s.isOffline! };
  };
  const ping = () => {
    if (s.isPinging) return;
    s.isPinging = true;
    socketDo('ping', s.serving);
    timer('pong', PONG_MS);
  };
  const keepAlive = () => {
    s.keptAt = now;
    s.keepAlives!++;
    if (s.keepAlives! % KEEP_ALIVES_PER_PING === 0) ping();
    else socketDo('keep_alive', s.serving);
  };
  const serve = (mustRefresh: boolean) => {
    if (mustRefresh || !s.serving) refresh();
    socketDo('retire', s.serving);
    s = { ...s, serving: s.coming, coming: undefined, reason: null, retryAt: null, isPinging: false };
    s.servingSince = s.heardAt = s.keptAt = s.tickedAt = now;
    s.keepAlives = 0;
    timer('ping', timing.pingMs);
    timer('tick', TICK_MS);
    timer('handover', LIFETIME_MS * (HANDOVER_EARLIEST + HANDOVER_SPREAD * random()));
    socketDo('serve', s.serving);
  };
  const wake = (cause?: WakeCause) => {
    const freshMs = s.serving && s.isListed ? REFRESH_ONLINE_MS : REFRESH_DOWN_MS;
    if (cause === 'retry' || (cause && now - s.listedAt > freshMs)) refresh();
    const isLook = cause === 'visible' || cause === 'focus';
    if (s.serving) {
      if (!isLook || now - s.heardAt! > QUIET_MS) ping();
    } else if (cause === 'retry' || (now >= s.holdUntil && !(s.isAsleep && s.isHidden))) begin();
  };
  const fail = (failure: Failure) => {
    const reason = finalReason(failure);
    if (reason) end('unauthorized', reason);
    return !reason;
  };
  const fire = (name: TimerName) => {
    if (name === 'attempt') {
      if (s.coming) wait('server_unavailable');
    } else if (name === 'retry') {
      if (s.retryAt) begin();
    } else if (name === 'hidden') {
      if (!s.isHidden) return;
      end('running', 'hidden');
      s.isAsleep = s.isListed = true;
      pollLater();
    } else if (name === 'poll') {
      if (s.serving && s.isListed) return;
      refresh();
      pollLater();
    } else if (!s.serving) return;
    else if (name === 'handover') begin();
    else if (name === 'ping') {
      const quietMs = now - Math.max(s.heardAt!, s.keptAt!);
      if (quietMs >= timing.pingMs) keepAlive();
      timer('ping', timing.pingMs - (quietMs % timing.pingMs));
    } else if (name === 'pong' && s.isPinging) {
      socketDo('close', s.serving);
      lose();
    } else if (name === 'tick') {
      const lateMs = now - s.tickedAt! - TICK_MS;
      s.tickedAt = now;
      timer('tick', TICK_MS);
      if (lateMs > ASLEEP_AFTER_MS) wake();
    }
  };
  const hide = (isHidden: boolean) => {
    s.isHidden = isHidden;
    if (isHidden && timing.hiddenMs) timer('hidden', timing.hiddenMs);
  };

  if (signal.type === 'stop') end('closed');
  else if (signal.type === 'start' && s.mode !== 'running') {
    s = { ...IDLE, mode: 'running', lastSocket: s.lastSocket, listedAt: now, isOffline: signal.isOffline };
    hide(signal.isHidden);
    begin();
    pollLater();
    refresh();
  } else if (s.mode === 'running') {
    switch (signal.type) {
      case 'ticket':
        if (signal.socket === s.coming) effects.push({ do: 'open', socket: s.coming, url: signal.url });
        break;
      case 'failed':
        if (fail(signal.failure) && signal.socket && signal.socket === s.coming) {
          const { status, retryAfterSeconds } = signal.failure;
          wait(status === 429 ? 'rate_limited' : 'server_unavailable', retryAfterSeconds);
        }
        break;
      case 'opened':
        if (signal.socket === s.coming) socketDo('sync', s.coming);
        break;
      case 'closed':
        closed(signal.socket);
        break;
      case 'frame': {
        const { socket, frame } = signal;
        if (socket === s.serving) {
          s.heardAt = now;
          s.keepAlives = 0;
          s.isPinging = false;
        }
        if (frame.code === 'logged_out') end('unauthorized', 'logged_out');
        else if (frame.code === 'credential_expired' || frame.code === 'too_many_connections') {
          socketDo('close', socket);
          closed(socket, frame.retry_after_seconds);
        } else if (socket === s.coming) {
          // An error instead of `synced`: the socket works, the list comes over HTTP. The gateway's own errors have no
          // type.
          const isError = frame.type === 'error' || frame.type === undefined;
          if (isError || frame.type === 'synced') serve(isError || frame.recovered === false);
        }
        break;
      }
      case 'timer':
        fire(signal.name);
        break;
      case 'wake':
        if (signal.cause === 'online') s.isOffline = false;
        if (signal.cause === 'visible') hide(false);
        wake(signal.cause);
        break;
      case 'offline':
        s.isOffline = true;
        if (s.serving) ping();
        else {
          s.isListed = false;
          s.reason = 'no_network';
        }
        break;
      case 'listed':
        s.listedAt = now;
        s.isListed = !signal.failure;
        if (signal.failure && fail(signal.failure)) pollLater(signal.failure.retryAfterSeconds);
        break;
      case 'hidden':
        hide(true);
    }
  }
  return { state: s, effects };
}
