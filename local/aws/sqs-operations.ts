// Each SQS operation: what IAM must allow and what it does, on inputs in the JSON protocol's shape.

import type { Permission } from '../iam/principal.ts';
import { isObject } from '../is-object.ts';
import type { Meter } from '../meter.ts';
import { invalidValue, messageBytes } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import { AwsError } from './aws-error.ts';
import { notEmulated } from './not-emulated.ts';
import { runBatch } from './sqs-batch.ts';
import { queueDoesNotExist } from './sqs-errors.ts';
import { answerMessage, readSend, type Sender, sendAnswer } from './sqs-messages.ts';

export interface SqsContext {
  queues: Queues;
  meter: Meter;
  sender: Sender;
}
type Input = Record<string, any>;
interface Plan {
  permissions: Permission[];
  run(): Promise<unknown>;
}
type QueueOperation = (queue: Queue, input: Input, context: SqsContext) => unknown;

/** One request is billed for each 64 KB begun. https://aws.amazon.com/sqs/pricing/ */
const BYTES_PER_REQUEST = 64 * 1024;

/**
 * AWS's limit of a whole batch; an entry over the queue's own maximum fails alone.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const MAX_BATCH_BYTES = 1024 * 1024;

/** Operations on one queue, and the IAM action of each: batches need their single form's. */
const ON_QUEUE: Record<string, [action: string, run: QueueOperation]> = {
  SendMessage: ['SendMessage', sendMessage],
  SendMessageBatch: ['SendMessage', sendMessageBatch],
  ReceiveMessage: ['ReceiveMessage', receiveMessage],
  DeleteMessage: [
    'DeleteMessage',
    (queue, { ReceiptHandle }) => queue.delete(required(ReceiptHandle, 'ReceiptHandle')),
  ],
  DeleteMessageBatch: ['DeleteMessage', deleteMessageBatch],
  ChangeMessageVisibility: ['ChangeMessageVisibility', changeVisibility],
  ChangeMessageVisibilityBatch: ['ChangeMessageVisibility', changeVisibilityBatch],
  GetQueueAttributes: ['GetQueueAttributes', getQueueAttributes],
  PurgeQueue: ['PurgeQueue', (queue) => queue.purge()],
  ListDeadLetterSourceQueues: ['ListDeadLetterSourceQueues', listSources],
};
/** What the template decides, or nothing here needs; refused by name. */
const NOT_EMULATED = new Set(
  'AddPermission CancelMessageMoveTask CreateQueue DeleteQueue ListQueueTags RemovePermission SetQueueAttributes TagQueue UntagQueue'.split(
    ' ',
  ),
);

export function planOperation(name: string, input: Input, context: SqsContext): Plan {
  const { queues } = context;
  const onQueue = Object.hasOwn(ON_QUEUE, name) ? ON_QUEUE[name] : undefined;
  if (onQueue) {
    const [action, run] = onQueue;
    const queue = queues.byUrl(String(input.QueueUrl ?? ''));
    if (!queue) throw queueDoesNotExist(String(input.QueueUrl ?? ''));
    return {
      permissions: [permission(action, queue)],
      run: async () => metered(name, context, input, await run(queue, input, context)),
    };
  }
  if (name === 'GetQueueUrl') {
    const queue = queues.byName(String(input.QueueName ?? ''));
    if (!queue) throw queueDoesNotExist(String(input.QueueName ?? ''));
    return {
      permissions: [permission('GetQueueUrl', queue)],
      run: async () => metered(name, context, input, { QueueUrl: queue.url }),
    };
  }
  if (name === 'ListQueues') {
    const permissions = [{ action: 'sqs:ListQueues', resource: '*' }];
    return { permissions, run: async () => metered(name, context, input, listQueues(queues, input)) };
  }
  if (name === 'StartMessageMoveTask') return startMove(input, context);
  if (name === 'ListMessageMoveTasks') {
    const resource = String(input.SourceArn ?? '');
    const permissions = [{ action: 'sqs:ListMessageMoveTasks', resource }];
    return { permissions, run: async () => ({ Results: queues.moves.list(resource, input.MaxResults ?? 1) }) };
  }
  if (NOT_EMULATED.has(name)) throw notEmulated(`SQS's ${name}`, 'The queues are those of the template.');
  throw new AwsError('UnknownOperationException', `SQS has no operation "${name}".`, 404);
}

function permission(action: string, queue: Queue): Permission {
  return { action: `sqs:${action}`, resource: queue.arn, resourcePolicy: queue.resourcePolicy };
}

