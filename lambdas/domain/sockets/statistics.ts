// Who is connected now, for administrators: a count that may be a minute old.
import type * as z from 'zod';
import type { statisticsSchema } from '../../../protocol/statistics.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { countAudience } from './count-audience.ts';
import type { Deps } from './ports.ts';

/** For the dashboard: reads every partition once, and writes nothing. */
export async function measureConnections({ audience, metrics }: Pick<Deps, 'audience' | 'metrics'>): Promise<void> {
  metrics.gauge('live_connections', (await audience.count(GLOBAL_TOPIC)).connections);
}

export async function readStatistics(
  deps: Pick<Deps, 'audience' | 'clock'>,
): Promise<z.output<typeof statisticsSchema>> {
  const { users, connections, counted_at_ms: countedAtMs } = await countAudience(deps, GLOBAL_TOPIC);
  return {
    success: true,
    data: { total_users: users, total_clients: connections, timestamp: toTimestamp(countedAtMs) },
  };
}
