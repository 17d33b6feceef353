import { afterEach, describe, expect, it } from 'vitest';
import { createEventBus } from '../../../local/events/event-bus.ts';
import type { Resource } from '../../../local/stack.ts';
import { ACCOUNT, role } from '../runtime-parts.ts';
import { queueArn, queueResource } from '../sqs/queue-parts.ts';
import { BUS_ARN, bus, busParts, entry, mayReceive, orderParts, rule, ruleArn } from './bus-parts.ts';

const open: { clock: { close(): void } }[] = [];
const kept = <T extends { clock: { close(): void } }>(parts: T): T => {
  open.push(parts);
  return parts;
};
afterEach(() => {
  for (const { clock } of open.splice(0)) clock.close();
});

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
describe('an event bus', () => {
  it('answers first, then delivers the envelope to each matching rule’s target', async () => {
    const parts = kept(orderParts());
    const result = parts.bus.putEvents([
      entry({ order: 1 }, { Resources: ['arn:x'], Time: 1_700_000_000.5 }),
      entry({}, { Source: 'elsewhere' }),
    ]);
    expect(result).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }, { EventId: expect.any(String) }],
    });
    expect(parts.messages('work')).toEqual([]);
    await parts.activity.idle();
    expect(parts.messages('work').map(({ body }) => JSON.parse(body))).toEqual([
      {
        version: '0',
        id: (result.Entries[0] as { EventId: string }).EventId,
        'detail-type': 'order.placed',
        source: 'shop',
        account: ACCOUNT,
        time: '2023-11-14T22:13:20Z',
        region: 'us-east-1',
        resources: ['arn:x'],
        detail: { order: 1 },
      },
    ]);
    expect(parts.calls.latest(1)).toMatchObject([
      { function: 'events.amazonaws.com', service: 'sqs', operation: 'SendMessage', allowed: true, outcome: 'ok' },
    ]);
    expect(parts.meter.read().units.sqs_requests).toBe(1);
  });

  it('stamps the clock’s time on an event without one', async () => {
    const parts = kept(orderParts());
    await parts.setTime('2030-01-01T00:00:00.900Z');
    parts.bus.putEvents([entry()]);
    await parts.activity.idle();
    expect(JSON.parse(parts.messages('work')[0]!.body).time).toBe('2030-01-01T00:00:00Z');
  });

  const refusals: [entry: object, code: string, message: string][] = [
    [{ Source: undefined }, 'InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.'],
    [
      { DetailType: '' },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [{ Detail: undefined }, 'InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.'],
    [{ Detail: '{' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Detail: '[]' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Detail: '"text"' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
    [{ EventBusName: 'nowhere' }, 'ResourceNotFoundException', 'Event bus nowhere does not exist.'],
  ];
  it.each(refusals)('refuses the entry with %j, and only that', async (wrong, ErrorCode, ErrorMessage) => {
    const parts = kept(orderParts());
    const result = parts.bus.putEvents([entry({}, wrong), entry()]);
    expect(result).toEqual({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode, ErrorMessage }, { EventId: expect.any(String) }],
    });
    await parts.activity.idle();
    expect(parts.messages('work')).toHaveLength(1);
  });

  it('refuses a call of too many or too large entries whole', () => {
    const { bus: shop } = kept(orderParts());
    expect(() => shop.putEvents([])).toThrow(/greater than or equal to 1/);
    expect(() => shop.putEvents(Array.from({ length: 11 }, () => entry()))).toThrow(/less than or equal to 10/);
    const half = { text: 'x'.repeat(512 * 1024) };
    expect(() => shop.putEvents([entry(half), entry(half)])).toThrow(
      'Total size of the entries in the request is over the limit.',
    );
    expect(shop.putEvents([entry(half)]).FailedEntryCount).toBe(0);
  });

  it('delivers twice when asked to', async () => {
    const parts = kept(orderParts());
    parts.bus.duplicateNext(1);
    parts.bus.putEvents([entry(), entry()]);
    await parts.activity.idle();
    const ids = parts.messages('work').map(({ body }) => JSON.parse(body).id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(2);
    expect(parts.bus.duplicatesLeft).toBe(0);
  });

  it('skips disabled rules', async () => {
    const off = rule('off', [{ Arn: queueArn('work') }], { State: 'DISABLED' });
    const parts = kept(busParts(queueResource('work'), mayReceive('work', 'off'), off));
    parts.bus.putEvents([entry()]);
    await parts.activity.idle();
    expect(parts.messages('work')).toEqual([]);
  });
});

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
describe('a delivery that fails', () => {
  const attributes = (message: { attributes: Record<string, { StringValue?: string }> }) =>
    Object.fromEntries(Object.entries(message.attributes).map(([name, { StringValue }]) => [name, StringValue]));

  it('for want of a permission goes to the dead-letter queue at once, the event whole', async () => {
    const denied = rule('denied', [
      { Arn: queueArn('work'), InputPath: '$.detail', DeadLetterConfig: { Arn: queueArn('lost') } },
    ]);
    const parts = kept(orderParts({}, denied));
    parts.bus.putEvents([entry({ order: 7 })]);
    await parts.activity.idle();
    expect(parts.messages('work')).toHaveLength(1);
    const [lost] = parts.messages('lost');
    expect(JSON.parse(lost!.body)).toMatchObject({ 'detail-type': 'order.placed', detail: { order: 7 } });
    expect(attributes(lost!)).toEqual({
      RULE_ARN: ruleArn('denied'),
      TARGET_ARN: queueArn('work'),
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: expect.stringContaining('sqs:SendMessage'),
    });
  });

  it('in passing is tried again by the clock', async () => {
    const parts = kept(orderParts());
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'throttle', times: 2 });
    parts.bus.putEvents([entry()]);
    await parts.activity.idle();
    expect(parts.messages('work')).toEqual([]);
    await parts.clock.advance(1);
    expect(parts.messages('work')).toEqual([]);
    await parts.clock.advance(2);
    expect(parts.messages('work')).toHaveLength(1);
  });

  it('is given up by a reset', async () => {
    const parts = kept(orderParts());
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'throttle', times: 1 });
    parts.bus.putEvents([entry()]);
    parts.bus.duplicateNext(3);
    await parts.activity.idle();
    parts.bus.reset();
    await parts.clock.advance(3_600);
    expect(parts.messages('work')).toEqual([]);
    expect(parts.bus.duplicatesLeft).toBe(0);
  });

  it('goes to the dead-letter queue when its tries are over', async () => {
    const parts = kept(orderParts({ RetryPolicy: { MaximumRetryAttempts: 1 } }));
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'error', times: 2 });
    parts.bus.putEvents([entry()]);
    await parts.clock.advance(60);
    expect(parts.messages('lost').map(attributes)).toMatchObject([
      { ERROR_CODE: 'ERROR_FROM_TARGET', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '1' },
    ]);
  });

  it('goes there when the event is too old', async () => {
    const parts = kept(orderParts({ RetryPolicy: { MaximumEventAgeInSeconds: 60 } }));
    const fault = parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'throttle' });
    parts.bus.putEvents([entry()]);
    // The tries at 1, 3, 7, 15 and 31 seconds fail; the next would be at 63. The dead-letter queue is throttled too,
    // for a while.
    await parts.clock.advance(31.5);
    parts.faults.remove(fault.id);
    expect(parts.messages('lost')).toEqual([]);
    await parts.clock.advance(1);
    expect(parts.messages('work')).toEqual([]);
    expect(parts.messages('lost').map(attributes)).toMatchObject([
      { ERROR_CODE: 'THROTTLING', EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds', RETRY_ATTEMPTS: '5' },
    ]);
  });

  it('is said and dropped without a dead-letter queue, or where that one refuses it', async () => {
    const parts = kept(
      busParts(
        queueResource('work'),
        queueResource('lost'),
        rule('orders', [
          { Arn: queueArn('work') },
          { Arn: queueArn('work'), DeadLetterConfig: { Arn: queueArn('lost') } },
        ]),
      ),
    );
    parts.bus.putEvents([entry()]);
    await parts.activity.idle();
    expect(parts.logged).toEqual([
      expect.stringMatching(
        /did not reach .*:work by rule orders: NO_PERMISSIONS.*no dead-letter queue: the event is dropped/,
      ),
      expect.stringMatching(/The dead-letter queue lost refused it too/),
    ]);
  });

  it.each([
    ['milliseconds', /T\d\d:\d\d:\d\d\.\d{3}Z$/],
    ['seconds', /T\d\d:\d\d:\d\dZ$/],
  ] as const)('can have an ingestion time in %s', async (ingestionTime, written) => {
    const InputTransformer = { InputTemplate: '{"at": <aws.events.event.ingestion-time>}' };
    const parts = kept(orderParts({ InputTransformer }));
    createEventBus({ ...parts, random: () => 0, ingestionTime }).putEvents([entry()]);
    await parts.activity.idle();
    expect(parts.messages('work').map(({ body }) => JSON.parse(body).at)).toEqual([expect.stringMatching(written)]);
  });

  it('with a template that fills to no JSON is given up at once', async () => {
    const InputTransformer = { InputPathsMap: { d: '$.detail' }, InputTemplate: '{"d": "<d>"}' };
    const parts = kept(orderParts({ InputTransformer }));
    parts.bus.putEvents([entry()]);
    await parts.activity.idle();
    expect(parts.messages('lost').map(attributes)).toMatchObject([{ ERROR_CODE: 'INVALID_JSON' }]);
  });
});

const functionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:prune`;
const prune: Resource = {
  logicalId: 'Prune',
  type: 'AWS::Lambda::Function',
  ref: 'prune',
  attributes: { Arn: functionArn },
  properties: {},
};
const mayInvoke: Resource = {
  logicalId: 'PrunePermission',
  type: 'AWS::Lambda::Permission',
  ref: 'PrunePermission',
  attributes: {},
  properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: functionArn,
    Principal: 'events.amazonaws.com',
    SourceArn: ruleArn('orders'),
  },
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
describe('other targets', () => {
  it('a function is invoked asynchronously, and tried twice more after one and two minutes', async () => {
    const parts = kept(busParts(prune, mayInvoke, rule('orders', [{ Arn: functionArn, InputPath: '$.detail' }])));
    const invoke = parts.functions.invoke;
    parts.functions.invoke = async (...call) => {
      await invoke(...call);
      return { ok: false, errorType: 'Error', errorMessage: 'no', durationMs: 1 };
    };
    parts.bus.putEvents([entry({ order: 3 })]);
    await parts.activity.idle();
    expect(parts.invoked).toEqual([{ functionArn, event: { order: 3 } }]);
    await parts.clock.advance(60);
    expect(parts.invoked).toHaveLength(2);
    await parts.clock.advance(119);
    expect(parts.invoked).toHaveLength(2);
    await parts.clock.advance(3_600);
    expect(parts.invoked).toHaveLength(3);
    expect(parts.logged.at(-1)).toMatch(/Its tries are over/);
  });

  it('a function that does not let the rule in is not invoked', async () => {
    const parts = kept(busParts(prune, mayInvoke, rule('others', [{ Arn: functionArn }])));
    parts.bus.putEvents([entry()]);
    await parts.activity.idle();
    expect(parts.invoked).toEqual([]);
    expect(parts.logged).toEqual([expect.stringMatching(/NO_PERMISSIONS/)]);
  });

  it('another bus gets the event as it is, by the target’s role', async () => {
    const trust = {
      Effect: 'Allow' as const,
      Action: 'sts:AssumeRole',
      Principal: { Service: 'events.amazonaws.com' },
    };
    const may = { Effect: 'Allow' as const, Action: 'events:PutEvents', Resource: BUS_ARN };
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Forwarder`;
    const upstream = (target: object) => rule('up', [{ Arn: BUS_ARN, ...target }], { EventBusName: 'upstream' });
    const forwarder = role('Forwarder', [trust], [may]);
    const parts = kept(orderParts({}, bus('upstream'), forwarder, upstream({ RoleArn })));
    const { Entries } = parts.bus.putEvents([entry({ order: 9 }, { EventBusName: 'upstream' })]);
    await parts.activity.idle();
    const [message] = parts.messages('work');
    expect(JSON.parse(message!.body)).toMatchObject({
      id: (Entries[0] as { EventId: string }).EventId,
      detail: { order: 9 },
    });

    const without = kept(orderParts({}, bus('upstream'), forwarder, upstream({})));
    without.bus.putEvents([entry({}, { EventBusName: 'upstream' })]);
    await without.activity.idle();
    expect(without.messages('work')).toEqual([]);
    expect(without.logged).toEqual([expect.stringMatching(/needs a RoleArn that trusts events.amazonaws.com/)]);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
