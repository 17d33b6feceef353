// What SQS itself was recorded to answer, by the suite of another emulator that runs against AWS:
// https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.snapshot.json
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqsService } from '../../../local/aws/sqs.ts';
import { runtimeParts, serve } from '../runtime-parts.ts';
import { queueResource, queueUrl } from '../sqs/queue-parts.ts';

const parts = runtimeParts(
  queueResource('work', { VisibilityTimeout: 1 }),
  queueResource('small', { MaximumMessageSize: 2048 }),
);
const QueueUrl = queueUrl('work');
let server: Awaited<ReturnType<typeof serve>>;
let sqs: SQSClient;
beforeAll(async () => {
  server = await serve(sqsService(parts.queues, parts.meter), parts);
  sqs = new SQSClient(server);
});
afterAll(async () => {
  sqs.destroy();
  await server.close();
  parts.clock.close();
});
beforeEach(() => parts.queues.reset());

const send = (input: Partial<SendMessageCommandInput>) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'test', ...input }));
const receive = async (input: object = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...input }))).Messages ?? [];

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
describe('the visibility timeout of a message', () => {
  it('is changed after it ended, and by the handle of an earlier receive', async () => {
    await send({});
    const [first] = await receive();
    await parts.clock.advance(2_000);
    const change = (VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout }),
      );
    await change(60);
    expect(await receive()).toEqual([]);
    await parts.clock.advance(61_000);
    expect(await receive()).toHaveLength(1);
    await change(0);
    expect(await receive()).toHaveLength(1);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
describe('a batch', () => {
  const batch = (...bodies: string[]) =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl('small'),
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    );

  it('may be longer than the maximum of the queue', async () => {
    expect((await batch('x'.repeat(2048), 'a')).Successful).toHaveLength(2);
  });

  it('fails for the one entry that is longer', async () => {
    expect(await batch('x'.repeat(2049), 'a')).toMatchObject({
      Successful: [{ Id: '1' }],
      Failed: [{ Id: '0', SenderFault: true, Code: 'InvalidParameterValue', Message: /shorter than 2048 bytes/ }],
    });
  });

  it('fails whole above 1 MiB', async () => {
    await expect(batch('x'.repeat(1024 * 1024), 'a')).rejects.toThrow(
      'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    );
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
describe('what SendMessage refuses', () => {
  it.each(['', 'a'.repeat(129), 'group 123', 'grüppe'])('the message group "%s"', async (MessageGroupId) => {
    await expect(send({ MessageGroupId })).rejects.toThrow(
      `Value ${MessageGroupId} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  });

  const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
  const refused: [what: string, attributes: SendMessageCommandInput['MessageAttributes']][] = [
    ['control characters in an attribute', { a: text('Invalid-\b,\v') }],
    ['a name that begins with a reserved prefix', { 'aWs.x': text('x') }],
    ['a name that ends with a dot', { 'x.': text('x') }],
    ['a name with an exclamation mark', { 'x!': text('x') }],
    ['a name with a section sign', { 'x§': text('x') }],
    ['a name of 257 characters', { ['L'.repeat(257)]: text('x') }],
    ['an unknown type', { x: text('x', 'Invalid') }],
    ['a type of more than 256 characters', { x: text('1', `Number.${'L'.repeat(256)}`) }],
  ];
  it.each(refused)('%s', async (_, MessageAttributes) => {
    await expect(send({ MessageAttributes })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('system attributes other than AWSTraceHeader', async () => {
    const MessageSystemAttributes = { Invalid: text('x') } as SendMessageCommandInput['MessageSystemAttributes'];
    await expect(send({ MessageSystemAttributes })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send({ MessageSystemAttributes: { AWSTraceHeader: text('1', 'Number') } })).rejects.toThrow(/String/);
  });

  it('not letters outside ASCII in the name of an attribute', async () => {
    await expect(send({ MessageAttributes: { 'attr.1øßä': text('Valid') } })).resolves.toHaveProperty('MessageId');
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-system-attributes
describe('the trace header of a message', () => {
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
  const received = async () => (await receive({ MessageSystemAttributeNames: ['AWSTraceHeader'] }))[0]?.Attributes;

  it('is the X-Amzn-Trace-Id of the call', async () => {
    const command = new SendMessageCommand({ QueueUrl, MessageBody: 'test' });
    command.middlewareStack.add(
      (next) => (call) => {
        (call.request as { headers: Record<string, string> }).headers['x-amzn-trace-id'] = trace;
        return next(call);
      },
      { step: 'build' },
    );
    expect(await sqs.send(command)).not.toHaveProperty('MD5OfMessageSystemAttributes');
    expect(await received()).toEqual({ AWSTraceHeader: trace });
  });

  it('is the system attribute of that name, of which the answer has the digest', async () => {
    const AWSTraceHeader = { DataType: 'String', StringValue: trace };
    const sent = await send({ MessageSystemAttributes: { AWSTraceHeader } });
    expect(sent.MD5OfMessageSystemAttributes).toBe('5ae4d5d7636402d80f4eb6d213245a88');
    expect(sent).not.toHaveProperty('MD5OfMessageAttributes');
    expect(await received()).toEqual({ AWSTraceHeader: trace });
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
describe('the names of attributes', () => {
  const names = ['Help.Me', 'Hello', 'General'];
  const asked: [wanted: string[], given: string[]][] = [
    [[], []],
    [['All'], names],
    [['*'], names],
    [['.*'], names],
    [['Foo', 'Help'], []],
    [
      ['Hello', 'General'],
      ['Hello', 'General'],
    ],
    [['Foo', 'Hello'], ['Hello']],
    [['Hel.*'], ['Help.Me', 'Hello']],
    [['..foo'], []],
  ];
  it.each(asked)('of a message: %j gives %j', async (MessageAttributeNames, given) => {
    const MessageAttributes = Object.fromEntries(names.map((name) => [name, { DataType: 'String', StringValue: 'x' }]));
    await send({ MessageAttributes });
    const [message] = await receive({ MessageAttributeNames });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual([...given].sort());
  });

  it('of a queue: those of FIFO queues are known, and absent', async () => {
    const attributes = (AttributeNames: string[]) =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: AttributeNames as 'FifoQueue'[] }));
    expect((await attributes(['FifoQueue', 'ContentBasedDeduplication', 'VisibilityTimeout'])).Attributes).toEqual({
      VisibilityTimeout: '1',
    });
    await expect(attributes(['Foobar'])).rejects.toThrow('Unknown Attribute Foobar.');
  });
});
