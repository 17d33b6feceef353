// Reads the event source mappings of the template that lead from a queue to a function.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
import { compilePatternText } from '../events/pattern.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import type { ReceivedMessage } from '../sqs/stored-message.ts';
import type { Resource, Stack } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import { toRecord } from './queue-event.ts';
import { functionsSupport } from './support.ts';

export interface Mapping {
  /** The mapping's logical id, for messages to people. */
  id: string;
  queue: Queue;
  functionArn: string;
  functionName: string;
  batchSize: number;
  /** How long to wait for a batch to fill. */
  windowMs: number;
  maximumConcurrency: number;
  reportsFailures: boolean;
  isEnabled: boolean;
  /** False for a message that Lambda would delete without an invocation. */
  filter(message: ReceivedMessage): boolean;
  /** The function's RecursiveLoop is Allow. */
  allowsRecursion: boolean;
}

/** Lambda starts with 5 pollers and scales up; locally this stays (our choice). */
const DEFAULT_CONCURRENCY = 5;

export function readMappings(stack: Stack, queues: Queues): Mapping[] {
  return stack.ofType('AWS::Lambda::EventSourceMapping').map((resource) => readMapping(resource, stack, queues));
}

function readMapping(resource: Resource, stack: Stack, queues: Queues): Mapping {
  assertSupported(resource, functionsSupport.types);
  const { logicalId, properties } = resource;
  const fail = (problem: string) => new Error(`Event source mapping ${logicalId}: ${problem}`);
  const within = (name: string, value: unknown, least: number, most: number): number => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw fail(`${name} is ${value}; AWS allows ${least} to ${most}.`);
  };

  const queue = queues.byArn(properties.EventSourceArn);
  if (!queue)
    throw fail(
      `its source ${properties.EventSourceArn} is no queue of this stack; only queues are emulated as sources.`,
    );
  const target = stack.find('AWS::Lambda::Function', properties.FunctionName);
  if (!target) throw fail(`its function ${properties.FunctionName} is not of this stack.`);
  const batchSize = within('BatchSize', properties.BatchSize ?? 10, 1, 10_000);
  const windowSeconds = within(
    'MaximumBatchingWindowInSeconds',
    properties.MaximumBatchingWindowInSeconds ?? 0,
    0,
    300,
  );
  if (batchSize > 10 && windowSeconds < 1)
    throw fail('a BatchSize above 10 needs a MaximumBatchingWindowInSeconds of at least 1.');
  const timeoutSeconds = Number(target.properties.Timeout ?? 3);
  if (queue.settings.visibilityTimeoutSeconds < timeoutSeconds) {
    throw fail(
      `Queue visibility timeout: ${queue.settings.visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds.`,
    );
  }
  const { MaximumConcurrency } = properties.ScalingConfig ?? {};
  const responseTypes: string[] = properties.FunctionResponseTypes ?? [];
  const otherType = responseTypes.find((type) => type !== 'ReportBatchItemFailures');
  if (otherType) throw fail(`FunctionResponseTypes ${otherType} is not emulated.`);
  return {
    id: logicalId,
    queue,
    functionArn: target.attributes.Arn ?? '',
    functionName: target.ref,
    batchSize,
    windowMs: windowSeconds * 1000,
    maximumConcurrency:
      MaximumConcurrency === undefined
        ? DEFAULT_CONCURRENCY
        : within('MaximumConcurrency', MaximumConcurrency, 2, 1000),
    reportsFailures: responseTypes.length > 0,
    isEnabled: properties.Enabled !== false && properties.Enabled !== 'false',
    filter: readFilter(properties.FilterCriteria?.Filters ?? [], queue.arn, stack.region),
    allowsRecursion: target.properties.RecursiveLoop === 'Allow',
  };
}

/**
 * A filter sees the record; its `body` part is an object for bodies that are JSON, or a list for plain text, and a body
 * of the other sort does not match. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
function readFilter(filters: { Pattern?: string }[], queueArn: string, region: string): Mapping['filter'] {
  if (filters.length === 0) return () => true;
  const tests = filters.map(({ Pattern = '{}' }) => ({
    matches: compilePatternText(Pattern),
    isText: Array.isArray(JSON.parse(Pattern).body),
  }));
  return (message) => {
    const json = jsonObject(message.body);
    const record = toRecord(message, queueArn, region);
    return tests.some(({ matches, isText }) => {
      if (isText && json !== undefined) return false;
      return matches(json === undefined ? record : { ...record, body: json });
    });
  };
}

function jsonObject(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // A body may be any text.
  }
}