describe('a template asking for what is not emulated', () => {
  const work = queueResource('work');
  const to = { Arn: queueArn('work') };
  const wrong: [resources: Resource[], reason: RegExp][] = [
    [
      [work, rule('r', [to], { ScheduleExpression: 'rate(1 minute)' })],
      /^r \(AWS::Events::Rule\): ScheduleExpression is not emulated/,
    ],
    [
      [work, rule('r', [{ ...to, KinesisParameters: {} }])],
      /^r \(AWS::Events::Rule\): Targets\[0\]\.KinesisParameters is not emulated/,
    ],
    [[rule('r', [{ Arn: 'arn:aws:kinesis:us-east-1:0:stream/x' }])], /stream\/x is not emulated as a target/],
    [
      [work, rule('r', [to], { EventPattern: { source: [{ regex: 'x' }] } })],
      /Rule r: .*Unrecognized match type regex at source/,
    ],
    [[work, rule('r', [to], { EventPattern: { source: ['x'.repeat(2048)] } })], /2063 characters; AWS's quota is 2048/],
    [[work, rule('r', [to], { EventBusName: 'nowhere' })], /Rule r: the event bus nowhere is not of this stack/],
    [
      [work, rule('r', [{ ...to, InputTransformer: { InputTemplate: '<x>' } }])],
      /Rule r: .*Target0 contains invalid placeholder x/,
    ],
    [
      [work, rule('r', [{ ...to, RetryPolicy: { MaximumRetryAttempts: 186 } }])],
      /MaximumRetryAttempts is 186; AWS allows 0 to 185/,
    ],
    [[work, rule('r', Array(6).fill(to))], /Targets has 6 items, but only 5 are emulated/],
  ];
  it.each(wrong)('is refused by name (%#)', (resources, reason) => {
    expect(() => kept(busParts(...resources))).toThrow(reason);
  });
});
