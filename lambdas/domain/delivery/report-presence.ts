// A page says whether a person is there: noted with its connection, and what waited for that is woken.
import type { PresenceState } from '../../../protocol/client-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { wakeTask } from '../schedule/park-request.ts';
import type { OpenConnection } from '../sockets/ports.ts';
import type { Deps } from './ports.ts';

/** Our choice: the others follow with the next report, or at the end of their time. */
const WOKEN_MAX = 500;

export async function reportPresence(
  deps: Pick<Deps, 'connections' | 'held' | 'tasks' | 'clock'>,
  connection: OpenConnection,
  state: PresenceState,
): Promise<void> {
  const nowMs = deps.clock.now();
  const isOpen = await deps.connections.setPresence(connection, state, toTimestamp(nowMs));
  if (!isOpen || state === 'idle') return;
  const held = await deps.held.of(connection.user_id, WOKEN_MAX);
  if (held.length > 0) await deps.tasks.send(held.map(({ key, accepted_at_ms: atMs }) => wakeTask(key, atMs, nowMs)));
}
