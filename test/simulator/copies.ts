// Which rows are notifications that came back from a snooze.
import { notificationId } from '../../lambdas/domain/model/notification-id.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import type { Observed } from './observed.ts';
import type { ReaderAct } from './reader.ts';

/** Of one call, or of several that asked for the same time. */
export interface Snooze {
  user: string;
  /** Of what was put aside. */
  id: string;
  untilMs: number;
}

/** By the id of the row that came back. A late one has another time in its id, and the same hash. */
export function copiesOf({ rows }: Observed, acts: readonly ReaderAct[]): Map<string, Snooze> {
  const snoozes = new Map<string, Snooze>();
  for (const { act, user, id, untilMs } of acts) {
    if (act !== 'snooze' || id === undefined || untilMs === undefined) continue;
    snoozes.set(hashOf(notificationId(0, `snooze ${id} ${toTimestamp(untilMs)}`, user)), { user, id, untilMs });
  }
  const copies = new Map<string, Snooze>();
  for (const { id } of snoozes.size > 0 ? rows : []) {
    const snooze = snoozes.get(hashOf(id));
    if (snooze) copies.set(id, snooze);
  }
  return copies;
}

/** Without the 48 bits of the time and the version. */
const hashOf = (id: string): string => id.slice(15);
