// The messages of one queue in what the runtime keeps. Those in flight at the end are received again at once.
import type { KeptState } from '../kept-state.ts';
import type { StoredMessage } from './stored-message.ts';

export interface KeptMessage {
  message: StoredMessage;
  /** When its delay is over; 0 without one. */
  visibleAtMs: number;
  /** Receives from this queue alone. */
  receives: number;
}

export interface KeptMessages {
  /** In the order they were sent. */
  all(): KeptMessage[];
  add(message: StoredMessage, visibleAtMs: number): void;
  received(messageId: string, receives: number): void;
  remove(messageId: string): void;
}

export function keptMessages(state: KeptState, queueName: string): KeptMessages {
  const prefix = `${queueName} `;
  return {
    all() {
      const receives = new Map(state.entries<number>('receives'));
      return state.entries<{ message: StoredMessage; visibleAtMs: number }>('message').flatMap(([key, value]) => {
        if (!key.startsWith(prefix)) return [];
        const times = receives.get(key) ?? 0;
        const { message } = value;
        message.receiveCount = Math.max(message.receiveCount, times);
        return [{ ...value, message, receives: times }];
      });
    },
    add: (message, visibleAtMs) => state.set('message', prefix + message.messageId, { message, visibleAtMs }),
    received: (messageId, receives) => state.set('receives', prefix + messageId, receives),
    remove(messageId) {
      state.delete('message', prefix + messageId);
      state.delete('receives', prefix + messageId);
    },
  };
}
