// A stage's throttling: one token bucket per route, as DefaultRouteSettings asks.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
import type { Clock } from '../clock.ts';
import type { Resource } from '../stack.ts';
import { notEmulated } from './check-properties.ts';

interface RouteSettings {
  ThrottlingRateLimit?: number | string;
  ThrottlingBurstLimit?: number | string;
}

/** What a setting may hold beside throttling: logs and metrics, which nobody reads here. */
const HARMLESS = ['DetailedMetricsEnabled', 'LoggingLevel', 'DataTraceEnabled'];

/** Answers whether a request on this route may pass now, and takes its token. */
export function throttle(stage: Resource, clock: Clock): (routeKey: string) => boolean {
  const settings: RouteSettings = stage.properties.DefaultRouteSettings ?? {};
  for (const [name, value] of Object.entries(settings)) {
    if (!HARMLESS.includes(name) && !name.startsWith('Throttling')) notEmulated(stage, name, value);
  }
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (routeKey) => {
    if (settings.ThrottlingRateLimit === undefined && settings.ThrottlingBurstLimit === undefined) return true;
    const perSecond = Number(settings.ThrottlingRateLimit ?? Number.POSITIVE_INFINITY);
    const size = Number(settings.ThrottlingBurstLimit ?? Math.max(1, perSecond));
    const nowMs = clock.now();
    const bucket = buckets.get(routeKey) ?? { tokens: size, atMs: nowMs };
    buckets.set(routeKey, bucket);
    const refill = nowMs > bucket.atMs ? ((nowMs - bucket.atMs) / 1000) * perSecond : 0;
    bucket.tokens = Math.min(size, bucket.tokens + refill);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
