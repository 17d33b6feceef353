// By which channels a notification may reach a user now, as the user's preferences and its priority have it.
import type { Priority } from '../../../protocol/priority.ts';
import { quietUntil } from './quiet-hours.ts';
import { type Connection, type Device, hasEnded, mutedTypes, type Preferences, type Recipient } from './recipient.ts';

export interface Channels {
  sockets: Connection[];
  /** To be pushed to when no socket accepts the frame; with `isCritical` in any case. */
  devices: Device[];
  /** Quiet hours: no push is sent before. */
  heldUntilMs: number | undefined;
  isCritical: boolean;
  isMuted: boolean;
  /** Whether any socket may be sent to: one that opens meanwhile, too. */
  maySend: boolean;
}

export interface Wanted {
  notification_type: string;
  priority?: Priority;
}

/** `critical` overrides every preference: its sender says that it can't wait. */
export function channelsOf(
  recipient: Recipient,
  { notification_type: type, priority }: Wanted,
  nowMs: number,
): Channels {
  const { connections, devices, preferences } = recipient;
  const isCritical = priority === 'critical';
  const muted = mutedTypes(preferences);
  const isMuted = !isCritical && muted.includes(type);
  const maySend = wantsSockets(
    { ...preferences, muted_types: muted },
    { notification_type: type, ...(priority && { priority }) },
  );
  const mayPush = isCritical || (!isMuted && preferences.push_notifications);
  return {
    sockets: maySend ? connections.filter((connection) => !hasEnded(connection, nowMs)) : [],
    devices: mayPush ? devices : [],
    heldUntilMs:
      isCritical || !mayPush || devices.length === 0 ? undefined : quietUntil(preferences.quiet_hours, nowMs),
    isCritical,
    isMuted,
    maySend,
  };
}

export function wantsSockets(
  preferences: Pick<Preferences, 'muted_types' | 'websocket_notifications'>,
  { notification_type: type, priority }: Wanted,
): boolean {
  return priority === 'critical' || (preferences.websocket_notifications && !preferences.muted_types.includes(type));
}
