// Brings an event to one target: permission, retries by the clock, and the dead-letter queue when all fails.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html

import type { Activity } from '../activity.ts';
import { AnswerLost, AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import { errorMessage } from '../error-message.ts';
import type { Gate } from '../gate.ts';
import type { Taps } from '../history/taps.ts';
import type { Permission, Principal, Statement } from '../iam/principal.ts';
import type { Meter } from '../meter.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import type { BusEvent } from './event-entry.ts';
import { stringifyExact } from './exact-json.ts';
import type { Rule, Target } from './rules.ts';

export interface DeliveryDeps {
  queues: Queues;
  gate: Gate;
  clock: Pick<Clock, 'now' | 'at'>;
  activity: Activity;
  meter: Meter;
  accountId: string;
  /** Hands the event to Lambda's own asynchronous queue, which does its own retries. */
  invokeLater(functionArn: string, payload: unknown): void;
  functionPolicy(functionArn: string): Statement[];
  /** Puts the event on another bus as the target's role. */
  forward(target: Target, event: BusEvent): Promise<void>;
  log(line: string): void;
  random(): number;
  /** AWS says "an ISO 8601 timestamp" and no more: whole seconds are possible. Default: milliseconds, our choice. */
  ingestionTime?: IngestionTime;
  taps?: Taps;
  /** The target has the event, or it was given up. */
  settled?(event: BusEvent): void;
}
export type IngestionTime = 'milliseconds' | 'seconds';
export interface Delivery {
  rule: Rule;
  target: Target;
  event: BusEvent;
  receivedMs: number;
}

/**
 * First wait between tries; it doubles up to the longest. AWS says "exponential backoff and jitter"; the numbers are
 * our choice.
 */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 600_000;
const MAX_BURIAL_RETRIES = 20;
/** As for any send. https://aws.amazon.com/sqs/pricing/ */
const BYTES_PER_REQUEST = 64 * 1024;

/** Settles when the target has the event, it was given up, or it waits for its next try; never rejects. */
export async function deliver(delivery: Delivery, deps: DeliveryDeps, retries = 0): Promise<void> {
  const { clock, activity } = deps;
  const { rule, target, event, receivedMs } = delivery;
  try {
    const exact = new Date(receivedMs).toISOString();
    const ingestionTime = deps.ingestionTime === 'seconds' ? exact.replace(/\.\d+Z$/, 'Z') : exact;
    const text = target.text(event, { ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
    const messageId = await send(delivery, text, deps);
    deps.taps?.matched(event.id, rule.name, target.arn, messageId);
    deps.settled?.(event);
  } catch (error) {
    const nextMs = clock.now() + backoff(retries, deps);
    const exhausted =
      retries >= target.maximumRetryAttempts
        ? 'MaximumRetryAttempts'
        : nextMs - receivedMs > target.maximumEventAgeSeconds * 1000
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (!isPassing(error) || exhausted !== undefined) {
      await giveUp(delivery, error, retries, isPassing(error) ? exhausted : undefined, deps);
      deps.settled?.(event);
      return;
    }
    clock.at(nextMs, () => void activity.track(deliver(delivery, deps, retries + 1)));
  }
}

/** Throttling, the target's own failures and lost answers pass; missing permissions and resources never do. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsError)) return error instanceof AnswerLost;
  return (error.status >= 500 && error.status !== 501) || /Throttl|TooManyRequests|OverLimit/.test(error.code);
}

/** Gives the message's id where the target is a queue. */
async function send({ rule, target, event }: Delivery, text: string, deps: DeliveryDeps): Promise<string | undefined> {
  if (target.kind === 'bus') {
    await deps.forward(target, event);
    return undefined;
  }
  if (target.kind === 'function') {
    const policy = deps.functionPolicy(target.arn);
    await deps.gate.call({
      ...asEventBridge('lambda', 'Invoke', permission('lambda:InvokeFunction', target.arn, policy, rule, deps)),
      run: async () => deps.invokeLater(target.arn, JSON.parse(text)),
    });
    return undefined;
  }
  const queue = deps.queues.byArn(target.arn)!;
  return sendToQueue(queue, text, {}, target.messageGroupId, rule, deps);
}

function sendToQueue(
  queue: Queue,
  body: string,
  attributes: MessageAttributes,
  groupId: string | undefined,
  rule: Rule,
  deps: DeliveryDeps,
): Promise<string> {
  return deps.gate.call({
    ...asEventBridge('sqs', 'SendMessage', permission('sqs:SendMessage', queue.arn, queue.resourcePolicy, rule, deps)),
    run: async () => {
      const sender = { senderId: 'events.amazonaws.com', ...(groupId !== undefined && { groupId }) };
      const { messageId } = queue.send({ body, attributes, ...sender });
      deps.meter.add('sqs_requests', Math.ceil(Buffer.byteLength(body) / BYTES_PER_REQUEST), 'sqs:SendMessage');
      return messageId;
    },
  });
}

const eventBridge: Principal = {
  name: 'events.amazonaws.com',
  arn: 'events.amazonaws.com',
  statements: [],
  servicePrincipal: 'events.amazonaws.com',
};

function asEventBridge(service: string, operation: string, needed: Permission) {
  return { who: eventBridge, service, operation, permissions: [needed] };
}

function permission(
  action: string,
  resource: string,
  resourcePolicy: Statement[],
  rule: Rule,
  deps: DeliveryDeps,
): Permission {
  return {
    action,
    resource,
    resourcePolicy,
    context: { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': deps.accountId },
  };
}

async function giveUp(
  { rule, target, event }: Delivery,
  error: unknown,
  retries: number,
  exhausted: string | undefined,
  deps: DeliveryDeps,
): Promise<void> {
  const code = errorCode(error);
  const reason = errorMessage(error) || code;
  const what = `Event ${event.id} (${event['detail-type']}) did not reach ${target.arn} by rule ${rule.name}: ${code}: ${reason}`;
  if (!target.deadLetterQueue) return deps.log(`${what}. The target has no dead-letter queue: the event is dropped.`);
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const attributes: MessageAttributes = {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.arn),
    ERROR_CODE: text(code),
    ERROR_MESSAGE: text(reason),
    ...(exhausted !== undefined && {
      EXHAUSTED_RETRY_CONDITION: text(exhausted),
      RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(retries) },
    }),
  };
  await deadLetter(target.deadLetterQueue, stringifyExact(event), attributes, what, rule, deps);
}

/** A passing failure of the dead-letter queue itself is tried again, so that a short fault loses nothing. */
async function deadLetter(
  queue: Queue,
  body: string,
  attributes: MessageAttributes,
  what: string,
  rule: Rule,
  deps: DeliveryDeps,
  retries = 0,
): Promise<void> {
  const { clock, activity, log } = deps;
  try {
    const messageId = await sendToQueue(queue, body, attributes, undefined, rule, deps);
    deps.taps?.matched(JSON.parse(body).id, rule.name, queue.arn, messageId);
    log(`${what}. It is in the dead-letter queue ${queue.name}.`);
  } catch (refusal) {
    if (isPassing(refusal) && retries < MAX_BURIAL_RETRIES) {
      const again = () => void activity.track(deadLetter(queue, body, attributes, what, rule, deps, retries + 1));
      clock.at(clock.now() + backoff(retries, deps), again);
      return;
    }
    // AWS loses the event here, with a metric for its only trace.
    log(`${what}. The dead-letter queue ${queue.name} refused it too: ${errorMessage(refusal)}`);
  }
}

function backoff(retries: number, { random }: DeliveryDeps): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries) * (1 + random() / 4);
}

/** As the DLQ's messages name causes. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function errorCode(error: unknown): string {
  if (error instanceof AnswerLost) return 'TIMEOUT';
  if (!(error instanceof AwsError)) return 'UNKNOWN';
  if (error.code === 'INVALID_JSON') return 'INVALID_JSON';
  if (error.code === 'AccessDeniedException') return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist/.test(error.code)) return 'NO_RESOURCE';
  if (/Throttl|TooManyRequests|OverLimit/.test(error.code)) return 'THROTTLING';
  return error.status >= 500 ? 'ERROR_FROM_TARGET' : 'INVALID_PARAMETER';
}
