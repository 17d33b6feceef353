// Each AWS call of dispatch fails once, in each way, at each place: nothing accepted is lost, nothing is stored twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { registerPhone, type TestPhone } from '../support/phone.ts';
import { drain } from '../support/queue-contents.ts';
import type { SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { broadcasts, notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

/** Lambda's pollers act in the function's name; what they do is not the function's to get right. */
const NOT_OURS = new Set(['ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch', 'GetQueueAttributes']);
const OURS = new Set(['dynamodb', 'sqs', 'apigatewaymanagementapi', 'sns', 'scheduler']);
/** The longest pauses of four retries together, and what a schedule takes. */
const RETRIES_SECONDS = 400;

interface Site {
  service: string;
  operation: string;
  /** Calls of the same operation that come before it. */
  skip: number;
}
/** Prepared apart, so that faults apply only to what dispatch does with the event. */
interface Case {
  /** Each is in every message about it. */
  names: string[];
  start(): Promise<void>;
  /** Throws when the user is worse off than promised. */
  check(): Promise<void>;
}

const scenarios: Record<string, () => Promise<Case>> = {
  'to a socket': async () => {
    const user = newUser('online');
    const socket = await stack.connect(user);
    return { names: [user], start: () => notify({ user_id: user }), check: () => reached(user, { socket }) };
  },
  'to a phone': async () => {
    const user = newUser('offline');
    const phone = await registerPhone(stack, user);
    return { names: [user], start: () => notify({ user_id: user }), check: () => reached(user, { phone }) };
  },
  'critical, to both, with a producer’s id': async () => {
    const user = newUser('critical');
    const [phone, socket] = [await registerPhone(stack, user), await stack.connect(user)];
    return {
      names: [user],
      start: () => notify({ user_id: user, priority: 'critical', id: newUser('request') }),
      check: () => reached(user, { socket, phone }),
    };
  },
  'unacknowledged, then to the phone': async () => {
    const user = newUser('silent');
    const [phone, socket] = [await registerPhone(stack, user), await stack.connect(user)];
    return {
      names: [user],
      start: async () => {
        await notify({ user_id: user, requires_ack: true });
        await stack.local.advance(20);
      },
      check: () => reached(user, { socket, phone }),
    };
  },
  'scheduled an hour ahead': async () => {
    const user = newUser('later');
    const phone = await registerPhone(stack, user);
    const id = newUser('request');
    const at = new Date((await stack.now()) + 3_600_000).toISOString();
    return {
      names: [user, id],
      start: async () => {
        await notify({ user_id: user, id, deliver_at: at });
        await stack.local.advance(3_601);
      },
      check: () => reached(user, { phone }),
    };
  },
  'to many users, soon': async () => {
    const users = [newUser('many'), newUser('many')];
    const phones = await Promise.all(users.map((user) => registerPhone(stack, user)));
    const id = newUser('request');
    const at = new Date((await stack.now()) + 60_000).toISOString();
    return {
      names: [...users, id],
      start: async () => {
        await notify({ user_ids: users, id, deliver_at: at });
        await stack.local.advance(61);
      },
      check: async () => {
        for (const [index, user] of users.entries()) await reached(user, { phone: phones[index]! });
      },
    };
  },
  'to everyone': async () => {
    const phone = await registerPhone(stack, newUser('one'));
    const socket = await stack.connect(newUser('another'));
    const title = newUser('title');
    return {
      names: [title],
      start: () => notify({ user_id: '00000000-0000-0000-0000-000000000000', title }),
      check: async () => {
        expect((await broadcasts(stack)).filter((row) => row.title === title)).toHaveLength(1);
        await socket.caughtUp();
        expect(socket.of('notification').some(({ notification }) => notification.title === title)).toBe(true);
        const shown = (await phone.messages()).map((one) => one.payload.fcmV1Message.message.notification.title);
        // At most once: the push is marked before it is made, so that a crash in between cannot repeat it for everyone.
        expect(shown.filter((one) => one === title).length).toBeLessThanOrEqual(1);
      },
    };
  },
  'cancelled in time': async () => {
    const user = newUser('cancelled');
    const phone = await registerPhone(stack, user);
    const id = newUser('request');
    const at = new Date((await stack.now()) + 3_600_000).toISOString();
    await notify({ user_id: user, id, deliver_at: at });
    return {
      names: [id],
      start: async () => {
        await stack.put([{ detail_type: 'notification.cancelled', detail: { id } }]);
        await stack.settle();
      },
      check: async () => {
        await stack.local.advance(3_601);
        expect(await notificationsOf(stack, user)).toEqual([]);
        expect(await phone.messages()).toEqual([]);
      },
    };
  },
  'logged out': async () => {
    const user = newUser('leaving');
    const socket = await stack.connect(user);
    return {
      names: [user],
      start: async () => {
        await stack.put([{ detail_type: 'user.logged_out', detail: { user_id: user } }]);
        await stack.settle();
      },
      check: async () => {
        await socket.closed;
      },
    };
  },
  rejected: async () => {
    const id = newUser('bad');
    return {
      names: [id],
      start: () => notify({ id, user_id: 'has space' } as never),
      check: async () => {
        const bodies = (await stack.local.messagesOf(stack.outputs.rejected_queue_url!)).map(({ body }) => body);
        expect(bodies.some((body: string) => body.includes(id))).toBe(true);
      },
    };
  },
};

async function notify(request: Parameters<StackUnderTest['notify']>[0]): Promise<void> {
  await stack.notify(request);
  await stack.settle();
}

/** In the inbox exactly once, and shown: on the socket as one notification, on the phone as one. */
async function reached(user: string, by: { socket?: SocketClient; phone?: TestPhone }): Promise<void> {
  const rows = await notificationsOf(stack, user);
  expect(rows).toHaveLength(1);
  expect(rows[0]).not.toHaveProperty('is_unprocessed');
  const id = rows[0]!.sk.slice(2);
  if (by.socket) {
    await by.socket.frame('notification');
    expect(new Set(by.socket.of('notification').map((frame) => frame.notification.id))).toEqual(new Set([id]));
  }
  if (by.phone) {
    const ids = (await by.phone.messages()).map((one) => one.payload.fcmV1Message.message.data.notification_id);
    expect(new Set(ids)).toEqual(new Set([id]));
  }
}

const dispatchCalls = async (): Promise<any[]> =>
  (await stack.local.calls(2_000))
    .filter((call) => call.function === 'dispatch' && OURS.has(call.service) && !NOT_OURS.has(call.operation))
    .reverse();

/** Every call a scenario makes that no scenario before it made after the same call. */
async function sitesOf(scenario: () => Promise<Case>, covered: Set<string>): Promise<Site[]> {
  const { start, check } = await scenario();
  const before = new Set((await dispatchCalls()).map((call) => call.request_id));
  await start();
  // Earlier failures have used up what the SDK's clients would try by themselves, so that even here a message may come
  // twice.
  await stack.local.advance(RETRIES_SECONDS);
  const made = new Map<string, number>();
  const sites: Site[] = [];
  let previous = '';
  for (const { service, operation, request_id: id } of await dispatchCalls()) {
    if (before.has(id)) continue;
    const skip = made.get(operation) ?? 0;
    made.set(operation, skip + 1);
    const place = `${previous} ${operation}`;
    if (!covered.has(place)) sites.push({ service, operation, skip });
    covered.add(place);
    previous = operation;
  }
  await check();
  return sites;
}

/** Given up in order: with the reason, and by a message that says what it was about. */
async function isDeadLetter(names: string[]): Promise<boolean> {
  const messages = await drain(stack, stack.outputs.dead_letter_queue_url!);
  const ours = messages.filter(({ Body = '' }) => names.some((name) => Body.includes(name)));
  for (const message of ours) expect(message.MessageAttributes?.reason?.StringValue).toMatch(/\w/);
  return ours.length > 0;
}

/**
 * Three is what an SDK tries by itself, so the call fails for good. An answer lost once makes it meet its own effect.
 */
const FAILURES = [
  ['error', 3],
  ['timeout_after_apply', 1],
  ['timeout_after_apply', 3],
] as const;
/** The SDK waits it out, for up to two real seconds, and says nothing: once for each operation is enough. */
const THROTTLED = ['throttle', 1] as const;

describe.skipIf(!hasControlApi)('the failure of any one call (needs the control API)', () => {
  const covered = new Set<string>();
  const throttled = new Set<string>();

  it.each(Object.entries(scenarios))('%s', async (_, scenario) => {
    for (const { service, operation, skip } of await sitesOf(scenario, covered)) {
      for (const [kind, times] of throttled.has(operation) ? FAILURES : [...FAILURES, THROTTLED]) {
        throttled.add(operation);
        const { names, start, check } = await scenario();
        await stack.local.fault({ service, operation, kind, times, function: 'dispatch', skip });
        await start();
        await stack.local.advance(RETRIES_SECONDS);
        await stack.local.clearFaults();
        if (await isDeadLetter(names)) continue;
        try {
          await check();
        } catch (cause) {
          throw new Error(`${kind} × ${times}, ${service} ${operation} after ${skip}: ${cause}`, { cause });
        }
      }
    }
  });
});
