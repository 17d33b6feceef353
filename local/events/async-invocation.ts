// Lambda's asynchronous invocation: accepted at once, run later, a failing function tried again twice by the clock.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { Functions } from '../stack.ts';

/** AWS waits one minute before the second try and two before the third. */
const RETRY_WAITS_MS = [60_000, 120_000];

export function asyncInvocation(deps: {
  functions: Functions;
  clock: Pick<Clock, 'now' | 'at'>;
  activity: Activity;
  log(line: string): void;
}): (functionArn: string, payload: unknown) => void {
  const { functions, clock, activity, log } = deps;
  const run = async (functionArn: string, payload: unknown, retries: number): Promise<void> => {
    const result = await functions.invoke(functionArn, payload);
    if (result.ok) return;
    const said = `Asynchronous invocation of ${functionArn} failed: ${result.errorType}: ${result.errorMessage}`;
    if (retries >= RETRY_WAITS_MS.length) return log(`${said}. Its tries are over: the event is dropped.`);
    log(`${said}. It is tried again.`);
    const later = () => void activity.track(run(functionArn, payload, retries + 1));
    clock.at(clock.now() + RETRY_WAITS_MS[retries]!, later);
  };
  return (functionArn, payload) => void activity.track(run(functionArn, payload, 0));
}
