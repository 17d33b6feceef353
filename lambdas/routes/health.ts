// GET /health: whether the API answers, and the table behind it.
import { CallerError } from '../../protocol/error-codes.ts';
import type { Deps } from '../domain/model/ports.ts';
import type { RestHandlers } from './rest-env.ts';

/** Our choice: anybody may ask, so the table is asked at most so often by each container. */
const REMEMBERED_MS = 5_000;

export function healthRoutes(deps: Pick<Deps, 'clock' | 'log'> & { checkTable(): Promise<void> }) {
  let latest: { askedAtMs: number; isHealthy: Promise<boolean> } | undefined;
  const ask = () =>
    deps.checkTable().then(
      () => true,
      (error: unknown) => {
        deps.log.error('the table does not answer', error);
        return false;
      },
    );
  return {
    async health(c) {
      const nowMs = deps.clock.now();
      if (latest === undefined || nowMs - latest.askedAtMs >= REMEMBERED_MS)
        latest = { askedAtMs: nowMs, isHealthy: ask() };
      if (await latest.isHealthy) return c.json({ status: 'ok' });
      throw new CallerError('unavailable', 'The table does not answer. Try again later.');
    },
  } satisfies Partial<RestHandlers>;
}
