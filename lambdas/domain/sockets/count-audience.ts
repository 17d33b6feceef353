// How many are connected, to a topic or at all: counted at most once a minute, however often it is asked.
import type { AudienceCount, Deps } from './ports.ts';

/** Our choices. */
const FRESH_MS = 60_000;
const CLAIM_MS = 10_000;
const KEPT_SECONDS = 60 * 60;

export type CountedAudience = AudienceCount & { counted_at_ms: number };

/** The last count where there is one, else a new one that is not kept: for who may not write. */
export async function lastCount({ audience }: Pick<Deps, 'audience'>, topic: string): Promise<AudienceCount> {
  return (await audience.kept(topic)) ?? audience.count(topic);
}

export async function countAudience(
  { audience, clock }: Pick<Deps, 'audience' | 'clock'>,
  topic: string,
): Promise<CountedAudience> {
  const nowMs = clock.now();
  const kept = await audience.kept(topic);
  if (kept && nowMs - kept.counted_at_ms < FRESH_MS) return kept;
  // One caller counts; the others have the last count meanwhile. Without one, they count too.
  const isMine = await audience.claim(topic, nowMs, nowMs + CLAIM_MS);
  if (!isMine && kept) return kept;
  const count = await audience.count(topic);
  await audience.keep(topic, count, nowMs, Math.floor(nowMs / 1000) + KEPT_SECONDS);
  return { ...count, counted_at_ms: nowMs };
}
