// Structured logs and metrics of a function. What goes in is ids and codes, never text a person wrote, tokens or
// tickets.
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { Log, Metrics } from './domain/model/ports.ts';

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
  let isCounted = false;
  return {
    log: {
      info: (message, data = {}) => logger.info(message, data),
      error: (message, error, data = {}) => logger.error(message, { ...data, error: describe(error) }),
    },
    metrics: {
      count(name, amount = 1) {
        if (amount <= 0) return;
        emf.addMetric(name, MetricUnit.Count, amount);
        isCounted = true;
      },
      gauge(name, value) {
        emf.addMetric(name, MetricUnit.Count, value);
        isCounted = true;
      },
      latency(milliseconds) {
        emf.addMetric('delivery_latency', MetricUnit.Milliseconds, Math.max(0, milliseconds));
        isCounted = true;
      },
    },
    begin(context) {
      logger.addContext(context);
      // Lambda files its own metrics under this time, and an alarm subtracts one of ours from one of Lambda's.
      emf.setTimestamp(Date.now());
    },
    end() {
      // Publishing nothing is a warning in the logs, once a call.
      if (isCounted) emf.publishStoredMetrics();
      isCounted = false;
    },
  };
}

/** V8 quotes what it could not parse, which may be a person's words; other messages name ids and codes. */
export function describe(error: unknown): Error | string {
  if (!(error instanceof Error)) return typeof error;
  if (!(error instanceof SyntaxError)) return error;
  const withoutText = new Error('the text is left out');
  withoutText.name = error.name;
  withoutText.stack = `${error.name}: the text is left out\n${error.stack?.slice(error.stack.indexOf('\n    at ') + 1) ?? ''}`;
  return withoutText;
}
