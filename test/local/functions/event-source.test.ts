import { afterEach, describe, expect, it } from 'vitest';
import { createEventSources, MAX_HOPS } from '../../../local/functions/event-source.ts';
import type { Statement } from '../../../local/iam/principal.ts';
import type { InvokeResult, Resource } from '../../../local/stack.ts';
import { entry, orderParts } from '../events/bus-parts.ts';
import { ACCOUNT, runtimeParts } from '../runtime-parts.ts';
import { queueArn, queueResource, redriveTo } from '../sqs/queue-parts.ts';

const functionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:dispatch`;
const functionResource = (properties: object = {}): Resource => ({
  logicalId: 'Dispatch',
  type: 'AWS::Lambda::Function',
  ref: 'dispatch',
  attributes: { Arn: functionArn },
  properties: { Timeout: 30, ...properties },
});
const mappingResource = (properties: object): Resource => ({
  logicalId: 'DispatchSource',
  type: 'AWS::Lambda::EventSourceMapping',
  ref: 'mapping-id',
  attributes: {},
  properties: { EventSourceArn: queueArn('work'), FunctionName: 'dispatch', ...properties },
});
const mayRead: Statement = {
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: queueArn('work'),
};

type Answer = (event: any, lineage: number) => Promise<unknown> | unknown;
interface SetUp {
  mapping?: object;
  target?: object;
  statements?: Statement[];
  queue?: object;
}
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A queue with a dead-letter queue, read by a function that answers as the test says; it throws for an Error. */
function setUp({ mapping = {}, target = {}, statements = [mayRead], queue = {} }: SetUp = {}) {
  const parts = runtimeParts(
    queueResource('work', { VisibilityTimeout: 30, ...redriveTo('dead', 3), ...queue }),
    queueResource('dead'),
    functionResource(target),
    mappingResource({ FunctionResponseTypes: ['ReportBatchItemFailures'], ...mapping }),
  );
  const work = parts.queues.byName('work')!;
  const test = { answer: (() => null) as Answer, batches: [] as string[][], concurrent: 0, mostConcurrent: 0 };
  parts.functions.invoke = async (arn, event: any, { lineage = 0 } = {}): Promise<InvokeResult> => {
    parts.invoked.push({ functionArn: arn, event });
    test.batches.push(event.Records.map(({ body }: { body: string }) => body));
    test.mostConcurrent = Math.max(test.mostConcurrent, ++test.concurrent);
    try {
      const payload = await test.answer(event, lineage);
      return { ok: true, payload, durationMs: 1 };
    } catch (error) {
      return { ok: false, errorType: 'Error', errorMessage: (error as Error).message, durationMs: 1 };
    } finally {
      test.concurrent--;
    }
  };
  const principal = { name: 'dispatch', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/dispatch/dispatch`, statements };
  const sources = createEventSources({ ...parts, principalOf: () => principal });
  open.push(() => {
    sources.stop();
    parts.clock.close();
  });
  const send = (...bodies: string[]) => {
    for (const body of bodies) work.send({ body, senderId: 'test' });
  };
  return { ...parts, test, sources, work, send, settle: () => parts.activity.idle() };
}
async function behindABus() {
  const parts = orderParts({}, functionResource({ Timeout: 3 }), mappingResource({}));
  const test = { batches: [] as string[][] };
  parts.functions.invoke = async (_arn, event: any) => {
    test.batches.push(event.Records.map(({ body }: { body: string }) => body));
    return { ok: true, payload: null, durationMs: 1 };
  };
  const principal = { name: 'dispatch', arn: functionArn, statements: [mayRead] };
  const sources = createEventSources({ ...parts, principalOf: () => principal });
  open.push(() => {
    sources.stop();
    parts.clock.close();
  });
  await sources.start();
  return { parts, test };
}
const started = async (options?: SetUp) => {
  const parts = setUp(options);
  await parts.sources.start();
  return parts;
};
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
describe('an event source mapping', () => {
  it('hands over what is sent together in one batch, in Lambda’s shape, and deletes it', async () => {
    const { work, send, settle, test, invoked, meter } = await started();
    work.send({
      body: 'first',
      senderId: 'someone',
      attributes: { kind: { DataType: 'Binary', BinaryValue: Buffer.from('k') } },
    });
    send('second');
    await settle();
    expect(test.batches).toEqual([['first', 'second']]);
    expect(invoked[0]!.event.Records[0]).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'first',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: 'someone',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        kind: { binaryValue: 'aw==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfBody: '8b04d5e3775d298e78455efc5ca404d5',
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn('work'),
      awsRegion: 'us-east-1',
    });
    expect(work.peek()).toEqual([]);
    expect(meter.read().by.sqs_requests).toEqual({ 'sqs:ReceiveMessage': 1, 'sqs:DeleteMessageBatch': 1 });
  });

  it('takes what lay in the queue before the start', async () => {
    const { sources, send, settle, test } = setUp();
    send('waiting');
    await sources.start();
    await settle();
    expect(test.batches).toEqual([['waiting']]);
  });

  it('runs up to MaximumConcurrency invocations at once', async () => {
    const { send, settle, test, work } = await started({
      mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } },
    });
    test.answer = () => new Promise((resolve) => setImmediate(() => resolve(null)));
    send(...numbers(20));
    await settle();
    expect(test.mostConcurrent).toBe(3);
    expect(test.batches.flat().sort()).toEqual(numbers(20).sort());
    expect(work.peek()).toEqual([]);
  });

  it('waits for the batching window, unless the batch is full before', async () => {
    const { send, settle, test, clock } = await started({
      mapping: { BatchSize: 15, MaximumBatchingWindowInSeconds: 5 },
    });
    send('a');
    await settle();
    await clock.advance(3);
    send('b');
    await settle();
    expect(test.batches).toEqual([]);
    await clock.advance(2);
    expect(test.batches).toEqual([['a', 'b']]);
    send(...numbers(16));
    await settle();
    expect(test.batches.slice(1).map(({ length }) => length)).toEqual([15]);
    await clock.advance(5);
    expect(test.batches.slice(2)).toEqual([['15']]);
  });

  it('leaves a failed batch invisible until its timeout, then to the dead-letter queue', async () => {
    const { send, settle, test, clock, messages, logged } = await started();
    test.answer = () => {
      throw new Error('boom');
    };
    send('poison');
    await settle();
    expect(test.batches).toHaveLength(1);
    await clock.advance(29);
    expect(test.batches).toHaveLength(1);
    await clock.advance(1);
    expect(test.batches).toHaveLength(2);
    await clock.advance(60);
    expect(test.batches).toHaveLength(3);
    expect(messages('work')).toEqual([]);
    expect(messages('dead')).toMatchObject([{ body: 'poison', deadLetterSourceArn: queueArn('work') }]);
    expect(logged[0]).toBe('DispatchSource: dispatch failed on 1 messages: Error: boom');
  });

  const ids = (event: any, ...bodies: string[]) =>
    event.Records.filter(({ body }: any) => bodies.includes(body)).map(({ messageId }: any) => ({
      itemIdentifier: messageId,
    }));
  const answers: [name: string, answer: Answer, left: string[]][] = [
    ['null', () => null, []],
    ['nothing', () => undefined, []],
    ['{}', () => ({}), []],
    ['a null list', () => ({ batchItemFailures: null }), []],
    ['an empty list', () => ({ batchItemFailures: [] }), []],
    ['one failure', (event) => ({ batchItemFailures: ids(event, 'b') }), ['b']],
    ['the same failure twice', (event) => ({ batchItemFailures: [...ids(event, 'b'), ...ids(event, 'b')] }), ['b']],
    ['all failures', (event) => ({ batchItemFailures: ids(event, 'a', 'b') }), ['a', 'b']],
    ['an unknown id', (event) => ({ batchItemFailures: [...ids(event, 'b'), { itemIdentifier: 'x' }] }), ['a', 'b']],
    ['an empty id', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), ['a', 'b']],
    ['a null id', () => ({ batchItemFailures: [{ itemIdentifier: null }] }), ['a', 'b']],
    ['a bad key', (event) => ({ batchItemFailures: [{ id: ids(event, 'a')[0].itemIdentifier }] }), ['a', 'b']],
    ['null in the list', () => ({ batchItemFailures: [null] }), ['a', 'b']],
    ['no list', () => ({ batchItemFailures: 'a' }), ['a', 'b']],
    ['text', () => 'done', ['a', 'b']],
  ];
  it.each(answers)('reads the answer: %s', async (_name, answer, left) => {
    const { send, settle, test, messages } = await started();
    test.answer = answer;
    send('a', 'b');
    await settle();
    expect(messages('work').map(({ body }) => body)).toEqual(left);
  });

  it('takes any answer for success where failures are not reported', async () => {
    const { send, settle, test, messages } = await started({ mapping: { FunctionResponseTypes: [] } });
    test.answer = (event) => ({ batchItemFailures: ids(event, 'a') });
    send('a');
    await settle();
    expect(messages('work')).toEqual([]);
  });

  it('deletes what its filters do not want', async () => {
    const Filters = [{ Pattern: '{"body":{"kind":["wanted"]}}' }, { Pattern: '{"body":["plain"]}' }];
    const { send, settle, test, messages } = await started({ mapping: { FilterCriteria: { Filters } } });
    send('{"kind":"wanted"}', '{"kind":"other"}', 'plain', 'no json', '["plain"]');
    await settle();
    expect(test.batches).toEqual([['{"kind":"wanted"}', 'plain']]);
    expect(messages('work')).toEqual([]);
  });

  it('does nothing while disabled', async () => {
    const { send, settle, test } = await started({ mapping: { Enabled: false } });
    send('x');
    await settle();
    expect(test.batches).toEqual([]);
  });

  it('keeps each event within Lambda’s payload', async () => {
    const { send, settle, test } = await started();
    const large = 'x'.repeat(1_000_000);
    send(...numbers(8).map((number) => number + large));
    await settle();
    expect(test.batches.map(({ length }) => length)).toEqual([6, 2]);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
describe('events put together', () => {
  it('reach the function together', async () => {
    const { parts, test } = await behindABus();
    parts.bus.putEvents(Array.from({ length: 10 }, (_, order) => entry({ order })));
    await parts.activity.idle();
    expect(test.batches.map((batch) => batch.map((body) => JSON.parse(body).detail.order))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    ]);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
describe('a mapping whose calls fail', () => {
  it('tries a failed receive again by the clock, losing nothing', async () => {
    const { send, settle, test, clock, faults, messages } = await started();
    faults.add({ service: 'sqs', operation: 'ReceiveMessage', kind: 'throttle', times: 2 });
    send('a');
    await settle();
    expect(test.batches).toEqual([]);
    await clock.advance(1);
    expect(test.batches).toEqual([]);
    await clock.advance(2);
    expect(test.batches).toEqual([['a']]);
    expect(messages('work')).toEqual([]);
  });

  it('sees messages of a lost answer again after their visibility timeout', async () => {
    const { send, settle, test, clock, faults } = await started();
    faults.add({ service: 'sqs', operation: 'ReceiveMessage', kind: 'timeout_after_apply', times: 1 });
    send('a');
    await settle();
    await clock.advance(29);
    expect(test.batches).toEqual([]);
    await clock.advance(1);
    expect(test.batches).toEqual([['a']]);
  });

  it('delivers again what it could not delete', async () => {
    const { send, settle, test, clock, faults, messages } = await started();
    faults.add({ service: 'sqs', operation: 'DeleteMessageBatch', kind: 'error', times: 1 });
    send('a');
    await settle();
    expect(messages('work')).toHaveLength(1);
    await clock.advance(30);
    expect(test.batches).toEqual([['a'], ['a']]);
    expect(messages('work')).toEqual([]);
  });

  it.each(['GetQueueAttributes', 'ReceiveMessage', 'DeleteMessage'])(
    'needs sqs:%s in the function’s role',
    async (missing) => {
      const Action = (mayRead.Action as string[]).filter((action) => action !== `sqs:${missing}`);
      const { send, settle, logged, messages, calls } = await started({ statements: [{ ...mayRead, Action }] });
      send('a');
      await settle();
      expect(messages('work')).toHaveLength(1);
      expect(logged.join()).toMatch(
        new RegExp(`not authorized to perform: sqs:${missing} on resource: ${queueArn('work')}`),
      );
      expect(calls.latest(10).some(({ function: name, allowed }) => name === 'dispatch' && !allowed)).toBe(true);
    },
  );

  it('starts after a fault of its first check', async () => {
    const parts = setUp();
    parts.faults.add({ service: 'sqs', operation: 'GetQueueAttributes', kind: 'error', times: 1 });
    parts.send('a');
    await parts.sources.start();
    expect(parts.test.batches).toEqual([]);
    await parts.clock.advance(1);
    expect(parts.test.batches).toEqual([['a']]);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
describe('recursion', () => {
  /** The function sends each message on to its own queue, as its SDK would with the lineage of its invocation. */
  const loop = async (target: object, hops: number) => {
    const parts = await started({ target });
    parts.test.answer = (event, lineage) => {
      const [{ body }] = event.Records;
      if (lineage < hops) parts.work.send({ body, senderId: 'dispatch', hops: lineage + 1 });
      return null;
    };
    parts.send('round');
    await parts.settle();
    return parts;
  };

  it('is stopped after 16 hops, the message in the dead-letter queue', async () => {
    const { test, messages, queues, logged } = await loop({}, 100);
    expect(test.batches).toHaveLength(MAX_HOPS + 1);
    expect(messages('dead')).toMatchObject([{ body: 'round', hops: MAX_HOPS + 1 }]);
    expect(queues.longestChain).toBe(MAX_HOPS + 1);
    expect(logged).toEqual([expect.stringMatching(/a loop around dispatch; it is in the dead-letter queue/)]);
  });

  it('is left alone up to there, or where the function allows it', async () => {
    const short = await loop({}, MAX_HOPS);
    expect(short.queues.longestChain).toBe(MAX_HOPS);
    expect(short.messages('dead')).toEqual([]);
    const allowed = await loop({ RecursiveLoop: 'Allow' }, 30);
    expect(allowed.test.batches).toHaveLength(31);
    expect(allowed.messages('dead')).toEqual([]);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
describe('a template asking for what Lambda refuses or is not emulated', () => {
  const wrong: [options: SetUp, reason: RegExp][] = [
    [{ mapping: { ProvisionedPollerConfig: {} } }, /DispatchSource .*: ProvisionedPollerConfig is not emulated/],
    [{ mapping: { EventSourceArn: 'arn:aws:kinesis:x' } }, /its source arn:aws:kinesis:x is no queue of this stack/],
    [{ mapping: { FunctionName: 'nobody' } }, /its function nobody is not of this stack/],
    [{ mapping: { BatchSize: 11 } }, /needs a MaximumBatchingWindowInSeconds of at least 1/],
    [{ mapping: { ScalingConfig: { MaximumConcurrency: 1 } } }, /MaximumConcurrency is 1; AWS allows 2 to 1000/],
    [{ mapping: { FunctionResponseTypes: ['Other'] } }, /FunctionResponseTypes Other/],
    [{ target: { Timeout: 31 } }, /Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds/],
    [
      { mapping: { FilterCriteria: { Filters: [{ Pattern: '{"body":"x"}' }] } } },
      /"body" must be an object or an array/,
    ],
  ];
  it.each(wrong)('is refused by name: %j', (options, reason) => {
    expect(() => setUp(options)).toThrow(reason);
  });
});
