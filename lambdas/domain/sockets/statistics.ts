// Who is connected now, for administrators. Costs a read of every live connection, so it is for people, not for pollers.
import type * as z from 'zod';
import type { statisticsSchema } from '../../../protocol/statistics.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { Deps } from './ports.ts';

export async function readStatistics(
  deps: Pick<Deps, 'audience' | 'clock'>,
): Promise<z.output<typeof statisticsSchema>> {
  const { users, connections } = await deps.audience.count();
  return {
    success: true,
    data: { total_users: users, total_clients: connections, timestamp: toTimestamp(deps.clock.now()) },
  };
}
