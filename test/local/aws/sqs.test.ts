import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/aws/aws-error.ts';
import type { WireRequest } from '../../../local/aws/service.ts';
import { sqsService } from '../../../local/aws/sqs.ts';
import { OPERATOR, runtimeParts, serve } from '../runtime-parts.ts';
import { queueArn, queueResource, queueUrl, redriveTo } from '../sqs/queue-parts.ts';

const parts = runtimeParts(queueResource('work', redriveTo('dead', 3)), queueResource('dead'));
const service = sqsService(parts.queues, parts.meter);
const QueueUrl = queueUrl('work');
let server: Awaited<ReturnType<typeof serve>>;
let sqs: SQSClient;
beforeAll(async () => {
  server = await serve(service, parts);
  sqs = new SQSClient(server);
});
afterAll(async () => {
  sqs.destroy();
  await server.close();
  parts.clock.close();
});
beforeEach(() => {
  parts.queues.reset();
  parts.meter.reset();
});
const permissionsOf = (name: string, input: object) => service.decode(jsonRequest(name, input), OPERATOR).permissions;
const jsonRequest = (name: string, input: object, headers: Record<string, string> = {}) => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { 'x-amz-target': `AmazonSQS.${name}`, ...headers },
  body: Buffer.from(JSON.stringify(input)),
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
describe('SQS through the SDK', () => {
  it('sends, receives with every attribute, and deletes', async () => {
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'ünïcode' },
      count: { DataType: 'Number.int', StringValue: '5' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    const AWSTraceHeader = { DataType: 'String' as const, StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'hello',
        MessageAttributes,
        MessageSystemAttributes: { AWSTraceHeader },
        MessageGroupId: 'tenant',
      }),
    );
    expect(sent).toMatchObject({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
    );
    expect(Messages).toMatchObject([
      {
        MessageId: sent.MessageId,
        Body: 'hello',
        MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
        MessageAttributes,
        Attributes: {
          SenderId: 'LOCAL:operator',
          ApproximateReceiveCount: '1',
          MessageGroupId: 'tenant',
          AWSTraceHeader: AWSTraceHeader.StringValue,
        },
      },
    ]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
    expect(parts.queues.byName('work')!.peek()).toEqual([]);
    expect(parts.meter.read().by.sqs_requests).toEqual({
      'sqs:SendMessage': 1,
      'sqs:ReceiveMessage': 1,
      'sqs:DeleteMessage': 1,
    });
  });

  it('gives only the attributes asked for', async () => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'x',
        MessageAttributes: { 'a.one': text('1'), 'a.two': text('2'), b: text('3') },
      }),
    );
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ['a.*'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    expect(Object.keys(Messages![0]!.MessageAttributes!)).toEqual(['a.one', 'a.two']);
    expect(Object.keys(Messages![0]!.Attributes!)).toEqual(['SentTimestamp']);
    const plain = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(plain.Messages).toBeUndefined();
  });

  it('works in batches, each entry by itself', async () => {
    const result = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: '1' },
          { Id: 'b', MessageBody: '2', DelaySeconds: 901 },
          { Id: 'c', MessageBody: '3' },
        ],
      }),
    );
    expect(result.Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(result.Failed).toMatchObject([{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const [first, second] = Messages;
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'b', ReceiptHandle: 'nonsense', VisibilityTimeout: 0 },
        ],
      }),
    );
    expect(changed.Successful).toEqual([{ Id: 'a' }]);
    expect(changed.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'x', ReceiptHandle: second!.ReceiptHandle }] }),
    );
    expect(deleted.Successful).toEqual([{ Id: 'x' }]);
    expect(parts.queues.byName('work')!.peek()).toMatchObject([{ state: 'available', message: { body: '1' } }]);
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(parts.queues.byName('work')!.peek()).toEqual([]);
  });

  it('refuses malformed batches whole', async () => {
    const batch = (Entries: { Id: string; MessageBody: string }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody });
    await expect(batch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(batch([entry('a'), entry('a')])).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinct',
      message: 'Id a repeated.',
    });
    await expect(batch([entry('a b')])).rejects.toMatchObject({ name: 'InvalidBatchEntryId' });
    await expect(batch(Array.from({ length: 11 }, (_, i) => entry(`${i}`)))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
    const half = 'x'.repeat(600_000);
    await expect(batch([entry('a', half), entry('b', half)])).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });

  it('bills by 64 KB', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(64 * 1024 + 1) }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(parts.meter.read().by.sqs_requests).toEqual({ 'sqs:SendMessage': 2, 'sqs:ReceiveMessage': 3 });
  });

  it('describes queues', async () => {
    expect(await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))).toMatchObject({ QueueUrl });
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'de' }))).QueueUrls).toEqual([queueUrl('dead')]);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: queueArn('work'),
      VisibilityTimeout: '30',
      MaximumMessageSize: '1048576',
    });
    expect(JSON.parse(Attributes!.RedrivePolicy!)).toEqual({
      deadLetterTargetArn: queueArn('dead'),
      maxReceiveCount: 3,
    });
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: queueUrl('dead') }));
    expect(sources.queueUrls).toEqual([QueueUrl]);
    parts.queues.byName('dead')!.send({ body: 'x', senderId: 'test' });
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn('dead'), DestinationArn: queueArn('work') }));
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: queueArn('dead') }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  });

  it('names errors as SDKs know them', async () => {
    const nowhere = { QueueUrl: queueUrl('nowhere') };
    await expect(sqs.send(new ReceiveMessageCommand(nowhere))).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }))).rejects.toThrow(
      /MaxNumberOfMessages/,
    );
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }))).rejects.toThrow(
      /WaitTimeSeconds/,
    );
    await expect(
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 1 })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Nonsense' as 'All'] })),
    ).rejects.toMatchObject({ name: 'InvalidAttributeName' });
    await expect(sqs.send(new CreateQueueCommand({ QueueName: 'new' }))).rejects.toThrow(
      /does not emulate SQS's CreateQueue/,
    );
    const raw = await fetch(server.endpoint, {
      ...jsonRequest('PurgeQueue', nowhere),
      body: JSON.stringify(nowhere),
    } as RequestInit);
    expect(raw.status).toBe(400);
    expect(raw.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(await raw.json()).toMatchObject({ __type: 'com.amazonaws.sqs#QueueDoesNotExist' });
  });
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
describe('what SQS asks of IAM', () => {
  it('is the single form’s action, on the queue', () => {
    const on = (action: string) => [{ action: `sqs:${action}`, resource: queueArn('work'), resourcePolicy: [] }];
    expect(permissionsOf('SendMessageBatch', { QueueUrl })).toEqual(on('SendMessage'));
    expect(permissionsOf('DeleteMessageBatch', { QueueUrl })).toEqual(on('DeleteMessage'));
    expect(permissionsOf('ChangeMessageVisibilityBatch', { QueueUrl })).toEqual(on('ChangeMessageVisibility'));
    expect(permissionsOf('ListQueues', {})).toEqual([{ action: 'sqs:ListQueues', resource: '*' }]);
    const move = permissionsOf('StartMessageMoveTask', {
      SourceArn: queueArn('dead'),
      DestinationArn: queueArn('work'),
    });
    expect(move.map(({ action, resource }) => `${action} ${resource.split(':').at(-1)}`)).toEqual([
      'sqs:StartMessageMoveTask dead',
      'sqs:ReceiveMessage dead',
      'sqs:DeleteMessage dead',
      'sqs:GetQueueAttributes dead',
      'sqs:SendMessage work',
    ]);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
describe('a function’s lineage', () => {
  it('gives a message its hops, and goes with it', async () => {
    const headers = { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=1;Sampled=0;Lineage=3:ab:0' };
    await service.decode(jsonRequest('SendMessage', { QueueUrl, MessageBody: 'x' }, headers), OPERATOR).run();
    expect(parts.queues.byName('work')!.peek()).toMatchObject([
      { message: { hops: 3, systemAttributes: { AWSTraceHeader: { StringValue: headers['x-amzn-trace-id'] } } } },
    ]);
    expect(parts.queues.longestChain).toBe(3);
    await service
      .decode(jsonRequest('SendMessage', { QueueUrl, MessageBody: 'y' }, { 'x-amzn-trace-id': 'Root=1-2-3' }), OPERATOR)
      .run();
    expect(parts.queues.byName('work')!.peek()[1]).toMatchObject({ message: { hops: 0, systemAttributes: {} } });
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
describe('the Query protocol', () => {
  const query = async (parameters: Record<string, string>, path = '/') => {
    const response = await fetch(`${server.endpoint}${path}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    return { status: response.status, xml: await response.text() };
  };
  const inner = (xml: string, element: string) => new RegExp(`<${element}>([^]*?)</${element}>`).exec(xml)?.[1];

  it('sends and receives, lists and maps numbered', async () => {
    const sent = await query({
      Action: 'SendMessage',
      QueueUrl,
      MessageBody: '<a & "b">',
      'MessageAttribute.1.Name': 'kind',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'k',
    });
    expect(sent.status).toBe(200);
    // The queue's URL may be the address itself.
    const { xml } = await query(
      {
        Action: 'ReceiveMessage',
        MaxNumberOfMessages: '10',
        'AttributeName.1': 'All',
        'MessageAttributeName.1': 'All',
      },
      '/000000000000/work',
    );
    expect(inner(xml, 'Body')).toBe('&#60;a &#38; &#34;b&#34;&#62;');
    expect(xml).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(xml).toContain(
      '<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>k</StringValue></Value>',
    );
    expect(inner(sent.xml, 'MD5OfMessageAttributes')).toBe(inner(xml, 'MD5OfMessageAttributes'));
    const deleted = await query({
      Action: 'DeleteMessageBatch',
      QueueUrl,
      'DeleteMessageBatchRequestEntry.1.Id': 'a',
      'DeleteMessageBatchRequestEntry.1.ReceiptHandle': inner(xml, 'ReceiptHandle')!,
      'DeleteMessageBatchRequestEntry.2.Id': 'b',
      'DeleteMessageBatchRequestEntry.2.ReceiptHandle': 'nonsense',
    });
    expect(deleted.xml).toContain('<DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry>');
    expect(inner(deleted.xml, 'BatchResultErrorEntry')).toContain('<Code>ReceiptHandleIsInvalid</Code>');
    expect(parts.queues.byName('work')!.peek()).toEqual([]);
  });

  it('names errors in XML', async () => {
    const { status, xml } = await query({ Action: 'GetQueueUrl', QueueName: 'nowhere' });
    expect(status).toBe(400);
    expect(inner(xml, 'Code')).toBe('AWS.SimpleQueueService.NonExistentQueue');
    expect((await query({ Action: 'GetQueueAttributes', QueueUrl, 'AttributeName.1': 'QueueArn' })).xml).toContain(
      `<Attribute><Name>QueueArn</Name><Value>${queueArn('work')}</Value></Attribute>`,
    );
    expect(inner((await query({ Nothing: 'here' })).xml, 'Code')).toBe('MissingAction');
    expect(inner((await query({ Action: 'Nonsense' })).xml, 'Message')).toContain('no operation &#34;Nonsense&#34;');
  });
});

describe('whatever comes in', () => {
  const nameOf = fc.constantFrom(
    ...[
      'SendMessage',
      'SendMessageBatch',
      'ReceiveMessage',
      'DeleteMessage',
      'DeleteMessageBatch',
      'GetQueueAttributes',
    ],
    ...[
      'ChangeMessageVisibility',
      'ChangeMessageVisibilityBatch',
      'ListQueues',
      'StartMessageMoveTask',
      'ListMessageMoveTasks',
    ],
  );
  const outcome = async (request: WireRequest) => {
    try {
      await service.decode(request, OPERATOR).run();
    } catch (error) {
      expect(error).toBeInstanceOf(AwsError);
      expect(service.encodeError(error as AwsError, request).body).toContain((error as AwsError).code.slice(0, 5));
    }
  };
  const member = fc.constantFrom(
    ...[
      'MessageBody',
      'MessageAttributes',
      'Entries',
      'DelaySeconds',
      'ReceiptHandle',
      'VisibilityTimeout',
      'AttributeNames',
    ],
    ...['MessageAttributeNames', 'MaxNumberOfMessages', 'SourceArn', 'MaxResults', 'MessageSystemAttributes'],
  );

  it('as JSON is answered or refused by name', async () => {
    const input = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(member, fc.jsonValue()).map((members) => ({ QueueUrl, ...members })),
    );
    await fc.assert(
      fc.asyncProperty(nameOf, input, (name, value) => outcome(jsonRequest(name, value as object))),
      { numRuns: 300 },
    );
  });

  it('as a form is answered or refused by name', async () => {
    const path = fc.array(
      fc.oneof(member, fc.constantFrom('1', '2', 'Name', 'Value', 'MessageAttribute', '__proto__')),
      { minLength: 1, maxLength: 4 },
    );
    const form = fc.array(
      fc.tuple(
        path.map((steps) => steps.join('.')),
        fc.string(),
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(nameOf, form, (Action, pairs) => {
        const body = new URLSearchParams([['Action', Action], ['QueueUrl', QueueUrl], ...pairs]).toString();
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        return outcome({ method: 'POST', path: '/', query: new URLSearchParams(), headers, body: Buffer.from(body) });
      }),
      { numRuns: 300 },
    );
    expect(({} as any).Name).toBeUndefined();
  });
});
