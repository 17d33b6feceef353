// What is left to reach a user by: sockets and devices that have not taken the notification yet.
import type { Channels } from '../model/channels.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import { type CloseDeps, withoutEnded } from '../sockets/close-sockets.ts';
import type { FanoutContent } from './fan-out-task.ts';
import type { Deps } from './ports.ts';
import { type Alerting, type SendToUserDeps, sendToUser, type UserSendResult } from './send-to-user.ts';

type SendDeps = CloseDeps & SendToUserDeps & Pick<Deps, 'recipients'>;

export interface Open extends Channels {
  /** An earlier attempt reached the user; what is open now is the rest. */
  wasServed: boolean;
  /** Some pushes were sent, others were refused for now: those are left. */
  isPushUnfinished: boolean;
}

/** After an orderly failure only what refused then; otherwise everything. */
export function stillOpen(stored: StoredNotification, channels: Channels): Open {
  const { is_unprocessed: isUnprocessed, pending_connections: pending, pending_devices: devices } = stored;
  const wasServed = isUnprocessed === true && stored.sent_at !== undefined;
  const maySend = channels.maySend && !wasServed && stored.is_unreachable !== true;
  const sockets = wasServed
    ? channels.sockets.filter(({ connection_id: id }) => pending?.includes(id))
    : channels.sockets;
  return {
    ...channels,
    maySend,
    wasServed,
    isPushUnfinished: isUnprocessed === true && devices !== undefined && devices.length > 0,
    sockets: stored.is_unreachable ? [] : sockets,
    devices: isUnprocessed && devices ? channels.devices.filter(({ id }) => devices.includes(id)) : channels.devices,
  };
}

/** A socket may have opened while the notification was being stored: what it asked for then did not hold it yet. */
export async function openNow(deps: SendDeps, userId: string, open: Open): Promise<Open> {
  if (open.sockets.length > 0 || !open.maySend) return open;
  return { ...open, sockets: await withoutEnded(deps, await deps.recipients.connections(userId)) };
}

/** To every socket; where all of them turn out to be closed, to those that have opened since. */
export async function sendToOpen(
  deps: SendDeps,
  userId: string,
  id: string,
  open: Open,
  content: FanoutContent,
  alerting: Alerting,
): Promise<UserSendResult> {
  const first = await sendToUser(deps, id, open.sockets, content, alerting);
  if (first.gone === 0 || first.sent > 0 || first.failed.length > 0 || !open.maySend) return first;
  const tried = new Set(open.sockets.map((connection) => connection.connection_id));
  const now = await withoutEnded(deps, await deps.recipients.connections(userId));
  const opened = now.filter((connection) => !tried.has(connection.connection_id));
  const second = await sendToUser(deps, id, opened, content, alerting);
  return { ...second, gone: first.gone + second.gone };
}