function metered(name: string, { meter }: SqsContext, input: Input, result: unknown): unknown {
  const sent = name === 'SendMessage' ? [input] : name === 'SendMessageBatch' ? (input.Entries ?? []) : [];
  const received: { Body: string }[] = isObject(result) && Array.isArray(result.Messages) ? result.Messages : [];
  const bytes =
    sent.reduce(
      (sum: number, entry: Input) => sum + messageBytes(String(entry.MessageBody ?? ''), entry.MessageAttributes ?? {}),
      0,
    ) + received.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0);
  meter.add('sqs_requests', Math.max(1, Math.ceil(bytes / BYTES_PER_REQUEST)), `sqs:${name}`);
  return result;
}

function sendMessage(queue: Queue, input: Input, { sender, queues }: SqsContext) {
  const message = readSend(input, sender);
  const { messageId } = queue.send(message);
  queues.noteHops(message.hops ?? 0);
  return sendAnswer(messageId, message, input);
}

function sendMessageBatch(queue: Queue, input: Input, context: SqsContext) {
  return runBatch('SendMessageBatch', input.Entries, MAX_BATCH_BYTES, (entry) => sendMessage(queue, entry, context));
}

async function receiveMessage(queue: Queue, input: Input) {
  const max = within('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, 1, 10);
  const waitSeconds =
    input.WaitTimeSeconds === undefined ? undefined : within('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20);
  const visibility =
    input.VisibilityTimeout === undefined ? undefined : within('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200);
  const messages = await queue.receive({
    max,
    ...(waitSeconds !== undefined && { waitSeconds }),
    ...(visibility !== undefined && { visibilityTimeoutSeconds: visibility }),
  });
  return messages.length > 0 ? { Messages: messages.map((message) => answerMessage(message, input)) } : {};
}

function deleteMessageBatch(queue: Queue, input: Input) {
  return runBatch('DeleteMessageBatch', input.Entries, undefined, ({ ReceiptHandle }) => {
    queue.delete(required(ReceiptHandle, 'ReceiptHandle'));
    return {};
  });
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: Input) {
  if (VisibilityTimeout === undefined) throw missing('VisibilityTimeout');
  queue.changeVisibility(required(ReceiptHandle, 'ReceiptHandle'), VisibilityTimeout);
  return {};
}

function changeVisibilityBatch(queue: Queue, input: Input) {
  return runBatch('ChangeMessageVisibilityBatch', input.Entries, undefined, (entry) => changeVisibility(queue, entry));
}

function getQueueAttributes(queue: Queue, { AttributeNames = [] }: Input) {
  const all = queue.attributes();
  const names: string[] = AttributeNames.includes('All') ? Object.keys(all) : AttributeNames;
  const known = new Set([...Object.keys(all), ...OPTIONAL_ATTRIBUTES]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const chosen = names.filter((name) => name in all).map((name) => [name, all[name]]);
  return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
}
/**
 * Asked for by name they are answered, where the queue has them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
const OPTIONAL_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
];

function listSources(queue: Queue, _input: Input, { queues }: SqsContext) {
  return { queueUrls: queues.all.filter(({ deadLetterQueue }) => deadLetterQueue === queue).map(({ url }) => url) };
}

function listQueues(queues: Queues, { QueueNamePrefix = '' }: Input) {
  return { QueueUrls: queues.all.filter(({ name }) => name.startsWith(QueueNamePrefix)).map(({ url }) => url) };
}

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html#dlq-redrive-permissions
 */
function startMove(input: Input, { queues }: SqsContext): Plan {
  const source = queues.byArn(required(input.SourceArn, 'SourceArn'));
  const destination = input.DestinationArn === undefined ? undefined : queues.byArn(input.DestinationArn);
  const onSource = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
  return {
    permissions: [
      ...(source ? onSource.map((action) => permission(action, source)) : []),
      ...(destination ? [permission('SendMessage', destination)] : []),
    ],
    run: async () =>
      queues.moves.start({
        SourceArn: input.SourceArn,
        ...(input.DestinationArn !== undefined && { DestinationArn: input.DestinationArn }),
        ...(input.MaxNumberOfMessagesPerSecond !== undefined && {
          MaxNumberOfMessagesPerSecond: within(
            'MaxNumberOfMessagesPerSecond',
            input.MaxNumberOfMessagesPerSecond,
            1,
            500,
          ),
        }),
      }),
  };
}

function within(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidValue(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${least} and <= ${most}, if provided.`,
  );
}

function required(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw missing(name);
}

function missing(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);
}
