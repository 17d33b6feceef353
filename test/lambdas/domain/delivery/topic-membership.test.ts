// Who gets what is sent to a topic, whatever happens at the same time: connections subscribe, leave and close under a
// fan-out.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fanOutSystem } from './fan-out-system.ts';

const CONNECTIONS = ['a', 'b', 'c'];
const TOPICS = ['chat:1', 'chat:2'];

type Step =
  | { kind: 'subscribe' | 'unsubscribe'; connection: string; topic: string }
  | { kind: 'close'; connection: string }
  | { kind: 'send'; topic: string; isQueued: boolean };

const connection = fc.constantFrom(...CONNECTIONS);
const topic = fc.constantFrom(...TOPICS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('subscribe' as const), connection, topic }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unsubscribe' as const), connection, topic }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), connection }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), topic, isQueued: fc.boolean() }) },
);

/** From when to when something went on, in port calls. */
interface Span {
  from: number;
  to: number;
}

it('every subscriber gets it once, and nobody who has left or never subscribed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.scheduler(), async (steps, scheduler) => {
      let now = 0;
      const tick = () => ++now;
      const system = fanOutSystem({
        // Every port call waits for its turn, and the turns are dealt in any order.
        call: async (operation, apply) => {
          await scheduler.schedule(Promise.resolve(), operation);
          tick();
          return apply();
        },
      });
      const { deps, memory } = system;
      const of = (id: string) => ({
        connection_id: id,
        user_id: `user-${id}`,
        connected_at: new Date(system.clock.ms - 60_000).toISOString(),
      });
      const changes: (Span & { kind: string; connection: string; topic?: string })[] = [];
      const sends: (Span & { id: string; topic: string })[] = [];
      const posts: { id: string; connection: string; at: number }[] = [];
      memory.sockets.onFrame = ({ id }, frame) =>
        void posts.push({ id: (frame as any).id, connection: id, at: tick() });

      for (const id of CONNECTIONS) memory.sockets.open(id);
      const opened = Promise.all(CONNECTIONS.map((id) => deps.connections.add(of(id))));
      await scheduler.waitFor(opened);

      const during = async (work: () => Promise<unknown>): Promise<Span> => {
        const from = tick();
        await work();
        return { from, to: tick() };
      };
      /** A client waits for one answer before it asks again; the gateway reports a close at any time. */
      const turns = new Map<string, Promise<unknown>>();
      const work = steps.map(async (one, at) => {
        if (one.kind === 'send') {
          const id = `f${at}`;
          const content = system.content(id);
          const span = { id, topic: one.topic, from: tick(), to: Number.POSITIVE_INFINITY };
          sends.push(span);
          await (one.isQueued ? system.enqueue(id, one.topic, content) : system.start(id, one.topic, content));
          if (one.isQueued) while ((await system.runOne()) !== undefined);
          span.to = tick();
          return;
        }
        if (one.kind === 'close') {
          const span = { kind: 'close', connection: one.connection, from: tick(), to: Number.POSITIVE_INFINITY };
          changes.push(span);
          memory.sockets.close(one.connection);
          await deps.connections.remove(of(one.connection));
          return;
        }
        const turn = (turns.get(one.connection) ?? Promise.resolve()).then(async () => {
          const span = { ...one, from: tick(), to: Number.POSITIVE_INFINITY };
          changes.push(span);
          const { subscriptions } = deps;
          const done = await during(() =>
            one.kind === 'subscribe'
              ? subscriptions.add(of(one.connection), [one.topic])
              : subscriptions.remove(of(one.connection), [one.topic]),
          );
          span.to = done.to;
        });
        turns.set(one.connection, turn);
        await turn;
      });
      await scheduler.waitFor(Promise.all(work));

      for (const send of sends) {
        for (const id of CONNECTIONS) {
          const mine = changes.filter((one) => one.connection === id && (one.topic ?? send.topic) === send.topic);
          const got = posts.filter((post) => post.id === send.id && post.connection === id).length;
          const settled = mine.filter((one) => one.to <= send.from && one.kind !== 'close');
          const meanwhile = mine.filter((one) => one.to > send.from && one.from <= send.to);
          const last = settled.sort((x, y) => x.to - y.to).at(-1)?.kind;
          expect(got).toBeLessThanOrEqual(1);
          const isClosed = mine.some((one) => one.kind === 'close');
          if (meanwhile.some((one) => one.kind === 'subscribe')) continue;
          if (last !== 'subscribe') expect(got).toBe(0);
          else if (!isClosed && meanwhile.length === 0) expect(got).toBe(1);
        }
      }
      // Nothing of a closed connection is left.
      for (const { kind, connection: id } of changes) {
        if (kind !== 'close') continue;
        for (const name of TOPICS) {
          const { subscribers } = await scheduler.waitFor(
            deps.subscriptions.page({ partition: name, low: 0, high: 2 ** 32 }, undefined, 100),
          );
          expect(subscribers.map((one) => one.connection_id)).not.toContain(id);
        }
      }
    }),
    { numRuns: 400 },
  );
});
