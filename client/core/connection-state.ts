// What the connection machine knows, and what of it the page is shown.
import type { Connection, ConnectionReason } from './notifications-client.ts';
import type { Failure } from './requests.ts';

export interface MachineState {
  mode: 'idle' | 'running' | 'unauthorized' | 'closed';
  lastSocket: number;
  failures: number;
  reason: ConnectionReason | null;
  /** Unix milliseconds, as all times here. */
  retryAt: number | null;
  /** The server asked not to be called before this. */
  holdUntil: number;
  listedAt: number;
  /** The last list request was answered. */
  isListed?: boolean;
  isHidden?: boolean;
  isOffline?: boolean;
  /** Closed because every tab is hidden. */
  isAsleep?: boolean;
  /** The socket that is being brought up: the first, the next try, or the successor of the serving one. */
  coming?: number | undefined;
  /** The socket that is online, and what is known of it. */
  serving?: number | undefined;
  servingSince?: number;
  heardAt?: number;
  /** When the last keep-alive was sent. */
  keptAt?: number;
  /** Keep-alives since something was heard. */
  keepAlives?: number;
  tickedAt?: number;
  /** A ping is not answered yet. */
  isPinging?: boolean;
}

export const IDLE: MachineState = {
  mode: 'idle',
  lastSocket: 0,
  failures: 0,
  reason: null,
  retryAt: null,
  holdUntil: 0,
  listedAt: 0,
};

export const connection = (
  status: Connection['status'],
  reason: ConnectionReason | null = null,
  attempt = 0,
  nextRetryAt: number | null = null,
): Connection => ({ status, reason, attempt, nextRetryAt });

export function connectionOf(state: MachineState): Connection {
  const { mode, serving, coming, failures, retryAt, isListed, reason } = state;
  if (mode !== 'running') return connection(mode, reason);
  if (serving) return connection('online');
  if (coming) return connection('connecting', reason, failures);
  return connection(isListed ? 'polling' : 'offline', reason, failures, retryAt);
}

/** Why trying again cannot help; undefined where it can. */
export function finalReason({ code, status }: Failure): ConnectionReason | undefined {
  if (status === 401) return 'token_refused';
  if (status === 403) return 'forbidden';
  return code === 'signed_out' || code === 'user_changed' ? code : undefined;
}
