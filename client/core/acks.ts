// Acknowledges what requires it, in few frames: the server allows 120 a minute on a connection.
import type { Notification } from './notifications-client.ts';
import type { Platform } from './platform.ts';

/** Our choice: what arrives within this goes into one frame; the server tries again after 5 s. */
const GATHER_MS = 200;
/** Limit of one frame (NOTIFICATION_IDS_PER_ACK_MAX). */
const IDS_PER_FRAME = 100;
/** Our choice: what is remembered while there is no socket. */
const WAITING_MAX = 1_000;

/** `send`: false when there is no socket; the ids then wait for `flush`. */
export function createAcks(platform: Platform, send: (frame: object) => boolean) {
  const waiting = new Set<string>();
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel?.();
    cancel = undefined;
    while (waiting.size) {
      const ids = [...waiting].slice(0, IDS_PER_FRAME);
      if (!send({ action: 'ack', notification_ids: ids })) return;
      for (const id of ids) waiting.delete(id);
    }
  }

  return {
    note(notifications: readonly Notification[]): void {
      for (const { id, requires_ack: isRequired, acknowledged } of notifications) {
        if (isRequired && !acknowledged && waiting.size < WAITING_MAX) waiting.add(id);
      }
      if (waiting.size > 0) cancel ??= platform.setTimer(flush, GATHER_MS);
    },
    flush,
    forget(): void {
      cancel?.();
      cancel = undefined;
      waiting.clear();
    },
  };
}
