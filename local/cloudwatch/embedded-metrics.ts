// Metrics that a function writes as log lines, in the embedded metric format.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import type { MetricName } from './metric-store.ts';

export interface Measured extends MetricName {
  value: number;
  atMs: number;
}

/** Nothing for any other line. */
export function embeddedMetrics(line: string): Measured[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const found = parsed(line);
  const { Timestamp: atMs, CloudWatchMetrics: directives } = found?._aws ?? {};
  if (typeof atMs !== 'number' || !Array.isArray(directives)) return [];
  return directives.flatMap(({ Namespace: namespace, Dimensions = [[]], Metrics = [] }: Record<string, any>) =>
    Metrics.flatMap(({ Name: name }: { Name: string }): Measured[] =>
      Dimensions.flatMap((names: string[]): Measured[] => {
        const dimensions = Object.fromEntries(names.map((dimension) => [dimension, String(found?.[dimension])]));
        return [found?.[name]].flat().map((value) => ({ namespace, name, dimensions, value: Number(value), atMs }));
      }),
    ),
  );
}

function parsed(line: string): Record<string, any> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // A line that only mentions the word: it has no metrics.
    return undefined;
  }
}
