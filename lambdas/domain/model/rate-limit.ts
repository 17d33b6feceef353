// How often one user may ask for something in a minute. Costs one write of a small row a call.
import { CallerError } from '../../../protocol/error-codes.ts';
import { MUTATIONS_PER_MINUTE, TICKETS_PER_MINUTE } from '../../../protocol/limits.ts';
import type { Deps } from './ports.ts';

const PER_MINUTE = { mutations: MUTATIONS_PER_MINUTE, tickets: TICKETS_PER_MINUTE };
const WINDOW_MS = 60_000;
/** The row outlives its minute, for clocks that differ (our choice). */
const KEPT_SECONDS = 5 * 60;

/** Throws CallerError `rate_limited` with the seconds until the next minute begins. */
export async function limitRate(
  deps: Pick<Deps, 'rateLimits' | 'clock' | 'metrics'>,
  userId: string,
  bucket: keyof typeof PER_MINUTE,
): Promise<void> {
  const nowMs = deps.clock.now();
  const window = Math.floor(nowMs / WINDOW_MS);
  const endsMs = (window + 1) * WINDOW_MS;
  const ttlSeconds = Math.ceil(endsMs / 1000) + KEPT_SECONDS;
  if (await deps.rateLimits.take(userId, bucket, window, PER_MINUTE[bucket], ttlSeconds)) return;
  deps.metrics.count('too_many_requests');
  throw new CallerError('rate_limited', `At most ${PER_MINUTE[bucket]} ${bucket} a minute. Wait, then go on.`, {
    retryAfterSeconds: Math.max(1, Math.ceil((endsMs - nowMs) / 1000)),
  });
}
