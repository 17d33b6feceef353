// Topics from outside: subscribe, unsubscribe, organisations, and who gets what is sent to a topic.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBAL_TOPIC } from '../../protocol/topic.ts';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty } from '../support/queue-contents.ts';
import { openSocket, type SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

let topics = 0;
const newTopic = () => `chat:${newUser('t')}-${++topics}`;
const signal = (topic: string, more: object = {}) => stack.notify({ topic, notification_type: 'typing', ...more });

async function ask(socket: SocketClient, action: string, ...names: string[]) {
  const before = socket.frames.length;
  socket.send({ action, topics: names });
  await socket.frame(() => socket.frames.length > before);
  return socket.frames.at(-1);
}

const forbidden = { type: 'error', code: 'forbidden', message: expect.stringMatching(/\.$/) };
const events = (socket: SocketClient) => socket.of('event').map(({ topic, event_type }) => [topic, event_type]);

describe('a topic', () => {
  it('reaches the connections that subscribed to it, and no other', async () => {
    const topic = newTopic();
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const [subscribed, notSubscribed, unauthorised] = await Promise.all([
      stack.connect(alice, { topics: [topic] }),
      stack.connect(alice, { topics: [topic] }),
      stack.connect(bob),
    ]);
    expect(await ask(subscribed, 'subscribe', topic)).toEqual({ type: 'subscribed', topics: [topic] });
    await signal(topic, { payload: { at: 1 } });
    expect(await subscribed.frame('event')).toEqual({
      type: 'event',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      topic,
      event_type: 'typing',
      payload: { at: 1 },
      title: 'A title',
      message: 'A message',
    });
    await Promise.all([notSubscribed.caughtUp(), unauthorised.caughtUp()]);
    expect([...notSubscribed.of('event'), ...unauthorised.of('event')]).toEqual([]);
    if (hasControlApi) await expectQueuesEmpty(stack);
  });

  it('that is left reaches the connection no more; the other topics do', async () => {
    const [left, kept] = [newTopic(), newTopic()];
    const socket = await stack.connect(newUser('leaver'), { topics: [left, kept] });
    await ask(socket, 'subscribe', left, kept);
    expect(await ask(socket, 'unsubscribe', left)).toEqual({ type: 'unsubscribed', topics: [left] });
    await signal(left);
    await signal(kept);
    await socket.frame('event');
    await socket.caughtUp();
    expect(events(socket)).toEqual([[kept, 'typing']]);
  });

  it('that the credential does not name is refused where it is asked for, and the others of the frame with it', async () => {
    const [named, other] = [newTopic(), newTopic()];
    const socket = await stack.connect(newUser('asker'), { topics: [named] });
    expect(await ask(socket, 'subscribe', named, other)).toEqual(forbidden);
    expect((await ask(socket, 'subscribe', other)).message).toContain(other);
    await signal(named);
    await signal(other);
    await socket.caughtUp();
    expect(events(socket)).toEqual([]);
  });

  it('may come from a claim of the token', async () => {
    const [topic, user] = [newTopic(), newUser('claimant')];
    const token = await stack.token(user, { claims: { topics: [topic] } });
    const socket = await stack.open('', { authorization: `Bearer ${token}` });
    expect(await ask(socket, 'subscribe', topic)).toEqual({ type: 'subscribed', topics: [topic] });
    await signal(topic);
    await socket.frame('event');
  });

  it('can be subscribed to fifty times, and the limit is of the credential', async () => {
    const names = Array.from({ length: 50 }, newTopic);
    const socket = await stack.connect(newUser('many'), { topics: names });
    expect((await ask(socket, 'subscribe', ...names)).topics).toHaveLength(50);
    await signal(names[49]!);
    await socket.frame('event');
  });

  it('carries no subscription into the next connection', async () => {
    const [topic, user] = [newTopic(), newUser('again')];
    const first = await stack.connect(user, { topics: [topic] });
    await ask(first, 'subscribe', topic);
    await first.close();
    const second = await stack.connect(user, { topics: [topic] });
    await signal(topic);
    await second.caughtUp();
    expect(second.of('event')).toEqual([]);
  });
});

describe('topics every connection has', () => {
  it('need no subscription and cannot be left', async () => {
    const user = newUser('owner');
    const socket = await stack.connect(user);
    const own = ['notifications', GLOBAL_TOPIC, `wal:${user}`];
    expect(await ask(socket, 'subscribe', ...own)).toEqual({ type: 'subscribed', topics: own });
    for (const topic of own) expect(await ask(socket, 'unsubscribe', topic)).toEqual(forbidden);
  });

  it('wal: carries what is sent to one user, and is nobody else’s', async () => {
    const [user, other] = [newUser('wal'), newUser('other')];
    const [socket, foreign] = await Promise.all([stack.connect(user), stack.connect(other)]);
    expect(await ask(foreign, 'subscribe', `wal:${user}`)).toEqual(forbidden);
    await signal(`wal:${user}`);
    await socket.frame('event');
    await foreign.caughtUp();
    expect([events(socket), events(foreign)]).toEqual([[[`wal:${user}`, 'typing']], []]);
  });

  it('org: reaches every connection of the organisation', async () => {
    const [org, users] = [newUser('org'), [newUser('a'), newUser('b'), newUser('c')]];
    const connect = async (user: string, org_id?: string) => {
      const body = { user_id: user, ...(org_id && { org_id }) };
      const { body: ticket } = await stack.http('POST', '/internal/tickets', { sign: true, body });
      return openSocket(`${ticket.ws_url}?ticket=${ticket.ticket}`);
    };
    const [a, b, outsider] = await Promise.all([connect(users[0]!, org), connect(users[1]!, org), connect(users[2]!)]);
    await signal(`org:${org}`);
    await Promise.all([a.frame('event'), b.frame('event')]);
    await outsider.caughtUp();
    expect(outsider.of('event')).toEqual([]);
    expect(await ask(outsider, 'subscribe', `org:${org}`)).toEqual(forbidden);
    for (const socket of [a, b, outsider]) await socket.close();
  });

  it('global_notifications reaches everyone', async () => {
    const sockets = await Promise.all([stack.connect(newUser('g1')), stack.connect(newUser('g2'))]);
    const [type] = [newUser('type')];
    await signal(GLOBAL_TOPIC, { notification_type: type });
    await Promise.all(sockets.map((socket) => socket.frame((frame) => frame.event_type === type)));
  });
});

describe.skipIf(!hasControlApi)('what a producer may not ask (needs the queues of the control API)', () => {
  it.each([
    [{ topic: 'notifications', notification_type: 'typing' }, 'topic'],
    [
      {
        user_id: '00000000-0000-0000-0000-000000000000',
        requires_ack: true,
        title: 'T',
        message: 'M',
        notification_type: 'system',
      },
      'requires_ack',
    ],
    [
      { user_id: 'a', rollout: { percent: 5, minutes: 5 }, title: 'T', message: 'M', notification_type: 's' },
      'rollout',
    ],
  ])('%j is rejected with the field %s', async (detail, field) => {
    await stack.local.reset();
    await stack.put([{ detail_type: 'notification.requested', detail }]);
    await stack.local.settle();
    const rejected = await stack.local.messagesOf(stack.outputs.rejected_queue_url!);
    expect(rejected.map(({ body }) => JSON.parse(body).field)).toEqual([field]);
  });
});
