// The Date header of an answer: SDKs correct their clock by it, so it is the time of the caller's own clock.
import type { IncomingHttpHeaders } from 'node:http';

/** The basic form of ISO 8601 in which requests are dated: 20261121T220122Z. */
const BASIC_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Functions sign by the moved clock, the AWS CLI by the real one. Of `clocksMs`, the one nearest to the request's date
 * is the caller's; the first one when the request has no date that can be read.
 */
export function answerDate(headers: IncomingHttpHeaders, clocksMs: [number, ...number[]]): string {
  const signedAt = BASIC_DATE.exec(String(headers['x-amz-date'] ?? ''));
  const [nearest] = clocksMs;
  if (!signedAt) return new Date(nearest).toUTCString();
  const [, year, month, day, hour, minute, second] = signedAt;
  const signedAtMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const distance = (clockMs: number) => Math.abs(clockMs - signedAtMs);
  return new Date(clocksMs.reduce((best, next) => (distance(next) < distance(best) ? next : best))).toUTCString();
}
