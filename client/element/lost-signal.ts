// When the bell shows that it is offline: after three seconds, so that a short interruption shows nothing.
import type { Connection } from '../core/notifications-client.ts';

export const LOST_AFTER_MS = 3_000;

export interface LostSignal {
  readonly isLost: boolean;
  follow(connection: Readonly<Connection>): void;
  stop(): void;
}

export function lostSignal(onChange: () => void): LostSignal {
  let isLost = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    get isLost() {
      return isLost;
    },
    follow({ status }) {
      if (status === 'online' || status === 'idle') {
        clearTimeout(timer);
        timer = undefined;
        isLost = false;
      } else {
        timer ??= setTimeout(() => {
          isLost = true;
          onChange();
        }, LOST_AFTER_MS);
      }
    },
    stop: () => clearTimeout(timer),
  };
}
