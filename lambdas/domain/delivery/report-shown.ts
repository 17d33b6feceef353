// A page says that a person has notifications on screen: no other connection alerts, and no push follows.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { forEachBounded } from '../model/for-each-bounded.ts';
import type { Deps } from './ports.ts';

/** Our choice: writes under way at once for one frame. */
const CONCURRENT_WRITES = 20;

/** Ids of others' notifications, and of those to everyone, change nothing. */
export async function reportShown(
  deps: Pick<Deps, 'deliveryState' | 'clock'>,
  userId: string,
  notificationIds: readonly string[],
): Promise<void> {
  const at = toTimestamp(deps.clock.now());
  await forEachBounded([...new Set(notificationIds)], CONCURRENT_WRITES, (id) =>
    deps.deliveryState.markShown(userId, id, at),
  );
}
