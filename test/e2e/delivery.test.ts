// An event on the bus reaches the open sockets of its user, and nobody else's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

describe('one user', () => {
  it('gets the notification on every tab, and no other user does', async () => {
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const [first, second, other] = await Promise.all([alice, alice, bob].map((user) => stack.connect(user)));
    await stack.notify({ user_id: alice, title: 'Hello', message: 'From the bus', payload: { url: '/a' } });
    const [onFirst, onSecond] = await Promise.all([first!.frame('notification'), second!.frame('notification')]);
    expect(onFirst.notification).toMatchObject({
      user_id: alice,
      title: 'Hello',
      message: 'From the bus',
      payload: { url: '/a' },
    });
    expect(onFirst.unread_count).toBe(1);
    expect(onSecond).toEqual(onFirst);
    // Bob's own arrives after it would have: had alice's gone to him, it would stand before.
    await stack.notify({ user_id: bob, title: 'For bob' });
    await other!.frame('notification');
    expect(other!.of('notification').map((frame) => frame.notification.title)).toEqual(['For bob']);
  });
});
