// Each alarm of the template goes off when what it watches happens, and is over once the cause is gone.
import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awsConfig } from '../../bin/aws-config.ts';
import { newUser } from '../support/new-user.ts';
import { registerPhone } from '../support/phone.ts';
import { runPrinted } from '../support/printed-commands.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  if (ownsTarget) stack = await stackUnderTest();
});
afterAll(() => stack?.close());
beforeEach(async () => {
  if (ownsTarget) await stack.local.reset();
});

/** Longer than the pauses between five tries. */
const ALL_TRIES_SECONDS = 2 * 3_600;
/** From so late on the sweep delivers a request itself; it runs every quarter of an hour. */
const OVERDUE_SECONDS = 20 * 60;
const PERIOD_SECONDS = 300;
/** Three periods are looked at, and one more until the queue was seen empty. */
const OVER_WITHIN_SECONDS = 4 * PERIOD_SECONDS;

/** The runbooks of the alarms that are going off. */
async function goingOff(): Promise<string[]> {
  const alarms = await stack.local.alarms();
  return alarms
    .filter(({ state }) => state === 'ALARM')
    .map(({ description }) => runbookOf(description))
    .sort();
}
const runbookOf = (description: string): string => /Runbook: docs\/runbooks\/(.+)\.md$/.exec(description)![1]!;
const fail = (service: string, operation: string, by: string, kind = 'error') =>
  stack.local.fault({ service, operation, kind, function: by });
const notifyOf = (count: number, to: string) =>
  Promise.all(Array.from({ length: count }, () => stack.notify({ user_id: to })));
const inHours = async (hours: number) => new Date((await stack.local.now()) + hours * 3_600_000).toISOString();

interface Case {
  cause(): Promise<void>;
}

/** While `run` runs, and until everything has come of it, nobody may send to the queue. */
async function withoutPermission(queueUrl: string, run: () => Promise<unknown>): Promise<void> {
  const queue = stack.runtime!.queues.byUrl(queueUrl)!;
  const { resourcePolicy } = queue;
  queue.resourcePolicy = [];
  await run();
  await stack.local.settle();
  queue.resourcePolicy = resourcePolicy;
}

const CASES: Record<string, Case> = {
  'dead-letters': {
    async cause() {
      await fail('dynamodb', 'PutItem', 'dispatch');
      await stack.notify({ user_id: newUser('unlucky') });
      await stack.local.advance(ALL_TRIES_SECONDS);
    },
  },
  undelivered: {
    async cause() {
      // A queue policy that was changed by hand: EventBridge may put nothing on the dispatch queue.
      await withoutPermission(stack.outputs.dispatch_queue_url!, () => stack.notify({ user_id: newUser('unheard') }));
    },
  },
  'rejected-events': {
    async cause() {
      for (let at = 0; at < 5; at++) await stack.put([{ detail_type: 'notification.requested', detail: {} }]);
      await stack.settle();
    },
  },
  backlog: {
    async cause() {
      await fail('sqs', 'ReceiveMessage', 'dispatch');
      await notifyOf(3, newUser('waiting'));
      for (let minute = 0; minute < 6; minute++) await stack.local.advance(60);
    },
  },
  'function-errors': {
    async cause() {
      for (const period of [1, 2]) {
        if (period === 2) await stack.local.advance(PERIOD_SECONDS);
        const ticket = { sign: true, body: { user_id: newUser('opening') } };
        const tickets = await Promise.all([1, 2, 3].map(() => stack.http('POST', '/internal/tickets', ticket)));
        await fail('dynamodb', '*', 'inbox');
        await fail('dynamodb', '*', 'authorize');
        for (const { body } of tickets) {
          expect((await stack.as(newUser('reader'), 'GET', '/api/v2/notifications')).status).toBe(500);
          await expect(stack.open(`?ticket=${body.ticket}`)).rejects.toThrow('500');
        }
        await stack.local.settle();
        await stack.local.clearFaults();
      }
    },
  },
  'schedule-failures': {
    async cause() {
      await stack.notify({ user_id: newUser('later'), deliver_at: await inHours(1) });
      await stack.local.settle();
      const [{ Name, GroupName }] = (await stack.local.schedules()) as [{ Name: string; GroupName: string }];
      const scheduler = new SchedulerClient(awsConfig(stack.outputs));
      await scheduler.send(new DeleteScheduleCommand({ Name, GroupName }));
      await stack.local.advance(3_600 + OVERDUE_SECONDS);
    },
  },
  'throttled-posts': {
    async cause() {
      const user = newUser('tabs');
      await Promise.all(Array.from({ length: 20 }, () => stack.connect(user)));
      await fail('apigatewaymanagementapi', 'PostToConnection', 'dispatch', 'throttle');
      await stack.notify({ user_id: user });
      await stack.local.settle();
    },
  },
  'push-failures': {
    async cause() {
      const user = newUser('away');
      await registerPhone(stack, user);
      await fail('sns', 'Publish', 'dispatch');
      await notifyOf(5, user);
      await stack.local.settle();
    },
  },
  'table-throttles': {
    async cause() {
      await fail('dynamodb', 'Query', 'dispatch', 'throttle');
      await notifyOf(4, newUser('busy'));
      await stack.local.settle();
    },
  },
};

describe.skipIf(!ownsTarget)('alarms (need a stack of their own)', () => {
  it('are all tried here', async () => {
    const alarms = await stack.local.alarms();
    expect(alarms.map(({ description }) => runbookOf(description)).sort()).toEqual(Object.keys(CASES).sort());
    expect(alarms.flatMap(({ unmeasured }) => unmeasured)).toEqual([]);
  });

  it.each(Object.entries(CASES))(
    '%s goes off, and is over when its runbook has been followed',
    { timeout: 60_000 },
    async (runbook, { cause }) => {
      expect(await goingOff()).toEqual([]);
      await cause();
      expect(await goingOff()).toContain(runbook);
      await stack.local.clearFaults();
      await runPrinted(stack, `docs/runbooks/${runbook}.md`, 'Do this');
      await stack.local.settle();
      for (let passed = 0; passed < OVER_WITHIN_SECONDS; passed += PERIOD_SECONDS)
        await stack.local.advance(PERIOD_SECONDS);
      expect(await goingOff()).not.toContain(runbook);
    },
  );

  it('do not go off for connections that are refused', async () => {
    for (let minute = 0; minute < 11; minute++) {
      for (let at = 0; at < 2; at++) await expect(stack.open('?ticket=unknown')).rejects.toThrow('401');
      await stack.local.advance(60);
    }
    const errors = (await stack.local.alarms()).find(({ description }) => runbookOf(description) === 'function-errors');
    expect(errors).toMatchObject({ state: 'OK', datapoints: [0, 0, 0] });
    expect(await goingOff()).toEqual([]);
  });
});
