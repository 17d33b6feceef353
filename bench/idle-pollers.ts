// What Lambda's pollers ask a queue in vain.

/**
 * Lambda polls a queue with five pollers at least, each waiting 20 s for a message:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLERS = 5;
const WAIT_SECONDS = 20;

/**
 * Receives that end without a message, while others bring messages at this rate. Messages come at random, so each
 * poller's next one is exponentially distributed.
 */
export function idleReceivesPerSecond(busyPerSecond: number): number {
  const perPoller = busyPerSecond / POLLERS;
  if (perPoller === 0) return POLLERS / WAIT_SECONDS;
  return (POLLERS * perPoller) / Math.expm1(perPoller * WAIT_SECONDS);
}
