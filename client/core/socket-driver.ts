// Carries out what the connection machine decides: timers, tickets, sockets.
import {
  connectionOf,
  type Effect,
  type Failure,
  IDLE,
  type MachineState,
  type Signal,
  step,
  type TimerName,
  type Timing,
} from './connection-machine.ts';
import type { Connection } from './notifications-client.ts';
import type { Platform, Socket } from './platform.ts';

export type Driver = ReturnType<typeof createDriver>;
export interface Frame {
  type?: string;
  [field: string]: unknown;
}

export interface DriverHandlers {
  /** The URL of a new socket. */
  ticket(): Promise<{ url: string } | { failure: Failure }>;
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
    else if (effect.do === 'ticket') void fetchTicket(effect.socket);
    else if (effect.do === 'open') open(effect.socket, effect.url);
    else if (effect.do === 'sync') send(effect.socket, { action: 'sync', since: on.since() || undefined });
    else if (effect.do === 'ping') send(effect.socket, { action: 'ping' });
    else if (effect.do === 'serve') on.onServe();
    else if (effect.do === 'refresh') on.onRefresh();
    else {
      sockets.get(effect.socket)?.close();
      sockets.delete(effect.socket);
    }
  }

  async function fetchTicket(socket: number): Promise<void> {
    const result = await on.ticket();
    if ('url' in result) dispatch({ type: 'ticket', socket, url: result.url });
    else dispatch({ type: 'failed', socket, failure: result.failure });
  }

  function setTimer(name: TimerName, ms: number | undefined): void {
    timers.get(name)?.();
    timers.delete(name);
    if (ms === undefined) return;
    timers.set(
      name,
      platform.setTimer(() => {
        timers.delete(name);
        dispatch({ type: 'timer', name });
      }, ms),
    );
  }

  function open(socket: number, url: string): void {
    const isOurs = () => sockets.has(socket);
    try {
      const handlers = {
        onOpen: () => isOurs() && dispatch({ type: 'opened', socket }),
        onMessage: (text: string) => isOurs() && receive(socket, text),
        onClose: () => {
          if (sockets.delete(socket)) dispatch({ type: 'closed', socket });
        },
      };
      sockets.set(socket, platform.openSocket(url, handlers));
    } catch {
      // The URL is no WebSocket URL, or the page's policy forbids it.
      dispatch({ type: 'failed', socket, failure: { reason: 'server_unavailable' } });
    }
  }

  function receive(socket: number, text: string): void {
    let frame: Frame;
    try {
      frame = JSON.parse(text);
    } catch {
      frame = { type: 'unreadable' };
    }
    if (typeof frame !== 'object' || frame === null) frame = { type: 'unreadable' };
    // First the list, then the machine: what `synced` makes known is complete by then.
    on.onFrame(frame, socket === state.serving);
    dispatch({ type: 'frame', socket, frame });
  }

  function send(socket: number, frame: object): void {
    sockets.get(socket)?.send(JSON.stringify(frame));
  }

  return {
    dispatch,
    /** To the socket that serves; false when there is none. */
    send(frame: object): boolean {
      if (state.serving === 0) return false;
      send(state.serving, frame);
      return true;
    },
    isRunning: () => state.mode === 'running',
    mode: () => state.mode,
  };
}
