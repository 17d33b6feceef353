// One firing of a schedule: assumes its role, invokes its target, retries by the clock, ends in the dead-letter queue.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Activity } from '../activity.ts';
import { AnswerLost, AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Permission, Principal, Statement } from '../iam/principal.ts';
import { roleStatements } from '../iam/role-statements.ts';
import type { Functions, Stack } from '../stack.ts';
import type { Target } from './schedule-request.ts';

export type MessageAttributes = Record<string, { DataType: string; StringValue: string }>;

export interface InvocationDeps {
  stack: Stack;
  clock: Clock;
  activity: Activity;
  gate: Gate;
  functions: Functions;
  /** Puts a message on a queue of the stack; rejects with AwsError as SendMessage would. */
  sendToQueue(queueArn: string, body: string, attributes: MessageAttributes): Promise<void>;
  /** The statements of the queue's own policy; none for a queue that isn't there. */
  queuePolicy(queueArn: string): Statement[];
  log?(line: string): void;
  /** Called when a firing is given up, whether or not it went to a dead-letter queue. */
  dropped?(scheduleGroup: string): void;
}

export interface Firing {
  scheduleArn: string;
  target: Target;
  scheduledMs: number;
  /** Called once: the target took it, or all tries are over. */
  done(): void;
}

/**
 * First wait between tries; it doubles up to the longest. AWS says only "exponential backoff"; the numbers are our
 * choice.
 */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;

/** Invokes the target now. Returns a function that gives up the tries still to come. */
export function fire(firing: Firing, deps: InvocationDeps): () => void {
  const { clock, activity } = deps;
  const { RetryPolicy } = firing.target;
  const firstMs = clock.now();
  let cancelWait = () => {};
  let cancelled = false;

  const attempt = async (retries: number): Promise<void> => {
    const executionId = randomBytes(8).toString('hex');
    try {
      await invoke(firing, executionId, retries + 1, deps);
    } catch (error) {
      if (cancelled) return;
      const nextMs = clock.now() + Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries);
      const exhausted =
        retries >= RetryPolicy.MaximumRetryAttempts
          ? 'MaximumRetryAttempts'
          : nextMs > firstMs + RetryPolicy.MaximumEventAgeInSeconds * 1000
            ? 'MaximumEventAgeInSeconds'
            : undefined;
      if (isPassing(error) && !exhausted) {
        cancelWait = clock.at(nextMs, () => void activity.track(attempt(retries + 1)));
        return;
      }
      await giveUp(firing, { error, executionId, retries, exhausted: isPassing(error) ? exhausted : undefined }, deps);
    }
    if (!cancelled) firing.done();
  };
  void activity.track(attempt(0));
  return () => {
    cancelled = true;
    cancelWait();
  };
}

/**
 * Throttling, the target's own failures and lost answers are tried again; refusals and missing targets never get
 * better.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsError)) return error instanceof AnswerLost;
  return error.status >= 500 ? error.status !== 501 : /Throttl|TooManyRequests|LimitExceeded/.test(error.code);
}

async function invoke(firing: Firing, executionId: string, attemptNumber: number, deps: InvocationDeps): Promise<void> {
  const { target } = firing;
  const input = payload(firing, executionId, attemptNumber, deps);
  const isQueue = target.Arn.split(':')[2] === 'sqs';
  await deps.gate.call({
    who: roleSession(target.RoleArn, executionId, deps.stack),
    service: isQueue ? 'sqs' : 'lambda',
    operation: isQueue ? 'SendMessage' : 'Invoke',
    permissions: [
      isQueue ? sendPermission(target.Arn, deps) : { action: 'lambda:InvokeFunction', resource: target.Arn },
    ],
    run: async () => {
      if (isQueue) await deps.sendToQueue(target.Arn, input, {});
      else invokeAsync(firing, input, deps);
    },
  });
}

/** Scheduler invokes functions asynchronously: it has done its part when Lambda has taken the event. */
function invokeAsync(firing: Firing, input: string, { functions, activity, log }: InvocationDeps): void {
  const run = async () => {
    try {
      const result = await functions.invoke(firing.target.Arn, JSON.parse(input));
      if (!result.ok) log?.(`schedule ${firing.scheduleArn}: ${firing.target.Arn} failed: ${result.errorMessage}`);
    } catch (error) {
      log?.(`schedule ${firing.scheduleArn}: ${firing.target.Arn} could not be invoked: ${String(error)}`);
    }
  };
  void activity.track(run());
}

function sendPermission(queueArn: string, { queuePolicy }: InvocationDeps): Permission {
  return { action: 'sqs:SendMessage', resource: queueArn, resourcePolicy: queuePolicy(queueArn) };
}

function roleSession(roleArn: string, session: string, stack: Stack): Principal {
  const role = roleArn.split('/').at(-1)!;
  return {
    name: 'scheduler.amazonaws.com',
    arn: `arn:aws:sts::${stack.accountId}:assumed-role/${role}/${session}`,
    statements: roleStatements(stack, roleArn),
  };
}

/** AWS writes times without milliseconds here. */
const timestamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function payload(firing: Firing, executionId: string, attemptNumber: number, { stack }: InvocationDeps): string {
  const input =
    firing.target.Input ??
    JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: stack.accountId,
      time: timestamp(firing.scheduledMs),
      region: stack.region,
      resources: [firing.scheduleArn],
      detail: '{}',
    });
  const keywords: Record<string, string> = {
    'schedule-arn': firing.scheduleArn,
    'scheduled-time': timestamp(firing.scheduledMs),
    'execution-id': executionId,
    'attempt-number': String(attemptNumber),
  };
  return input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, keyword: string) => keywords[keyword] ?? whole);
}

interface Failure {
  error: unknown;
  executionId: string;
  retries: number;
  exhausted?: string;
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
async function giveUp(
  firing: Firing,
  { error, executionId, retries, exhausted }: Failure,
  deps: InvocationDeps,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const said = `schedule ${firing.scheduleArn}: ${firing.target.Arn} refused it: ${message}`;
  deps.dropped?.(firing.scheduleArn.split('/').at(-2)!);
  const queueArn = firing.target.DeadLetterConfig?.Arn;
  if (!queueArn) return deps.log?.(`${said}; dropped, as the schedule has no dead-letter queue`);
  const values: Record<string, string | undefined> = {
    ERROR_CODE: error instanceof AwsError ? error.code : 'InternalServerException',
    ERROR_MESSAGE: message,
    EXECUTION_ID: executionId,
    EXHAUSTED_RETRY_CONDITION: exhausted,
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(retries),
    SCHEDULED_TIME: timestamp(firing.scheduledMs),
    SCHEDULE_ARN: firing.scheduleArn,
    TARGET_ARN: firing.target.Arn,
  };
  const attributes: MessageAttributes = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) attributes[name] = { DataType: 'String', StringValue: value };
  }
  try {
    await deps.gate.call({
      who: roleSession(firing.target.RoleArn, executionId, deps.stack),
      service: 'sqs',
      operation: 'SendMessage',
      permissions: [sendPermission(queueArn, deps)],
      run: () => deps.sendToQueue(queueArn, payload(firing, executionId, retries + 1, deps), attributes),
    });
  } catch (failure) {
    // AWS drops the event too when its dead-letter queue can't take it; here it is at least said.
    deps.log?.(`${said}; lost, as its dead-letter queue ${queueArn} refused it too: ${String(failure)}`);
  }
}
