// Fair queues: a tenant with a backlog doesn't keep the messages of others waiting; nothing is lost and nothing comes
// first twice.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { activity } from '../../../local/activity.ts';
import { type Clock, movableClock } from '../../../local/clock.ts';
import { createQueues } from '../../../local/sqs/queues.ts';
import { stackOf } from '../hand-made-stack.ts';
import { queueResource } from './queue-parts.ts';

const clocks: Clock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.close();
});

function newQueue() {
  const clock = movableClock(activity());
  clocks.push(clock);
  return createQueues(stackOf(queueResource('work')), { clock }).all[0]!;
}
type Queue = ReturnType<typeof newQueue>;
const send = (queue: Queue, body: string, groupId?: string) =>
  queue.send({ body, senderId: 'test', ...(groupId !== undefined && { groupId }) });
const receive = async (queue: Queue, max = 10) => queue.receive({ max });
const bodies = async (queue: Queue, max = 10) => (await receive(queue, max)).map(({ body }) => body);

async function inFlight(queue: Queue, count: number) {
  for (let taken = 0; taken < count; taken += 10) await receive(queue);
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
describe('a queue', () => {
  it('gives messages in order while no tenant has a backlog', async () => {
    const queue = newQueue();
    for (const [body, group] of [
      ['1', 'a'],
      ['2', undefined],
      ['3', 'b'],
      ['4', 'a'],
    ] as const)
      send(queue, body, group);
    expect(await bodies(queue)).toEqual(['1', '2', '3', '4']);
  });

  it('gives a message of another tenant, or of none, before the backlog of a busy one', async () => {
    const queue = newQueue();
    for (let at = 0; at < 100; at++) send(queue, `busy ${at}`, 'busy');
    await inFlight(queue, 30);
    send(queue, 'quiet', 'quiet');
    send(queue, 'alone');
    expect(await bodies(queue, 3)).toEqual(['quiet', 'alone', 'busy 30']);
  });

  it('goes back to the order once the backlog is worked off', async () => {
    const queue = newQueue();
    for (let at = 0; at < 40; at++) send(queue, `busy ${at}`, 'busy');
    const received = [...(await receive(queue)), ...(await receive(queue)), ...(await receive(queue))];
    for (const { receiptHandle } of received) queue.delete(receiptHandle);
    send(queue, 'alone');
    expect(await bodies(queue, 1)).toEqual(['busy 30']);
  });

  it('gives each message once, whatever its tenant', async () => {
    const group = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.array(group, { maxLength: 150 }), async (groups) => {
        const queue = newQueue();
        for (const [at, one] of groups.entries()) send(queue, String(at), one);
        const given: string[] = [];
        for (let some = await bodies(queue); some.length > 0; some = await bodies(queue)) given.push(...some);
        expect(given.map(Number).sort((x, y) => x - y)).toEqual(groups.map((_, at) => at));
      }),
      { numRuns: 50 },
    );
  });
});
