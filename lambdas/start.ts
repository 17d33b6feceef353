// What every handler starts with: its Deps are built once per container, its logs and metrics are opened and flushed
// per call.
import type { Context } from 'aws-lambda';
import type { Clock, Log, Metrics } from './domain/model/ports.ts';
import { observability } from './log.ts';

export interface BaseDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export const systemClock: Clock = { now: () => Date.now() };

/** `handler = withDeps(build, name)`: `build` adds what this function needs to what all have. */
export function withDeps<Event, Result, Deps extends BaseDeps>(
  build: (base: BaseDeps) => Deps,
  run: (deps: Deps, event: Event, context: Context) => Promise<Result>,
): (event: Event, context: Context) => Promise<Result> {
  const { log, metrics, begin, end } = observability();
  const deps = build({ clock: systemClock, log, metrics });
  return async (event, context) => {
    begin(context);
    try {
      return await run(deps, event, context);
    } finally {
      end();
    }
  };
}
