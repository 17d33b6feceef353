// Any REST call and any frame, over HTTP and WebSockets to the synthesized stack: never 5xx, never an error of ours,
// never a dead letter. `npm run fuzz` takes 12,500 of each.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';
import { anyCall, anyFrame, USERS } from './any-request.ts';

/** Of each kind: a quarter, as of the four kinds that any-input.test.ts sends. */
const RUNS = Math.ceil(Number(process.env.FUZZ_RUNS ?? 200) / 4);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Then a minute passes, so that no limit answers for what is behind it. */
const CALLS_PER_MINUTE = Math.min(100, RUNS);
const BATCHES = Math.ceil(RUNS / CALLS_PER_MINUTE);
const OPTIONS = { numRuns: BATCHES, seed: SEED, endOnFailure: process.env.FUZZ_SHRINK === undefined };
const WITHIN_MS = 60_000 + RUNS * 200;

const someOf = <Item>(item: fc.Arbitrary<Item>) =>
  fc.array(item, { minLength: CALLS_PER_MINUTE, maxLength: CALLS_PER_MINUTE });

describe.skipIf(!hasControlApi)(`over HTTP, with FUZZ_SEED=${SEED}`, () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest();
  });
  afterAll(() => stack.close());

  /** Everything is worked on, and nothing was given up or is tried again. */
  async function nothingFailed(): Promise<void> {
    await stack.settle();
    const { dead_letter_queue_url, fanout_dead_letter_queue_url, undelivered_queue_url } = stack.outputs;
    for (const url of [dead_letter_queue_url, fanout_dead_letter_queue_url, undelivered_queue_url])
      expect(await stack.local.messagesOf(url!)).toEqual([]);
    await stack.local.advance(61);
  }

  it('every REST call is answered, never with 5xx', { timeout: WITHIN_MS }, async () => {
    let known = '00000000-0000-7000-8000-000000000000';
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(someOf(anyCall), async (calls) => {
        for (const { method, path: template, auth, id, search, body, userId } of calls) {
          const path = template.replace(/\{\w+\}/, () => (id === 'known' ? known : id));
          const reply = await stack.http(method, search === '' ? path : `${path}?${search}`, {
            // Neither has a body on the way to a server.
            ...(method !== 'GET' && method !== 'DELETE' && body !== undefined && { body }),
            ...(auth === 'jwt' && { token: await stack.token(userId) }),
            ...(auth === 'iam' && { sign: true }),
          });
          known = reply.body?.notifications?.[0]?.id ?? known;
          statuses.add(reply.status);
          expect([method, path, search, body, reply.status, reply.text]).toSatisfy(
            ([, , , , status]: [string, string, string, unknown, number]) => status >= 200 && status < 500,
          );
        }
        await nothingFailed();
      }),
      OPTIONS,
    );
    for (const status of [200, 400]) expect(statuses).toContain(status);
  });

  it('every frame is answered, never with an error of ours', { timeout: WITHIN_MS }, async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(someOf(fc.tuple(fc.nat(USERS.length - 1), anyFrame)), async (frames) => {
        const sockets = await Promise.all(USERS.map((user) => stack.connect(user, { topics: ['chat:1'] })));
        for (const [which, frame] of frames) sockets[which]!.send(frame);
        await Promise.all(sockets.map((socket) => socket.caughtUp()));
        await nothingFailed();
        for (const { frames: got } of sockets) {
          answered += got.length;
          // What the gateway says when a function failed has a message and no type.
          for (const frame of got) expect(frame).toMatchObject({ type: expect.any(String) });
          expect(got.filter(({ code }) => code === 'internal_error')).toEqual([]);
        }
        await Promise.all(sockets.map((socket) => socket.close()));
      }),
      OPTIONS,
    );
    expect(answered).toBeGreaterThan(RUNS / 2);
  });
});
