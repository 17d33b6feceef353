// Which toasts are on screen: at most three, each for six seconds, critical ones until someone acts.
import type { Notification } from '../../protocol/notification.ts';

export const TOASTS_MAX = 3;
export const TOAST_MS = 6_000;
/** Our choice: what is beyond is in the list anyway. */
const CRITICAL_MAX = 50;

interface Toast {
  notification: Notification;
  /** Undefined for a critical one, which stays. */
  dueMs?: number;
}

export interface ToastQueue {
  /** Newest first, critical ones before the others. */
  readonly shown: readonly Notification[];
  /** How many arrived while there was no room. */
  readonly more: number;
  add(notification: Notification): void;
  dismiss(id: string): void;
  /** While the pointer or the focus is on the toasts, none of them leaves. */
  pause(isPaused: boolean): void;
  clear(): void;
}

export function toastQueue(onChange: () => void): ToastQueue {
  let critical: Toast[] = [];
  let normal: Toast[] = [];
  let more = 0;
  let pausedAtMs: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const changed = () => {
    if (normal.length + critical.length === 0) more = 0;
    clearTimeout(timer);
    const nextMs = Math.min(...normal.map(({ dueMs }) => dueMs!));
    if (pausedAtMs === undefined && Number.isFinite(nextMs)) timer = setTimeout(expire, nextMs - Date.now());
    onChange();
  };
  const expire = () => {
    normal = normal.filter(({ dueMs }) => dueMs! > Date.now());
    changed();
  };
  const without = (toasts: Toast[], id: string) => toasts.filter(({ notification }) => notification.id !== id);

  return {
    get shown() {
      return [...critical, ...normal].slice(0, TOASTS_MAX).map(({ notification }) => notification);
    },
    get more() {
      return more + Math.max(0, critical.length + normal.length - TOASTS_MAX);
    },
    add(notification) {
      if (notification.priority === 'critical') critical = [{ notification }, ...critical].slice(0, CRITICAL_MAX);
      else if (critical.length + normal.length >= TOASTS_MAX) more += 1;
      else normal = [{ notification, dueMs: Date.now() + TOAST_MS }, ...normal];
      changed();
    },
    dismiss(id) {
      critical = without(critical, id);
      normal = without(normal, id);
      changed();
    },
    pause(isPaused) {
      if (isPaused === (pausedAtMs !== undefined)) return;
      if (isPaused) pausedAtMs = Date.now();
      else {
        const pausedMs = Date.now() - pausedAtMs!;
        pausedAtMs = undefined;
        normal = normal.map((toast) => ({ ...toast, dueMs: toast.dueMs! + pausedMs }));
      }
      changed();
    },
    clear() {
      critical = [];
      normal = [];
      pausedAtMs = undefined;
      changed();
    },
  };
}
