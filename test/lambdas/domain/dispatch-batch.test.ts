// A batch and the time its function has: a slow message harms no other, and nothing is done twice for want of time.
import { beforeEach, expect, it } from 'vitest';
import { NEEDED_MS } from '../../../lambdas/domain/dispatch-batch.ts';
import { type DispatchSystem, dispatchSystem } from '../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const request = (user_id: string, more: object = {}) => ({
  user_id,
  title: 'A title',
  message: 'A message',
  notification_type: 'system',
  ...more,
});
const titlesOf = async (user: string) =>
  (await system.deps.inbox.newerThan(user, '', 100)).items.map(({ title }) => title);

/** From now on every put takes this long. */
function slowPuts(ms: number): void {
  const { inbox } = system.deps;
  const put = inbox.put;
  Object.assign(inbox, {
    put: async (...given: Parameters<typeof put>) => {
      system.clock.ms += ms;
      return put(...given);
    },
  });
}

it('begins nothing that it may have no time for: it goes back without counting as a try', async () => {
  system.enqueue(request('alice'));
  await system.invoke({ timeoutMs: NEEDED_MS - 1 });
  expect(await titlesOf('alice')).toEqual([]);
  const [message] = system.memory.queues.dispatch.all();
  expect(message).toMatchObject({ receiveCount: 0, attributes: { receives: '0', is_redelivery: 'false' } });
  expect(system.deps.counted.retried).toBeUndefined();
});

it('ends every message within the function’s time, however slow each call is', async () => {
  slowPuts(4_000);
  for (let at = 0; at < 10; at++) system.enqueue(request('alice', { title: `${at}` }));
  const [startedMs, queue] = [system.clock.ms, system.memory.queues.dispatch];
  const took: number[] = [];
  const receive = queue.receive;
  let begunMs = startedMs;
  queue.receive = (...given) => {
    took.push(system.clock.ms - begunMs);
    begunMs = system.clock.ms;
    return receive(...given);
  };
  await system.drain();
  expect(Math.max(...took)).toBeLessThan(30_000);
  expect(await titlesOf('alice')).toHaveLength(10);
  expect(queue.all()).toEqual([]);
});

it('keeps who one is and what was done before when it is put back', async () => {
  const phone = await system.phone('alice');
  const { push } = system.deps;
  const { toDevice } = push;
  // The provider answers when the message has no time left: what is noted then keeps the next try from a second push.
  Object.assign(push, {
    toDevice: async (...given: Parameters<typeof toDevice>) => {
      const outcome = await toDevice(...given);
      system.clock.ms += 9_000;
      return outcome;
    },
  });
  system.enqueue(request('alice', { priority: 'critical' }));
  await system.drain();
  await system.advance(600);
  expect(phone.pushes).toHaveLength(1);
  expect(system.memory.queues.dispatch.all()).toEqual([]);
});

it('gives up a message that never ends, with its reason', async () => {
  slowPuts(9_000);
  system.enqueue({ ...request('alice'), user_id: 'alice' });
  const { recipients } = system.deps;
  const load = recipients.load;
  Object.assign(recipients, {
    load: async (...given: Parameters<typeof load>) => {
      system.clock.ms += 9_000;
      return load(...given);
    },
  });
  await system.advance(3_000);
  const [dead] = system.memory.queues.deadLetters.all();
  expect(dead?.attributes.reason).toMatch(/OutOfTime/);
  expect(system.memory.queues.dispatch.all()).toEqual([]);
});

it('loads a user once for messages that follow one another', async () => {
  const { recipients } = system.deps;
  const load = recipients.load;
  let loads = 0;
  Object.assign(recipients, {
    load: (...given: Parameters<typeof load>) => {
      loads++;
      return load(...given);
    },
  });
  for (let at = 0; at < 10; at++) system.enqueue(request('alice', { title: `${at}` }));
  await system.drain();
  expect(loads).toBe(1);
  expect(await titlesOf('alice')).toHaveLength(10);
});

it('tries one of several tasks in a message by itself, and all of them where it could not be put back', async () => {
  const { inbox, failedMessages } = system.deps;
  const { put } = inbox;
  const { putBack } = failedMessages;
  const puts: string[] = [];
  const failing = { puts: true, putBacks: true };
  Object.assign(inbox, {
    put: async (...given: Parameters<typeof put>) => {
      puts.push(given[0]);
      if (failing.puts && given[0] === 'bob') throw new Error('Throttled');
      return put(...given);
    },
  });
  Object.assign(failedMessages, {
    putBack: async (...given: Parameters<typeof putBack>) => {
      if (failing.putBacks) throw new Error('Throttled');
      return putBack(...given);
    },
  });
  system.enqueue({ requests: [request('alice'), request('bob')] });
  await system.invoke();
  await system.invoke();
  expect(puts).toEqual(['alice', 'bob']);
  expect(system.memory.queues.dispatch.all()).toHaveLength(1);
  failing.putBacks = false;
  for (let tries = 0; tries < 100 && puts.length < 3; tries++) await system.advance(10);
  expect(system.memory.queues.dispatch.all().map(({ body }) => JSON.parse(body).request?.user_id)).toEqual(['bob']);
  failing.puts = false;
  await system.advance(600);
  expect(puts.filter((user) => user === 'bob').length).toBeGreaterThan(2);
  expect([await titlesOf('alice'), await titlesOf('bob')]).toEqual([['A title'], ['A title']]);
  expect(system.memory.queues.dispatch.all()).toEqual([]);
});
