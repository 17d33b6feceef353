// Sockets that must close: of a user who logged out, or whose credential has ended. Each is sent the reason first.
import type { ErrorFrame } from '../../../protocol/server-frame.ts';
import { forEachBounded } from '../model/for-each-bounded.ts';
import { inboxesOf } from '../model/inboxes.ts';
import { type Connection, hasEnded } from '../model/recipient.ts';
import { noteLogout, wasIssuedBefore } from './logout.ts';
import type { Deps } from './ports.ts';
import { isOpening } from './send-to-connections.ts';

export type CloseDeps = Pick<Deps, 'connections' | 'sender' | 'closer' | 'metrics' | 'log' | 'clock'>;

/** The gateway knows the socket only once its handshake is over; until then it can't be closed. */
export class StillOpening extends Error {
  constructor() {
    super('A socket that is to be closed is still opening.');
    this.name = 'StillOpening';
  }
}

/**
 * Noted first, so that a socket which is opening with an old credential finds it. An event may arrive late or twice:
 * sockets opened with what was issued after it belong to a new login and stay. Throws when a socket could not be
 * closed; those that were stay closed.
 */
export async function logOut(
  deps: CloseDeps & Pick<Deps, 'recipients' | 'logouts' | 'inboxRules'>,
  userId: string,
  acceptedAtMs: number,
): Promise<void> {
  await noteLogout(deps, userId, acceptedAtMs);
  const inboxes = await inboxesOf(deps, userId);
  const connections = (await Promise.all(inboxes.map((inbox) => deps.recipients.connections(inbox)))).flat();
  const older = connections.filter(({ issued_at: issuedAt }) => wasIssuedBefore(issuedAt, acceptedAtMs));
  const outcomes = await Promise.allSettled(older.map((connection) => closeForGood(deps, connection, LOGGED_OUT)));
  deps.metrics.count('logged_out');
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Closes those whose credential has ended, and gives the others. One that can't be closed now is met again. */
export async function withoutEnded(deps: CloseDeps, connections: readonly Connection[]): Promise<Connection[]> {
  const nowMs = deps.clock.now();
  const ended = connections.filter((connection) => hasEnded(connection, nowMs));
  const outcomes = await Promise.allSettled(ended.map((connection) => closeForGood(deps, connection, ENDED)));
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') deps.metrics.count('credential_expired');
    else if (!(outcome.reason instanceof StillOpening))
      deps.log.error('a socket whose credential has ended could not be closed', outcome.reason);
  }
  return connections.filter((connection) => !ended.includes(connection));
}

/** Our choices: closes under way at once, and the most that one new socket causes; the next one goes on. */
const CLOSES_AT_ONCE = 10;
const CLOSES_MAX = 100;

/**
 * Closes a user's oldest sockets beyond the limit, but the one that is opening: false when it is one of them. One that
 * can't be closed now is met when the next one opens.
 */
export async function closeOldest(
  deps: CloseDeps,
  connections: readonly Connection[],
  limit: number,
  openingId: string,
): Promise<boolean> {
  const excess = Math.min(CLOSES_MAX, connections.length - limit);
  if (excess <= 0) return true;
  const oldestFirst = connections.toSorted(
    (a, b) => a.connected_at.localeCompare(b.connected_at) || a.connection_id.localeCompare(b.connection_id),
  );
  const oldest = oldestFirst.slice(0, excess);
  const others = oldest.filter(({ connection_id: id }) => id !== openingId);
  await forEachBounded(others, CLOSES_AT_ONCE, async (connection) => {
    try {
      const outcome = await notifyAndClose(deps, connection, TOO_MANY);
      // Its handshake may not be over: without rows it would be open and get nothing.
      if (outcome === 'gone' && isOpening(connection, deps.clock.now())) return;
      await deps.connections.remove(connection);
      deps.metrics.count('too_many_connections');
    } catch (error) {
      deps.log.error('a socket beyond the limit of its user could not be closed', error);
    }
  });
  return others.length === oldest.length;
}

const LOGGED_OUT: ErrorFrame = {
  type: 'error',
  code: 'logged_out',
  message: 'You were logged out. Sign in again to reconnect.',
};
const ENDED: ErrorFrame = {
  type: 'error',
  code: 'credential_expired',
  message: 'Your credential has ended. Reconnect with a new ticket or token.',
};
/** Our choice: by then a user has closed some pages. Each that reconnects sooner closes another one. */
const CROWDED_SECONDS = 600;
const TOO_MANY: ErrorFrame = {
  type: 'error',
  code: 'too_many_connections',
  message: 'You opened too many other connections since. Close some before you reconnect.',
  retry_after_seconds: CROWDED_SECONDS,
};

/** The rows go last: as long as they are there, a second try finds the socket. Throws when a second try is needed. */
async function closeForGood(deps: CloseDeps, connection: Connection, frame: ErrorFrame): Promise<void> {
  const outcome = await notifyAndClose(deps, connection, frame);
  if (outcome === 'gone' && isOpening(connection, deps.clock.now())) throw new StillOpening();
  await deps.connections.remove(connection);
}

/**
 * The gateway's close carries no reason, so a frame does. It is a courtesy: a socket that can't take it is closed all
 * the same.
 */
async function notifyAndClose(deps: CloseDeps, connection: Connection, frame: ErrorFrame): Promise<'closed' | 'gone'> {
  const { connection_id: connectionId } = connection;
  try {
    if ((await deps.sender.post(connectionId, frame)) === 'gone') return 'gone';
  } catch (error) {
    deps.log.error('a socket did not take the frame that says why it closes', error, { connection_id: connectionId });
  }
  await deps.closer.close(connectionId);
  return 'closed';
}
