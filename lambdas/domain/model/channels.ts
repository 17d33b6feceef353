// By which channels a notification may reach a user now, as the user's preferences and its priority have it.
import type { Priority } from '../../../protocol/priority.ts';
import { isMutedBy, type Muted, type Subject } from './muting.ts';
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
  /** Pushed even where a socket takes it: its user was not there. */
  alsoPush?: boolean;
  /** Whether any socket may be sent to: one that opens meanwhile, too. */
  maySend: boolean;
}

export interface Wanted extends Subject {
  priority?: Priority | undefined;
}

/** `critical` overrides every preference: its sender says that it can't wait. */
export function channelsOf(recipient: Recipient, wanted: Wanted, nowMs: number): Channels {
  const { connections, devices, preferences } = recipient;
  const isCritical = wanted.priority === 'critical';
  const effective = { ...preferences, muted_types: mutedTypes(preferences) };
  const isMuted = !isCritical && isMutedBy(effective, wanted);
  const maySend = wantsSockets(effective, wanted);
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
  preferences: Muted & Pick<Preferences, 'websocket_notifications'>,
  wanted: Wanted,
): boolean {
  return wanted.priority === 'critical' || (preferences.websocket_notifications && !isMutedBy(preferences, wanted));
}
