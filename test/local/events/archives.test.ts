// Archives and replays: what is kept, and where it goes when it is replayed.
import { expect, it } from 'vitest';
import type { StartReplayInput } from '../../../local/events/archives.ts';
import type { Resource } from '../../../local/stack.ts';
import { ACCOUNT } from '../runtime-parts.ts';
import { queueArn, queueResource } from '../sqs/queue-parts.ts';
import { BUS_ARN, busParts, entry, mayReceive, rule, ruleArn } from './bus-parts.ts';

const ARCHIVE_ARN = `arn:aws:events:us-east-1:${ACCOUNT}:archive/orders`;
const archive: Resource = {
  logicalId: 'Archive',
  type: 'AWS::Events::Archive',
  ref: 'orders',
  attributes: { Arn: ARCHIVE_ARN },
  properties: { SourceArn: BUS_ARN, RetentionDays: 1, EventPattern: { 'detail-type': ['order.placed'] } },
};

const parts = () =>
  busParts(
    archive,
    queueResource('work'),
    queueResource('shadow'),
    mayReceive('work', 'live', 'unaware'),
    mayReceive('shadow', 'replayed'),
    rule('live', [{ Arn: queueArn('work') }], {
      EventPattern: { source: ['shop'], 'replay-name': [{ exists: false }] },
    }),
    rule('unaware', [{ Arn: queueArn('work') }]),
    rule('replayed', [{ Arn: queueArn('shadow') }], {
      EventPattern: { source: ['shop'], 'replay-name': [{ exists: true }] },
    }),
  );

const from = (now: number, more: StartReplayInput = {}): StartReplayInput => ({
  ReplayName: 'one',
  EventSourceArn: ARCHIVE_ARN,
  EventStartTime: now / 1000 - 60,
  EventEndTime: now / 1000 + 60,
  Destination: { Arn: BUS_ARN, FilterArns: [ruleArn('replayed')] },
  ...more,
});

it('replays what the pattern kept, only to the rules that are named, and marks it', async () => {
  const { bus, activity, messages, clock } = parts();
  const { Entries } = bus.putEvents([entry({ order: 1 }), entry({ order: 2 }, { DetailType: 'order.paid' })]);
  await activity.idle();
  expect(messages('shadow')).toEqual([]);
  const sent = messages('work').length;
  expect(bus.archives.start(from(clock.now())).events).toBe(1);
  await activity.idle();
  expect(messages('work')).toHaveLength(sent);
  const [event, ...others] = messages('shadow').map(({ body }) => JSON.parse(body));
  expect(others).toEqual([]);
  expect(event).toMatchObject({ ...(Entries[0] && { id: (Entries[0] as any).EventId }), 'replay-name': 'one' });
  // What was replayed is not archived once more.
  expect(bus.archives.start(from(clock.now(), { ReplayName: 'two' })).events).toBe(1);
  clock.close();
});

it('a rule that says nothing of replays would take them, if it were named', async () => {
  const { bus, activity, messages, clock } = parts();
  bus.putEvents([entry({ order: 1 })]);
  await activity.idle();
  const Destination = { Arn: BUS_ARN, FilterArns: [ruleArn('unaware'), ruleArn('live')] };
  bus.archives.start(from(clock.now(), { Destination }));
  await activity.idle();
  // Once by each rule, and once more by the one that does not look.
  expect(messages('work')).toHaveLength(3);
  clock.close();
});

it('keeps events as long as the archive says, and replays those of the window', async () => {
  const { bus, activity, clock } = parts();
  bus.putEvents([entry({ order: 1 })]);
  await activity.idle();
  const then = clock.now();
  await clock.advance(3_600);
  expect(bus.archives.start(from(clock.now(), { ReplayName: 'later' })).events).toBe(0);
  expect(bus.archives.start(from(then, { ReplayName: 'then' })).events).toBe(1);
  await clock.advance(24 * 3_600);
  expect(bus.archives.start(from(then, { ReplayName: 'gone' })).events).toBe(0);
  clock.close();
});

it.each<[string, StartReplayInput, string]>([
  ['an archive that is not there', { EventSourceArn: 'arn:none' }, 'ResourceNotFoundException'],
  ['another bus', { Destination: { Arn: 'arn:bus', FilterArns: [ruleArn('replayed')] } }, 'ValidationException'],
  ['no rule', { Destination: { Arn: BUS_ARN } }, 'ValidationException'],
  ['a rule of nobody', { Destination: { Arn: BUS_ARN, FilterArns: [ruleArn('nobody')] } }, 'ValidationException'],
  ['no name', { ReplayName: '' }, 'ValidationException'],
  ['a window that ends before it starts', { EventEndTime: 1 }, 'ValidationException'],
])('refuses %s', (_what, more, code) => {
  const { bus, clock } = parts();
  expect(() => bus.archives.start(from(clock.now(), more))).toThrow(expect.objectContaining({ code }));
  bus.archives.start(from(clock.now()));
  expect(() => bus.archives.start(from(clock.now()))).toThrow(
    expect.objectContaining({ code: 'ResourceAlreadyExistsException' }),
  );
  clock.close();
});
