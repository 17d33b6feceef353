// Checks what CreateSchedule and UpdateSchedule are given, with the limits and texts of the service.
import { AwsError } from '../aws/aws-error.ts';
import { notEmulated } from '../aws/not-emulated.ts';

export interface Target {
  Arn: string;
  RoleArn: string;
  Input?: string;
  RetryPolicy: { MaximumEventAgeInSeconds: number; MaximumRetryAttempts: number };
  DeadLetterConfig?: { Arn?: string };
}

export interface ScheduleRequest {
  Name: string;
  GroupName: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  Description?: string;
  /** Ignored for one-time schedules, as on AWS; only given back. Unix seconds. */
  StartDate?: number;
  EndDate?: number;
  State: 'ENABLED' | 'DISABLED';
  KmsKeyArn?: string;
  Target: Target;
  FlexibleTimeWindow: { Mode: 'OFF' };
  ActionAfterCompletion: 'NONE' | 'DELETE';
  ClientToken?: string;
}

// AWS's limits: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
const NAME = /^[0-9a-zA-Z-_.]+$/;
const CLIENT_TOKEN = /^[a-zA-Z0-9-_]+$/;
const QUEUE_ARN = /^arn:aws(-[a-z]+)?:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9\-_]+$/;
const ROLE_ARN = /^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const FUNCTION_ARN = /^arn:aws(-[a-z]+)?:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9-_]+(:[a-zA-Z0-9-_$]+)?$/;
const MAX_NAME_LENGTH = 64;
const MAX_DESCRIPTION_LENGTH = 512;
const MAX_TIME_ZONE_LENGTH = 50;
const MAX_INPUT_BYTES = 256 * 1024;
const MAX_RETRY_ATTEMPTS = 185;
const MIN_EVENT_AGE_SECONDS = 60;
const MAX_EVENT_AGE_SECONDS = 86_400;
const OTHER_TARGET_PARAMETERS = [
  'EcsParameters',
  'EventBridgeParameters',
  'EventBridgePutEventsV2Parameters',
  'EventBridgePutRawEventsParameters',
  'KinesisParameters',
  'SageMakerPipelineParameters',
];

export const invalid = (message: string) => new AwsError('ValidationException', message);

