// Topics from outside: subscribe, unsubscribe, organisations, and who gets what is sent to a topic.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty } from '../support/queue-contents.ts';
import type { SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

let topics = 0;
const newTopic = () => `chat:t${++topics}`;
const signal = (topic: string, type = 'typing') =>
  stack.notify({ topic, notification_type: type, payload: { at: topics } });

async function ask(socket: SocketClient, frame: { action: string; topics: string[] }) {
  const before = socket.frames.length;
  socket.send(frame);
  await socket.frame(() => socket.frames.length > before);
  return socket.frames.at(-1);
}

describe('a topic', () => {
  it('reaches the connections that subscribed to it, and no other', async () => {
    const topic = newTopic();
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const [subscribed, notSubscribed, unauthorised] = await Promise.all([
      stack.connect(alice, { topics: [topic] }),
      stack.connect(alice, { topics: [topic] }),
      stack.connect(bob),
    ]);
    expect(await ask(subscribed, { action: 'subscribe', topics: [topic] })).toEqual({
      type: 'subscribed',
      topics: [topic],
    });
    await signal(topic);
    expect(await subscribed.frame('event')).toEqual({
      type: 'event',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      topic,
      event_type: 'typing',
      payload: { at: topics },
      title: 'A title',
      message: 'A message',
    });
    await Promise.all([notSubscribed.caughtUp(), unauthorised.caughtUp()]);
    expect([...notSubscribed.of('event'), ...unauthorised.of('event')]).toEqual([]);
    if (stack.isLocal) await expectQueuesEmpty(stack);
  });
});
