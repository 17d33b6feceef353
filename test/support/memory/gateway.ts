// The gateway's sockets in memory: which are open, what each was sent, and which refuse frames for now.
import type { ServerFrame } from '../../../protocol/server-frame.ts';

export interface MemorySocket {
  id: string;
  isOpen: boolean;
  /** Set: a post is refused with an error of this name, as a slow client's is. */
  refusal: string | undefined;
  frames: ServerFrame[];
}

export interface MemorySockets {
  open(id: string): MemorySocket;
  get(id: string): MemorySocket | undefined;
  close(id: string): void;
  post(id: string, frame: ServerFrame): 'sent' | 'gone';
  /** Called after a frame was accepted, and after a socket was closed from this side. */
  onFrame: (socket: MemorySocket, frame: ServerFrame) => void;
  onClose: (socket: MemorySocket) => void;
}

export function createSockets(): MemorySockets {
  const byId = new Map<string, MemorySocket>();
  const sockets: MemorySockets = {
    open(id) {
      const socket = { id, isOpen: true, refusal: undefined, frames: [] };
      byId.set(id, socket);
      return socket;
    },
    get: (id) => byId.get(id),
    close(id) {
      const socket = byId.get(id);
      if (!socket?.isOpen) return;
      socket.isOpen = false;
      sockets.onClose(socket);
    },
    post(id, frame) {
      const socket = byId.get(id);
      if (!socket?.isOpen) return 'gone';
      if (socket.refusal !== undefined) throw namedError(socket.refusal);
      socket.frames.push(frame);
      sockets.onFrame(socket, frame);
      return 'sent';
    },
    onFrame: () => undefined,
    onClose: () => undefined,
  };
  return sockets;
}

function namedError(name: string): Error {
  const error = new Error(`The call was refused: ${name}`);
  error.name = name;
  return error;
}