function violated(value: unknown, member: string, constraint: string): AwsError {
  const shown =
    value === undefined || value === null ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

function text(value: unknown, member: string, maxLength: number, pattern?: RegExp): string {
  if (value === undefined || value === null) throw violated(value, member, 'not be null');
  if (typeof value !== 'string') throw new AwsError('SerializationException', `${member} must be a string.`);
  if (value.length < 1) throw violated(value, member, 'have length greater than or equal to 1');
  if (value.length > maxLength) throw violated(value, member, `have length less than or equal to ${maxLength}`);
  if (pattern && !pattern.test(value))
    throw violated(value, member, `satisfy regular expression pattern: ${pattern.source}`);
  return value;
}

const optional = <T>(value: unknown, check: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : check(value);

function oneOf<T extends string>(value: unknown, member: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw violated(value, member, `satisfy enum value set: [${allowed.join(', ')}]`);
  return found;
}

function whole(value: unknown, member: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new AwsError('SerializationException', `${member} must be a whole number.`);
  if (value < least) throw violated(value, member, `have value greater than or equal to ${least}`);
  if (value > most) throw violated(value, member, `have value less than or equal to ${most}`);
  return value;
}

export const scheduleName = (value: unknown) => text(value, 'name', MAX_NAME_LENGTH, NAME);
export const groupName = (value: unknown) => text(value ?? 'default', 'groupName', MAX_NAME_LENGTH, NAME);
export const clientToken = (value: unknown) =>
  optional(value, (token) => text(token, 'clientToken', MAX_NAME_LENGTH, CLIENT_TOKEN));

function target(given: any): Target {
  if (given === undefined || given === null) throw violated(given, 'target', 'not be null');
  const Arn = text(given.Arn, 'target.arn', 1600);
  const RoleArn = text(given.RoleArn, 'target.roleArn', 1600, ROLE_ARN);
  const other = OTHER_TARGET_PARAMETERS.find((name) => given[name] !== undefined && given[name] !== null);
  if (other) throw notEmulated(`a schedule's ${other}`, 'Targets here are SQS queues and Lambda functions.');
  if (Arn.startsWith('arn:aws:scheduler:::aws-sdk:')) {
    throw notEmulated(`the universal schedule target ${Arn}`, "Use the queue's or function's own ARN as target.");
  }
  if (/^arn:aws:sqs:.*\.fifo$/.test(Arn)) throw notEmulated(`the FIFO queue ${Arn} as a schedule's target`);
  const isQueue = QUEUE_ARN.test(Arn);
  if (!isQueue && !FUNCTION_ARN.test(Arn)) {
    if (!/^arn:aws(-[a-z]+)?:[a-z0-9-]+:/.test(Arn)) throw invalid(`Provided Arn is not in correct format.`);
    throw notEmulated(`the schedule target ${Arn}`, 'Targets here are SQS queues and Lambda functions.');
  }
  if (given.SqsParameters?.MessageGroupId !== undefined) {
    throw invalid(
      isQueue
        ? 'SqsParameters with a MessageGroupId are for FIFO queues; the target is a standard queue. Leave them out.'
        : 'SqsParameters are for an Amazon SQS target only.',
    );
  }
  const Input = optional(given.Input, (input) => text(input, 'target.input', Number.MAX_SAFE_INTEGER));
  if (Input !== undefined && Buffer.byteLength(Input) > MAX_INPUT_BYTES) {
    throw invalid(`Input is ${Buffer.byteLength(Input)} bytes; the limit is ${MAX_INPUT_BYTES}.`);
  }
  if (Input !== undefined && !isQueue) {
    try {
      JSON.parse(Input);
    } catch {
      throw invalid('Input of an AWS Lambda target must be well-formed JSON.');
    }
  }
  const deadLetterArn = optional(given.DeadLetterConfig?.Arn, (arn) =>
    text(arn, 'target.deadLetterConfig.arn', 1600, QUEUE_ARN),
  );
  const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: attempts } = given.RetryPolicy ?? {};
  return {
    Arn,
    RoleArn,
    ...(Input === undefined ? {} : { Input }),
    RetryPolicy: {
      MaximumEventAgeInSeconds:
        optional(age, (value) =>
          whole(value, 'target.retryPolicy.maximumEventAgeInSeconds', MIN_EVENT_AGE_SECONDS, MAX_EVENT_AGE_SECONDS),
        ) ?? MAX_EVENT_AGE_SECONDS,
      MaximumRetryAttempts:
        optional(attempts, (value) => whole(value, 'target.retryPolicy.maximumRetryAttempts', 0, MAX_RETRY_ATTEMPTS)) ??
        MAX_RETRY_ATTEMPTS,
    },
    ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
  };
}

export function scheduleRequest(given: any): ScheduleRequest {
  const window = given.FlexibleTimeWindow;
  if (window === undefined || window === null) throw violated(window, 'flexibleTimeWindow', 'not be null');
  if (oneOf(window.Mode, 'flexibleTimeWindow.mode', ['OFF', 'FLEXIBLE']) === 'FLEXIBLE') {
    throw notEmulated('a flexible time window of a schedule', 'Set FlexibleTimeWindow.Mode to OFF.');
  }
  if (window.MaximumWindowInMinutes !== undefined && window.MaximumWindowInMinutes !== null) {
    throw invalid('MaximumWindowInMinutes cannot be set when FlexibleTimeWindow Mode is OFF.');
  }
  return {
    Name: scheduleName(given.Name),
    GroupName: groupName(given.GroupName),
    ScheduleExpression: text(given.ScheduleExpression, 'scheduleExpression', 256),
    ScheduleExpressionTimezone:
      optional(given.ScheduleExpressionTimezone, (zone) =>
        text(zone, 'scheduleExpressionTimezone', MAX_TIME_ZONE_LENGTH),
      ) ?? 'UTC',
    Description: optional(given.Description, (value) =>
      value === '' ? '' : text(value, 'description', MAX_DESCRIPTION_LENGTH),
    ),
    StartDate: given.StartDate ?? undefined,
    EndDate: given.EndDate ?? undefined,
    State: optional(given.State, (value) => oneOf(value, 'state', ['ENABLED', 'DISABLED'])) ?? 'ENABLED',
    KmsKeyArn: optional(given.KmsKeyArn, (value) => text(value, 'kmsKeyArn', 2048)),
    Target: target(given.Target),
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion:
      optional(given.ActionAfterCompletion, (value) => oneOf(value, 'actionAfterCompletion', ['NONE', 'DELETE'])) ??
      'NONE',
    ClientToken: clientToken(given.ClientToken),
  };
}
