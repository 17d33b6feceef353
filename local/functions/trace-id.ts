// The trace id Lambda gives an invocation, by which chains of functions that call themselves are found.
import { randomBytes } from 'node:crypto';

/**
 * As in `_X_AMZN_TRACE_ID`. `Lineage` starts with the number of functions the chain has passed through.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export function traceId(nowMs: number, hops: number, sampled: boolean): string {
  const seconds = Math.floor(nowMs / 1000).toString(16);
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  const lineage = `${hops}:${randomBytes(4).toString('hex')}:0`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled ? 1 : 0};Lineage=${lineage}`;
}
