// A client says that it has a notification: further sends and the push are called off.

import type { AckedFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { withdrawFromPhones } from '../inbox/withdraw-from-phones.ts';
import type { Deps } from './ports.ts';

/** Our choice: writes under way at once for one frame. */
const CONCURRENT_WRITES = 20;

/** Only the user's own notifications: other ids are left out of the answer. */
export async function acknowledge(
  deps: Pick<Deps, 'deliveryState' | 'clock' | 'metrics' | 'tasks' | 'log' | 'recipients'>,
  userId: string,
  notificationIds: readonly string[],
): Promise<AckedFrame> {
  const at = toTimestamp(deps.clock.now());
  const ids = [...new Set(notificationIds)];
  const acked: string[] = [];
  for (let from = 0; from < ids.length; from += CONCURRENT_WRITES) {
    const some = ids.slice(from, from + CONCURRENT_WRITES);
    const known = await Promise.all(some.map((id) => deps.deliveryState.acknowledge(userId, id, at)));
    acked.push(...some.filter((_, index) => known[index] !== 'unknown'));
    const onPhones = some.filter((_, index) => known[index] === 'on_phones');
    await withdrawFromPhones(
      deps,
      userId,
      onPhones.map((id) => ({ notification_id: id })),
    );
  }
  deps.metrics.count('acknowledged', acked.length);
  return { type: 'acked', notification_ids: acked };
}
