// How often one user, or one connection, may ask for something in a minute:
// docs/decisions/0021-rate-limits-in-memory-first.md
import { CallerError } from '../../../protocol/error-codes.ts';
import type { ServiceLimits } from '../../../protocol/service-limits.ts';
import type { Deps } from './ports.ts';

const LIMIT_OF = {
  mutations: 'mutationsPerMinute',
  tickets: 'ticketsPerMinute',
  reads: 'readsPerMinute',
  frames: 'framesPerMinute',
  syncs: 'syncsPerMinute',
  presence: 'presencePerMinute',
} as const satisfies Record<string, keyof ServiceLimits>;

export type RateDeps = Pick<Deps, 'rateLimits' | 'limits' | 'clock' | 'metrics'>;

const WINDOW_MS = 60_000;
/** The row outlives its minute, for clocks that differ (our choice). */
const KEPT_SECONDS = 5 * 60;

/**
 * `connectionId`: of that connection alone. Throws CallerError `rate_limited` with the seconds until the next minute
 * begins.
 */
export async function limitRate(
  deps: RateDeps,
  userId: string,
  bucket: keyof typeof LIMIT_OF,
  connectionId?: string,
): Promise<void> {
  const nowMs = deps.clock.now();
  const window = Math.floor(nowMs / WINDOW_MS);
  const endsMs = (window + 1) * WINDOW_MS;
  const ttlSeconds = Math.ceil(endsMs / 1000) + KEPT_SECONDS;
  const limit = deps.limits[LIMIT_OF[bucket]];
  const name = connectionId === undefined ? bucket : `${bucket}#${connectionId}`;
  if (await deps.rateLimits.take(userId, name, window, limit, ttlSeconds)) return;
  deps.metrics.count('too_many_requests');
  const whose = connectionId === undefined ? '' : ' on a connection';
  throw new CallerError(
    'rate_limited',
    `At most ${limit} ${bucket === 'presence' ? 'presence frames' : bucket} a minute${whose}. Wait, then go on.`,
    {
      retryAfterSeconds: Math.max(1, Math.ceil((endsMs - nowMs) / 1000)),
    },
  );
}
