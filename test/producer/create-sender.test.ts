// The sender: what it refuses, how it batches and retries, and what it answers for each request.
import type { PutEventsCommand, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createSender, type NotificationRequestInput } from '../../producer/create-sender.ts';
import { EVERYONE } from '../../protocol/user-id.ts';

/** A bus that takes everything, unless `refuse` says for an entry of which call it fails. */
function bus(refuse: (call: number, at: number) => PutEventsResultEntry | Error | undefined = () => undefined) {
  const calls: { Source: string; DetailType: string; EventBusName: string; detail: any }[][] = [];
  const client = {
    async send({ input }: PutEventsCommand) {
      const entries = input.Entries!.map(({ Detail, ...entry }) => ({ ...entry, detail: JSON.parse(Detail!) }));
      const call = calls.push(entries as never);
      const whole = refuse(call, -1);
      if (whole instanceof Error) throw whole;
      return {
        Entries: entries.map(
          (_, at) => (refuse(call, at) as PutEventsResultEntry) ?? { EventId: `event-${call}-${at}` },
        ),
      };
    },
  };
  const sender = createSender({ busName: 'the-bus', source: 'orders', client: client as never });
  return { sender, calls };
}
const request = (fields: Partial<NotificationRequestInput> = {}): NotificationRequestInput => ({
  user_id: 'alice',
  title: 'Hello',
  message: 'From a test',
  notification_type: 'system',
  ...fields,
});
const THROTTLED = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };

describe('one request', () => {
  it('is put on the bus as it is, with an id', async () => {
    const { sender, calls } = bus();
    const sent = await sender.send(request({ id: 'order-7' }));
    expect(sent).toEqual({ id: 'order-7', eventId: 'event-1-0' });
    expect(calls).toEqual([
      [
        {
          EventBusName: 'the-bus',
          Source: 'orders',
          DetailType: 'notification.requested',
          detail: { ...request(), id: 'order-7' },
        },
      ],
    ]);
    const { id } = await sender.send(request());
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls[1]![0]!.detail.id).toBe(id);
  });

  it('that is invalid is not sent, and says which field', async () => {
    const { sender, calls } = bus();
    await expect(sender.send(request({ title: '' }))).rejects.toMatchObject({
      name: 'CallerError',
      code: 'invalid_request',
      field: 'title',
      message: 'title must not be empty',
    });
    await expect(sender.send({ ...request(), topic: 'chat:42' })).rejects.toMatchObject({ field: 'topic' });
    expect(calls).toEqual([]);
  });

  it('that the bus does not take is an error, with the bus’s reason', async () => {
    const { sender, calls } = bus(() => THROTTLED);
    await expect(sender.send(request())).rejects.toThrow('the-bus did not take the event: ThrottlingException');
    expect(calls).toHaveLength(3);
  });

  it('goes to everyone, to a topic; is cancelled, recalled; a user is logged out', async () => {
    const { sender, calls } = bus();
    const { user_id: _, ...rest } = request();
    await sender.everyone(rest);
    await sender.topic('chat:42', { notification_type: 'typing', payload: { user: 'bob' } });
    await sender.cancel('order-7');
    await sender.recall('order-7', 'alice');
    await sender.logOut('alice');
    expect(
      calls.flat().map(({ DetailType, detail }) => [DetailType, detail.user_id ?? detail.topic ?? detail.id]),
    ).toEqual([
      ['notification.requested', EVERYONE],
      ['notification.requested', 'chat:42'],
      ['notification.cancelled', 'order-7'],
      ['notification.recalled', 'alice'],
      ['user.logged_out', 'alice'],
    ]);
    await expect(sender.topic('Not a topic', { notification_type: 'x' })).rejects.toMatchObject({ field: 'topic' });
    await expect(sender.cancel('with space')).rejects.toMatchObject({ field: 'id' });
  });
});

describe('many requests', () => {
  it('go in calls of ten and 256 KB, in order', async () => {
    const { sender, calls } = bus();
    const results = await sender.sendMany(Array.from({ length: 25 }, (_, n) => request({ id: `r${n}` })));
    expect(calls.map((call) => call.length)).toEqual([10, 10, 5]);
    expect(results.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, n) => `r${n}`));
    calls.length = 0;
    const payload = { text: 'é'.repeat(10_000) };
    await sender.sendMany(Array.from({ length: 10 }, () => request({ payload, message: 'x'.repeat(16_000) })));
    expect(calls.map((call) => call.length)).toEqual([7, 3]);
  });

  it('have results of their own: sent, invalid, failed', async () => {
    const { sender, calls } = bus((_, at) => (at === 1 ? THROTTLED : undefined));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const results = await sender.sendMany([
      request({ id: 'good' }),
      request({ id: 'wrong', notification_type: 'a b' }),
      request({ id: 'unlucky' }),
      request({ id: 'circular', payload: circular }),
      request({
        id: 'large',
        user_id: undefined,
        user_ids: Array.from({ length: 9_000 }, (_, n) => `${n}-${'u'.repeat(40)}`),
      }),
    ]);
    expect(results).toEqual([
      { status: 'sent', id: 'good', eventId: 'event-1-0' },
      { status: 'invalid', id: 'wrong', field: 'notification_type', reason: 'must not contain white space' },
      { status: 'sent', id: 'unlucky', eventId: 'event-2-0' },
      { status: 'invalid', id: 'circular', field: 'detail', reason: expect.stringContaining('JSON') },
      { status: 'invalid', id: 'large', field: 'detail', reason: 'is larger than one event may be (256 KB)' },
    ]);
    // Only what failed is sent again, under the same id.
    expect(calls.map((call) => call.map(({ detail }) => detail.id))).toEqual([['good', 'unlucky'], ['unlucky']]);
  });

  it('all fail with the reason when the call fails, after three attempts', async () => {
    const { sender, calls } = bus(() => Object.assign(new Error('no permission'), { name: 'AccessDeniedException' }));
    const results = await sender.sendMany([request(), request()]);
    expect(results).toEqual(
      Array(2).fill({
        status: 'failed',
        id: expect.any(String),
        code: 'AccessDeniedException',
        message: 'no permission',
      }),
    );
    expect(calls).toHaveLength(3);
  });

  it('are none: nothing is called', async () => {
    const { sender, calls } = bus();
    expect(await sender.sendMany([])).toEqual([]);
    expect(calls).toEqual([]);
  });
});

it('the types refuse what the schema refuses', () => {
  const { sender } = bus();
  // @ts-expect-error: the type is missing.
  const missing = () => sender.send({ user_id: 'alice', title: 'x', message: 'y' });
  // @ts-expect-error: no such priority.
  const priority = () => sender.send(request({ priority: 'urgent' }));
  expect([missing, priority]).toHaveLength(2);
});
