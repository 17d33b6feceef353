// The metrics of the running stack, minute by minute of the moved clock: what its alarms are evaluated on.

export interface MetricName {
  namespace: string;
  name: string;
  /** Each combination is a metric of its own, as in CloudWatch. */
  dimensions: Record<string, string>;
}

/** What was measured in a period; percentiles are not kept. */
export interface Statistics {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
}

export interface MetricStore {
  add(metric: MetricName, value: number, atMs: number): void;
  /** Undefined where nothing was measured. */
  read(metric: MetricName, fromMs: number, toMs: number): Statistics | undefined;
  clear(): void;
}

const MINUTE_MS = 60_000;
/** Our choices: three hours of a metric, and more metrics than a stack has. */
const MINUTES_KEPT = 180;
const METRICS_KEPT = 2_000;

export function metricStore(): MetricStore {
  const metrics = new Map<string, Map<number, Statistics>>();
  return {
    add(metric, value, atMs) {
      const key = keyOf(metric);
      const minutes = metrics.get(key) ?? new Map<number, Statistics>();
      if (!metrics.has(key) && metrics.size >= METRICS_KEPT) return;
      metrics.set(key, minutes);
      const minute = Math.floor(atMs / MINUTE_MS);
      const known = minutes.get(minute);
      const one = { sum: value, count: 1, minimum: value, maximum: value };
      minutes.set(minute, known ? together(known, one) : one);
      // Minutes come in order, so the first is the oldest.
      if (minutes.size > MINUTES_KEPT) minutes.delete(minutes.keys().next().value!);
    },

    read(metric, fromMs, toMs) {
      let found: Statistics | undefined;
      for (const [minute, one] of metrics.get(keyOf(metric)) ?? []) {
        const atMs = minute * MINUTE_MS;
        if (atMs >= fromMs && atMs < toMs) found = found ? together(found, one) : one;
      }
      return found;
    },

    clear: () => metrics.clear(),
  };
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

const together = (a: Statistics, b: Statistics): Statistics => ({
  sum: a.sum + b.sum,
  count: a.count + b.count,
  minimum: Math.min(a.minimum, b.minimum),
  maximum: Math.max(a.maximum, b.maximum),
});
