// Whatever a client sends, it gets an error frame or the gateway's close code, and nobody else notices.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty } from '../support/queue-contents.ts';
import type { SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { connectionsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

const user = newUser('sender');
let stack: StackUnderTest;
/** One socket for all that leaves it open; what closes it takes its own. */
let socket: SocketClient;
beforeAll(async () => {
  stack = await stackUnderTest();
  socket = await stack.connect(user);
});
afterAll(() => stack.close());

const KB = 1024;
/** Deeper than any parser that calls itself can go. */
const DEEP = 10_000;
const someId = '019377a0-0000-7000-8000-000000000000';

/** The frames that come back before a pong that is asked for after. */
async function answers(to: string, expected = 1): Promise<any[]> {
  const before = socket.frames.length;
  socket.send(to);
  // Answers may overtake each other, as on AWS: the pong alone says nothing.
  await socket.frame(() => socket.frames.length >= before + expected);
  await socket.caughtUp();
  return socket.frames.slice(before).filter((frame) => frame.type !== 'pong');
}

const error = (code: string) => ({ type: 'error', code, message: expect.stringMatching(/^[A-Z].*\.$|^\S/) });

describe('no frame of ours', () => {
  it.each([
    ['no text', ''],
    ['a space', ' '],
    ['plain text', 'hello'],
    ['half a JSON', '{"action":"sync"'],
    ['a list', '[]'],
    ['a list of frames', '[{"action":"sync"}]'],
    ['null', 'null'],
    ['a number', '7'],
    ['a string', '"sync"'],
    ['an object without action', '{}'],
    ['an action that is null', '{"action":null}'],
    ['an action that is a number', '{"action":7}'],
    ['an action that is an object', '{"action":{"action":"sync"}}'],
    ['an action that is a list', '{"action":["sync"]}'],
    ['JSON nested very deep', '['.repeat(DEEP) + ']'.repeat(DEEP)],
    ['text no JSON may hold', '\u0000\u0001\uFFFF'],
    ['an emoji', '🔔'],
  ])('%s: invalid_frame', async (_what, frame) => {
    expect(await answers(frame)).toEqual([error('invalid_frame')]);
  });

  it.each([
    'unknown',
    '',
    'PING',
    ' sync',
    '$default',
    '$connect',
    '$disconnect',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(20_000),
  ])('action %j: unknown_action', async (action) => {
    expect(await answers(JSON.stringify({ action }))).toEqual([error('unknown_action')]);
  });
});

describe('frames with wrong fields', () => {
  it.each([
    ['sync since a number', { action: 'sync', since: 7 }],
    ['sync since no UUID', { action: 'sync', since: 'yesterday' }],
    ['sync since an object', { action: 'sync', since: {} }],
    ['ack of nothing', { action: 'ack' }],
    ['ack of null', { action: 'ack', notification_id: null }],
    ['ack of no UUID', { action: 'ack', notification_id: 'x' }],
    ['ack of one and many', { action: 'ack', notification_id: someId, notification_ids: [someId] }],
    ['ack of an empty list', { action: 'ack', notification_ids: [] }],
    ['ack of too many', { action: 'ack', notification_ids: Array(101).fill(someId) }],
    ['ack of a list with a number', { action: 'ack', notification_ids: [someId, 7] }],
    ['subscribe to nothing', { action: 'subscribe' }],
    ['subscribe to a string', { action: 'subscribe', topics: 'chat:1' }],
    ['subscribe to no topics', { action: 'subscribe', topics: [] }],
    ['subscribe to a wrong name', { action: 'subscribe', topics: ['Chat 1'] }],
    ['subscribe to too many', { action: 'subscribe', topics: Array.from({ length: 51 }, (_, at) => `chat:${at}`) }],
    ['unsubscribe from a number', { action: 'unsubscribe', topics: [1] }],
  ])('%s: invalid_frame', async (_what, frame) => {
    const [answer, ...others] = await answers(JSON.stringify(frame));
    expect(others).toEqual([]);
    expect(answer).toEqual(error('invalid_frame'));
    // It says which field.
    expect(answer.message).toMatch(/since|notification_id|topics/);
  });

  it('a sync that nests very deep: invalid_frame', async () => {
    const frame = `{"action":"sync","since":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`;
    expect(await answers(frame)).toEqual([error('invalid_frame')]);
  });

  it('are served as far as they are known: unknown fields beside are left aside', async () => {
    expect(await answers('{"action":"sync","colour":"red"}')).toEqual([expect.objectContaining({ type: 'synced' })]);
  });
});

describe('ping', () => {
  it('is answered with a pong', async () => {
    const before = socket.of('pong').length;
    socket.send({ action: 'ping' });
    await socket.frame(() => socket.of('pong').length > before);
    expect(socket.of('pong').at(-1)).toEqual({ type: 'pong' });
  });

  it.skipIf(!hasControlApi)(
    'has a one-way form: keep_alive is one message, and nothing answers (needs the control API)',
    async () => {
      await stack.settle();
      await stack.local.resetMeter();
      const before = socket.frames.length;
      for (let times = 0; times < 5; times++) socket.send({ action: 'keep_alive' });
      await socket.caughtUp();
      await stack.settle();
      const { units } = await stack.local.meter();
      expect([units.lambda_requests, units.websocket_messages]).toEqual([0, 7]);
      expect(socket.frames.slice(before).map(({ type }) => type)).toEqual(['pong']);
    },
  );

  it.skipIf(!hasControlApi)('runs no function (needs the control API)', async () => {
    await stack.settle();
    await stack.local.resetMeter();
    for (let ping = 0; ping < 20; ping++) await socket.caughtUp();
    await stack.settle();
    const { units } = await stack.local.meter();
    expect(units.lambda_requests).toBe(0);
    expect(units.dynamodb_rru + units.dynamodb_wru).toBe(0);
    expect(units.websocket_messages).toBe(40);
  });
});

describe('frames the gateway itself refuses', () => {
  /** Sends on a socket of its own; gives the code it is closed with. */
  async function closeCode(send: (raw: SocketClient['raw']) => void): Promise<number> {
    const victim = await stack.connect(user);
    const closed = victim.closed;
    victim.raw.on('error', () => undefined);
    send(victim.raw);
    return (await closed).code;
  }

  it('of bytes instead of text: 1003', async () => {
    expect(await closeCode((raw) => raw.send(Buffer.from([0, 1, 2, 255])))).toBe(1003);
    expect(await closeCode((raw) => raw.send(Buffer.from('{"action":"ping"}')))).toBe(1003);
  });

  it('beyond 32 KB in one frame: 1009', async () => {
    const pad = (bytes: number) => `{"action":"sync","pad":"${'x'.repeat(bytes - 26)}"}`;
    expect(Buffer.byteLength(pad(32 * KB + 1))).toBe(32 * KB + 1);
    expect(await closeCode((raw) => raw.send(pad(32 * KB + 1)))).toBe(1009);
    expect(await answers(pad(32 * KB))).toEqual([expect.objectContaining({ type: 'synced' })]);
  });

  it('beyond 128 KB in several frames: 1009', async () => {
    const part = 'x'.repeat(30 * KB);
    const code = await closeCode((raw) => {
      for (let sent = 0; sent < 5; sent++) raw.send(part, { fin: sent === 4 });
    });
    expect(code).toBe(1009);
  });

  it('and leave every other socket and the next one as they were', async () => {
    const next = await stack.connect(user);
    await stack.notify({ user_id: user });
    await Promise.all([next.frame('notification'), socket.frame('notification')]);
    if (stack.isLocal) {
      await stack.settle();
      expect(await connectionsOf(stack, user)).toHaveLength(2);
    }
  });
});

describe('several frames that make one message', () => {
  it('above 32 KB get an error frame, and the socket stays', async () => {
    const before = socket.frames.length;
    for (let sent = 0; sent < 3; sent++) socket.raw.send('x'.repeat(20 * KB), { fin: sent === 2 });
    await socket.frame(() => socket.frames.length > before);
    expect(socket.frames.at(-1)).toEqual(error('too_large'));
    await socket.caughtUp();
  });
});

describe('anything at all', () => {
  it('gets one frame back, and the socket stays open', { timeout: 60_000 }, async () => {
    const action = fc.constantFrom('sync', 'ack', 'subscribe', 'unsubscribe', 'claim', 'nothing');
    const anyFrame = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json(),
      fc
        .record({ action: fc.oneof(action, fc.jsonValue()), since: fc.jsonValue(), topics: fc.jsonValue() })
        .map((one) => JSON.stringify(one)),
      fc
        .record({ action, notification_id: fc.jsonValue(), notification_ids: fc.jsonValue() })
        .map((one) => JSON.stringify(one)),
    );
    await fc.assert(
      fc.asyncProperty(anyFrame, async (frame) => {
        const [answer, ...others] = await answers(frame);
        expect(others).toEqual([]);
        expect(answer).toEqual(
          expect.objectContaining({ type: expect.stringMatching(/^(error|synced|acked|subscribed|unsubscribed)$/) }),
        );
        expect(answer.code).not.toBe('internal_error');
      }),
      { numRuns: 150 },
    );
  });

  it('of bytes closes with 1003, and harms nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const victim = await stack.connect(user);
        victim.raw.send(bytes);
        expect((await victim.closed).code).toBe(1003);
        await socket.caughtUp();
      }),
      { numRuns: 15 },
    );
  });

  it.skipIf(!hasControlApi)('left nothing behind (needs the control API)', async () => {
    await stack.settle();
    await expectQueuesEmpty(stack);
    const errors = Object.entries((await stack.local.meter()).functions).filter(([, stats]: any) => stats.errors > 0);
    expect(errors).toEqual([]);
  });
});
