// Carries out what the connection machine decides: timers, tickets, sockets.
import { type Effect, type Signal, step, type TimerName, type Timing } from './connection-machine.ts';
import { connectionOf, IDLE, type MachineState } from './connection-state.ts';
import type { Connection } from './notifications-client.ts';
import type { Platform, Socket } from './platform.ts';
import type { Reply } from './requests.ts';

/** Our choice: for this long the old socket still delivers what was posted before the server knew the new one. */
const OVERLAP_MS = 5_000;

export interface Frame {
  type?: string;
  [field: string]: any;
}

export interface DriverHandlers {
  /** The URL of a new socket. */
  socketUrl(): Promise<Reply>;
  /** What `sync` begins with; '' without. */
  since(): string;
  onConnection(connection: Connection): void;
  /** `isServing`: live, not the answer to `sync`. */
  onFrame(frame: Frame, isServing: boolean): void;
  /** A socket has taken over. */
  onServe(): void;
  onRefresh(): void;
}

export function createDriver(platform: Platform, timing: Timing, on: DriverHandlers) {
  let state: MachineState = IDLE;
  const timers = new Map<TimerName, () => void>();
  const sockets = new Map<number, Socket>();

  function dispatch(signal: Signal): void {
    const result = step(state, signal, { now: platform.now(), random: platform.random, timing });
    state = result.state;
    for (const effect of result.effects) perform(effect);
    on.onConnection(connectionOf(state));
  }

  function perform(effect: Effect): void {
    if (effect.do === 'timer') setTimer(effect.name, effect.ms);
    else if (effect.do === 'end') {
      for (const cancel of timers.values()) cancel();
      for (const socket of sockets.keys()) close(socket);
    } else if (!('socket' in effect)) on.onRefresh();
    else if (effect.do === 'serve') on.onServe();
    else if (effect.do === 'open') open(effect.socket, effect.url);
    else if (effect.do === 'ticket') void fetchTicket(effect.socket);
    else if (effect.do === 'close') close(effect.socket);
    else if (effect.do === 'retire') platform.setTimer(() => close(effect.socket), OVERLAP_MS);
    else if (effect.do === 'ping' || effect.do === 'keep_alive') send(effect.socket, { action: effect.do });
    else send(effect.socket, { action: 'sync', since: on.since() || undefined });
  }

  function close(socket: number): void {
    sockets.get(socket)?.close();
    sockets.delete(socket);
  }

  async function fetchTicket(socket: number): Promise<void> {
    const { failure, body: url } = await on.socketUrl();
    dispatch(failure ? { type: 'failed', socket, failure } : { type: 'ticket', socket, url });
  }

  function setTimer(name: TimerName, ms: number): void {
    timers.get(name)?.();
    timers.set(
      name,
      platform.setTimer(() => dispatch({ type: 'timer', name }), ms),
    );
  }

  function open(socket: number, url: string): void {
    const isOurs = () => sockets.has(socket);
    try {
      const opened = platform.openSocket(url);
      sockets.set(socket, opened);
      opened.onopen = () => isOurs() && dispatch({ type: 'opened', socket });
      opened.onmessage = ({ data }) => isOurs() && receive(socket, data);
      opened.onclose = () => sockets.delete(socket) && dispatch({ type: 'closed', socket });
    } catch (error) {
      // The URL is no WebSocket URL, or the page's policy forbids it.
      dispatch({ type: 'failed', socket, failure: { code: 'network', message: `${error}` } });
    }
  }

  function receive(socket: number, text: string): void {
    let frame: Frame | undefined;
    try {
      frame = JSON.parse(text);
    } catch {
      // Not one of ours. It shows that the socket lives.
    }
    frame = Object(frame ?? { type: '' }) as Frame;
    // First the list, then the machine: what `synced` makes known is complete by then.
    on.onFrame(frame, socket === state.serving);
    dispatch({ type: 'frame', socket, frame });
  }

  function send(socket = 0, frame: object): boolean {
    sockets.get(socket)?.send(JSON.stringify(frame));
    return sockets.has(socket);
  }

  return {
    dispatch,
    /** To the socket that serves; false when there is none. */
    send: (frame: object): boolean => send(state.serving, frame),
    isRunning: () => state.mode === 'running',
  };
}
