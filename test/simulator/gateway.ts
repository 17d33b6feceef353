// The WebSocket gateway: sockets are posted to only while they are open, and each knows the page at its other end.
import type { ServerFrame } from '../../protocol/server-frame.ts';
import type { MemorySocket } from '../support/memory/gateway.ts';
import type { World } from './world.ts';

interface Page {
  frame(frame: ServerFrame): void;
  closed(): void;
}

export interface SocketFacts {
  user: string;
  beganMs: number;
  /** Of the credential it was opened with. */
  issuedMs: number;
  endsMs: number;
  /** Its handshake ended well. */
  hasOpened: boolean;
  /** When the last frame was posted to it but for the one that says why it closes. */
  lastPostMs?: number;
  /** A function closed it. */
  closedMs?: number;
  /** Its page left, and the gateway knows. */
  leftMs?: number;
  /** A post to it failed for good: what was posted may reach its page only by `sync`. */
  hasFailed: boolean;
}

export interface Gateway {
  /** A socket in its handshake: posts find nothing yet. */
  begin(user: string, credential: Pick<SocketFacts, 'issuedMs' | 'endsMs'>): MemorySocket;
  open(socket: MemorySocket, page: Page): void;
  /** The page is gone; no function closed it. */
  leave(socket: MemorySocket): void;
  /** What a function answers a frame with. */
  answer(socket: MemorySocket, frame: ServerFrame): void;
  facts: Map<string, SocketFacts>;
}

export function createGateway({ memory, time, trace }: World): Gateway {
  const pages = new Map<string, Page>();
  const facts = new Map<string, SocketFacts>();
  memory.sockets.onFrame = ({ id }, frame) => {
    if (frame.type !== 'error') facts.get(id)!.lastPostMs = time.now();
    pages.get(id)?.frame(frame);
  };
  memory.sockets.onClose = ({ id }) => {
    trace.note(() => `socket ${id} is closed by a function`);
    facts.get(id)!.closedMs = time.now();
    pages.get(id)?.closed();
    pages.delete(id);
  };
  return {
    facts,
    begin(user, credential) {
      const id = `s${facts.size + 1}=`;
      facts.set(id, { user, beganMs: time.now(), hasOpened: false, hasFailed: false, ...credential });
      const socket = memory.sockets.open(id);
      socket.isOpen = false;
      return socket;
    },
    open(socket, page) {
      pages.set(socket.id, page);
      facts.get(socket.id)!.hasOpened = true;
      socket.isOpen = true;
    },
    leave(socket) {
      facts.get(socket.id)!.leftMs ??= time.now();
      socket.isOpen = false;
      pages.delete(socket.id);
    },
    answer(socket, frame) {
      if (socket.isOpen) pages.get(socket.id)?.frame(frame);
    },
  };
}
