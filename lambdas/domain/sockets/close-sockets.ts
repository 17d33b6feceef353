// Sockets that must close: of a user who logged out, or whose credential has ended. Each is told why first.
import type { ErrorFrame } from '../../../protocol/server-frame.ts';
import type { CloseTask } from '../schedule/task.ts';
import type { Deps } from './ports.ts';

type CloseDeps = Pick<Deps, 'recipients' | 'connections' | 'sender' | 'closer' | 'metrics' | 'log'>;

/**
 * An event may arrive late or twice: sockets opened after it was accepted belong to a new login and stay. The margin is for
 * clocks of two services that differ (our choice).
 */
const CLOCKS_DIFFER_MS = 2_000;

/** Throws when a socket could not be closed; those that were stay closed. */
export async function logOut(deps: CloseDeps, userId: string, acceptedAtMs: number): Promise<void> {
  const { connections } = await deps.recipients.load(userId, { consistent: true });
  const older = connections.filter(
    (connection) => Date.parse(connection.connected_at) <= acceptedAtMs + CLOCKS_DIFFER_MS,
  );
  const outcomes = await Promise.allSettled(
    older.map(async (connection) => {
      // The row goes last: as long as it is there, a second try finds the socket.
      await close(deps, connection.connection_id, {
        type: 'error',
        code: 'logged_out',
        message: 'You were logged out. Sign in again to reconnect.',
      });
      await deps.connections.remove(connection);
    }),
  );
  deps.metrics.count('logged_out');
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

export async function closeSocket(deps: CloseDeps, task: CloseTask): Promise<void> {
  const outcome = await close(deps, task.connection_id, {
    type: 'error',
    code: 'credential_expired',
    message: 'Your credential has ended. Reconnect with a new ticket or token.',
  });
  // One that closed by itself took its rows along; they have ended with the credential anyway.
  if (outcome === 'gone') return;
  await deps.connections.remove(task);
  deps.metrics.count('credential_expired');
}

/** The gateway's close carries no reason, so a frame does. It is a courtesy: a socket that can't take it is closed all the same. */
async function close(deps: CloseDeps, connectionId: string, frame: ErrorFrame): Promise<'closed' | 'gone'> {
  try {
    if ((await deps.sender.post(connectionId, frame)) === 'gone') return 'gone';
  } catch (error) {
    deps.log.error('a socket could not be told why it closes', error, { connection_id: connectionId });
  }
  await deps.closer.close(connectionId);
  return 'closed';
}
