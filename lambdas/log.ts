// Structured logs and metrics of a function. What goes in is ids and codes, never text a person wrote, tokens or tickets.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as PowertoolsMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { Log, Metrics } from './domain/deps.ts';

export interface Observability {
  log: Log;
  metrics: Metrics;
  /** Called around every invocation. */
  begin(context: Context): void;
  end(): void;
}

export function observability(): Observability {
  const logger = new Logger();
  const emf = new PowertoolsMetrics();
  return {
    log: {
      info: (message, data = {}) => logger.info(message, data),
      error: (message, error, data = {}) => logger.error(message, { ...data, error: describe(error) }),
    },
    metrics: {
      count(name, amount = 1) {
        if (amount > 0) emf.addMetric(name, MetricUnit.Count, amount);
      },
      latency: (milliseconds) => emf.addMetric('delivery_latency', MetricUnit.Milliseconds, Math.max(0, milliseconds)),
    },
    begin: (context) => logger.addContext(context),
    end: () => emf.publishStoredMetrics(),
  };
}

/** An error's message may quote what a caller sent; its name and place do not. */
function describe(error: unknown): Error | string {
  if (!(error instanceof Error)) return typeof error;
  return error;
}
