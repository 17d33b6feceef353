import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { activity } from '../../../local/activity.ts';
import { type Clock, movableClock } from '../../../local/clock.ts';
import { createQueues } from '../../../local/sqs/queues.ts';
import type { Resource } from '../../../local/stack.ts';
import { stackOf } from '../hand-made-stack.ts';
import { queueArn, queueResource, queueUrl, redriveTo } from './queue-parts.ts';

const clocks: Clock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.close();
});

function setUp(...resources: Resource[]) {
  const clock = movableClock(activity());
  clocks.push(clock);
  const queues = createQueues(stackOf(...resources), { clock });
  return { clock, queues, queue: queues.all[0]! };
}
const plain = (properties: Record<string, unknown> = {}) => setUp(queueResource('work', properties));
const message = (body = 'x') => ({ body, senderId: 'test' });

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
describe('a queue', () => {
  it('gives a message out once, hides it, and shows it again after the visibility timeout', async () => {
    const { clock, queue } = plain({ VisibilityTimeout: 60 });
    const { messageId } = queue.send({
      ...message('hello'),
      attributes: { kind: { DataType: 'String', StringValue: 'k' } },
    });
    const [first] = await queue.receive({ max: 10 });
    expect(first).toMatchObject({
      messageId,
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      messageAttributes: { kind: { DataType: 'String', StringValue: 'k' } },
      attributes: { SenderId: 'test', ApproximateReceiveCount: '1' },
    });
    const { ApproximateFirstReceiveTimestamp, SentTimestamp } = first!.attributes;
    expect(Number(ApproximateFirstReceiveTimestamp)).toBeGreaterThanOrEqual(Number(SentTimestamp));
    expect(await queue.receive()).toEqual([]);
    await clock.advance(59);
    expect(await queue.receive()).toEqual([]);
    await clock.advance(1);
    const [second] = await queue.receive();
    expect(second).toMatchObject({ messageId, attributes: { ...first!.attributes, ApproximateReceiveCount: '2' } });
    expect(second!.receiptHandle).not.toBe(first!.receiptHandle);

    queue.delete(first!.receiptHandle);
    expect(queue.peek()).toHaveLength(1);
    queue.delete(second!.receiptHandle);
    queue.delete(second!.receiptHandle);
    expect(queue.peek()).toEqual([]);
  });

  it('delays a message by its own delay, else by the queue’s', async () => {
    const { clock, queue } = plain({ DelaySeconds: 10 });
    queue.send(message('queue'));
    queue.send({ ...message('own'), delaySeconds: 900 });
    queue.send({ ...message('none'), delaySeconds: 0 });
    const bodies = async () => (await queue.receive({ max: 10 })).map(({ body }) => body);
    expect(await bodies()).toEqual(['none']);
    await clock.advance(10);
    expect(await bodies()).toEqual(['queue']);
    expect(queue.attributes()).toMatchObject({
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '2',
    });
    await clock.advance(890);
    expect(await bodies()).toContain('own');
  });

  it('changes visibility of what is in flight, up to twelve hours in all', async () => {
    const { clock, queue } = plain();
    queue.send(message());
    const [{ receiptHandle } = { receiptHandle: '' }] = await queue.receive();
    queue.changeVisibility(receiptHandle, 600);
    await clock.advance(599);
    expect(queue.available).toBe(0);
    queue.changeVisibility(receiptHandle, 0);
    expect(queue.available).toBe(1);

    const [again] = await queue.receive();
    expect(() => queue.changeVisibility(again!.receiptHandle, 43_201)).toThrow(/VisibilityTimeout is invalid/);
    expect(() => queue.changeVisibility(again!.receiptHandle, 1.5)).toThrow(/VisibilityTimeout is invalid/);
    queue.changeVisibility(again!.receiptHandle, 43_200);
    await clock.advance(3_600);
    expect(() => queue.changeVisibility(again!.receiptHandle, 43_200)).toThrow(/beyond the limit \[43200 seconds\]/);
    queue.delete(again!.receiptHandle);
    expect(() => queue.changeVisibility(receiptHandle, 5)).toThrow(/Message does not exist/);
    expect(() => queue.changeVisibility('nonsense', 5)).toThrow(
      expect.objectContaining({ code: 'ReceiptHandleIsInvalid' }),
    );
    expect(() => queue.delete('')).toThrow(expect.objectContaining({ code: 'ReceiptHandleIsInvalid' }));
  });

  it('forgets messages older than it keeps, by their first sending', async () => {
    const { clock, queue } = plain({ MessageRetentionPeriod: 60 });
    queue.send(message('old'));
    await clock.advance(59);
    queue.send(message('new'));
    await clock.advance(1);
    expect((await queue.receive({ max: 10 })).map(({ body }) => body)).toEqual(['new']);
    await clock.advance(59);
    expect(queue.attributes()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('answers a long poll when a message comes, or when its time is over', async () => {
    const { clock, queue } = plain();
    const early = queue.receive({ waitSeconds: 20 });
    const late = queue.receive({ waitSeconds: 20 });
    queue.send(message('for the first'));
    expect(await early).toMatchObject([{ body: 'for the first' }]);
    await clock.advance(20);
    expect(await late).toEqual([]);
    queue.send(message('for nobody yet'));
    expect(queue.available).toBe(1);

    const delayed = queue.receive({ max: 10, waitSeconds: 20, visibilityTimeoutSeconds: 5 });
    expect(await delayed).toMatchObject([{ body: 'for nobody yet' }]);
    const redelivered = queue.receive({ waitSeconds: 20 });
    await clock.advance(5);
    expect(await redelivered).toMatchObject([{ body: 'for nobody yet' }]);
  });

  it('moves a message received too often, its id and attributes kept', async () => {
    const { clock, queues, queue } = setUp(
      queueResource('work', { VisibilityTimeout: 30, ...redriveTo('dead', 2) }),
      queueResource('dead', { VisibilityTimeout: 30 }),
    );
    const attributes = { kind: { DataType: 'String', StringValue: 'k' } };
    const { messageId } = queue.send({ ...message('poison'), attributes });
    for (let count = 0; count < 2; count++) {
      expect(await queue.receive()).toHaveLength(1);
      await clock.advance(30);
    }
    expect(await queue.receive()).toEqual([]);
    const [dead] = await queues.byName('dead')!.receive();
    expect(dead).toMatchObject({ messageId, body: 'poison', messageAttributes: attributes });
    expect(dead!.attributes).toMatchObject({
      DeadLetterQueueSourceArn: queueArn('work'),
      ApproximateReceiveCount: '3',
    });
  });

  it('is redriven to where the messages came from, or to another queue', async () => {
    const { clock, queues, queue } = setUp(
      queueResource('work', { VisibilityTimeout: 30, ...redriveTo('dead', 1) }),
      queueResource('dead'),
      queueResource('other'),
    );
    const { messageId } = queue.send(message('again'));
    await queue.receive();
    await clock.advance(30);
    await queue.receive();
    expect(() => queues.moves.start({ SourceArn: queueArn('work') })).toThrow(
      /must be configured as a Dead Letter Queue/,
    );
    expect(() => queues.moves.start({ SourceArn: queueArn('nowhere') })).toThrow(/nowhere doesn't exist/);
    queues.moves.start({ SourceArn: queueArn('dead') });
    const [back] = await queue.receive();
    expect(back).toMatchObject({ body: 'again', attributes: { ApproximateReceiveCount: '1' } });
    expect(back!.messageId).not.toBe(messageId);
    expect(back!.attributes.DeadLetterQueueSourceArn).toBeUndefined();

    // Sent to the dead-letter queue by hand: nobody knows its source.
    queues.byName('dead')!.send(message('by hand'));
    queues.moves.start({ SourceArn: queueArn('dead') });
    queues.moves.start({ SourceArn: queueArn('dead'), DestinationArn: queueArn('other') });
    expect(await queues.byName('other')!.receive()).toMatchObject([{ body: 'by hand' }]);
    expect(queues.moves.list(queueArn('dead'), 10)).toMatchObject([
      { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, DestinationArn: queueArn('other') },
      { Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource', ApproximateNumberOfMessagesMoved: 0 },
      { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 },
    ]);
  });

  it('purges, once a minute', async () => {
    const { clock, queue } = plain();
    queue.send(message());
    queue.send({ ...message(), delaySeconds: 60 });
    queue.purge();
    expect(queue.peek()).toEqual([]);
    expect(() => queue.purge()).toThrow(expect.objectContaining({ code: 'PurgeQueueInProgress' }));
    await clock.advance(60);
    queue.purge();
  });

  it('takes 1 MiB and no more, and no characters XML lacks', () => {
    const { queue } = plain();
    queue.send(message('x'.repeat(1_048_576)));
    expect(() => queue.send(message('x'.repeat(1_048_577)))).toThrow(/must be shorter than 1048576 bytes/);
    const attributes = { a: { DataType: 'String', StringValue: 'b' } };
    expect(() => queue.send({ ...message('x'.repeat(1_048_576)), attributes })).toThrow(/must be shorter/);
    expect(() => queue.send(message('a\u0000b'))).toThrow(expect.objectContaining({ code: 'InvalidMessageContents' }));
    expect(() => queue.send(message('\ud800'))).toThrow(expect.objectContaining({ code: 'InvalidMessageContents' }));
    expect(() => queue.send(message(''))).toThrow(/must contain the parameter MessageBody/);
    expect(() => queue.send({ ...message(), delaySeconds: 901 })).toThrow(/DelaySeconds must be >= 0 and <= 900/);
    queue.send(message('tab\t, emoji 🔔'));
  });

  it('loses and doubles nothing, whatever happens to its messages', async () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('send' as const), delay: fc.integer({ min: 0, max: 900 }) }),
      fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
      fc.record({ do: fc.constant('delete' as const) }),
      fc.record({ do: fc.constant('change' as const), seconds: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ do: fc.constant('advance' as const), seconds: fc.integer({ min: 1, max: 200 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
        const { clock, queue } = plain({ VisibilityTimeout: 30 });
        const alive = new Set<string>();
        const held = new Map<string, string>();
        for (const step of actions) {
          const [id, handle] = [...held][0] ?? [];
          if (step.do === 'send') alive.add(queue.send({ ...message(), delaySeconds: step.delay }).messageId);
          if (step.do === 'advance') await clock.advance(step.seconds);
          if (step.do === 'receive') {
            const got = await queue.receive({ max: step.max });
            expect(new Set(got.map(({ messageId }) => messageId)).size).toBe(got.length);
            for (const { messageId, receiptHandle } of got) {
              expect(alive).toContain(messageId);
              held.delete(messageId);
              held.set(messageId, receiptHandle);
            }
          }
          if (id && handle && step.do === 'delete') {
            queue.delete(handle);
            alive.delete(id);
            held.delete(id);
          }
          if (id && handle && step.do === 'change') {
            queue.changeVisibility(handle, step.seconds);
          }
          expect(new Set(queue.peek().map(({ message: { messageId } }) => messageId))).toEqual(alive);
        }
        await clock.advance(1_000);
        const rest = new Set<string>();
        for (let got = await queue.receive({ max: 10 }); got.length > 0; got = await queue.receive({ max: 10 })) {
          for (const { messageId } of got) rest.add(messageId);
        }
        expect(rest).toEqual(alive);
      }),
      { numRuns: 50 },
    );
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
describe('the queues of a stack', () => {
  it('are found by URL whatever the host, by name and by ARN', () => {
    const { queues, queue } = plain();
    for (const reference of ['work', queueArn('work'), queueUrl('work'), 'http://localhost:9999/000000000000/work']) {
      expect(queues.find(reference)).toBe(queue);
    }
    expect(queues.find('other')).toBeUndefined();
  });

  it('carry their policies', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Resource: queueArn('work'),
    };
    const policy: Resource = {
      logicalId: 'WorkPolicy',
      type: 'AWS::SQS::QueuePolicy',
      ref: 'WorkPolicy',
      attributes: {},
      properties: { Queues: [queueUrl('work')], PolicyDocument: { Statement: [statement] } },
    };
    const { queue } = setUp(queueResource('work'), policy);
    expect(queue.resourcePolicy).toEqual([statement]);
    expect(JSON.parse(queue.attributes().Policy!)).toMatchObject({ Statement: [statement] });
    expect(() => setUp(queueResource('work'), policy, policy)).toThrow(/Queue work has two policies/);
    expect(() => setUp(queueResource('else'), policy)).toThrow(/the queue .*work is not of this stack/);
  });

  const refused: [properties: Record<string, unknown>, reason: RegExp][] = [
    [{ FifoQueue: true }, /Queue work .*FifoQueue can't be true: use a standard queue/],
    [{ ContentBasedDeduplication: true }, /ContentBasedDeduplication is not emulated/],
    [{ SomethingNew: 1 }, /Queue work \(AWS::SQS::Queue\): SomethingNew is not emulated/],
    [{ DelaySeconds: 901 }, /DelaySeconds is 901; AWS allows 0 to 900/],
    [{ VisibilityTimeout: 43_201 }, /VisibilityTimeout/],
    [redriveTo('nowhere', 3), /nowhere is not of this stack/],
    [redriveTo('work', 0), /maxReceiveCount is 0/],
    [{ RedrivePolicy: '{' }, /RedrivePolicy is not JSON/],
    [{ RedriveAllowPolicy: { redrivePermission: 'some' } }, /redrivePermission is some/],
  ];
  it.each(refused)('refuse %j', (properties, reason) => {
    expect(() => plain(properties)).toThrow(reason);
  });

  it('respect who may use a dead-letter queue', () => {
    const dead = (policy: unknown) => queueResource('dead', { RedriveAllowPolicy: policy });
    const work = queueResource('work', redriveTo('dead', 3));
    expect(() => setUp(work, dead({ redrivePermission: 'denyAll' }))).toThrow(/RedriveAllowPolicy of dead/);
    expect(() => setUp(work, dead({ redrivePermission: 'byQueue', sourceQueueArns: [queueArn('x')] }))).toThrow(
      /RedriveAllowPolicy/,
    );
    expect(
      setUp(work, dead({ redrivePermission: 'byQueue', sourceQueueArns: [queueArn('work')] })).queue.deadLetterQueue
        ?.name,
    ).toBe('dead');
  });
});
