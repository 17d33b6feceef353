// The snapshot: immutable, one contract for Svelte and React, and few calls in a burst.
import { describe, expect, it, vi } from 'vitest';
import type { NotificationsState } from '../../client/core/notifications-client.ts';
import { SECOND, setup } from './setup.ts';

describe('subscribe, as Svelte’s stores have it', () => {
  it('calls at once with the state, and after every change until it is ended', async () => {
    const { server, clock, client, online } = setup();
    const states: NotificationsState[] = [];
    const end = client.subscribe((state) => states.push(state));
    expect(states).toEqual([client.getState()]);
    await online();
    server.add();
    await clock.advance(SECOND);
    expect(states.at(-1)).toBe(client.getState());
    const calls = states.length;
    end();
    end();
    server.add();
    await clock.advance(SECOND);
    expect(states).toHaveLength(calls);
  });

  it('counts each subscription, of the same function too', async () => {
    const { client } = setup();
    const listener = vi.fn();
    const ends = [client.subscribe(listener), client.subscribe(listener)];
    ends[0]!();
    client.start();
    expect(listener).toHaveBeenCalledTimes(3);
    ends[1]!();
  });
});

describe('the state', () => {
  it('is the same object while nothing shows, and keeps the parts that did not change', async () => {
    const { server, clock, client, online } = setup();
    await online();
    server.add();
    await clock.advance(SECOND);
    const before = client.getState();
    server.post({ type: 'pong' });
    server.post({ type: 'unread_count', unread_count: 1 });
    await clock.advance(SECOND);
    expect(client.getState()).toBe(before);
    server.post({ type: 'unread_count', unread_count: 7 });
    await clock.advance(SECOND);
    expect(client.getState()).not.toBe(before);
    expect(client.getState().notifications).toBe(before.notifications);
    expect(client.getState().connection).toBe(before.connection);
  });

  it('calls listeners at most every 50 ms in a burst of 500, and ends with the last', async () => {
    const { server, clock, client, online } = setup();
    await online();
    let changes = 0;
    let last: NotificationsState | undefined;
    client.on('change', (state) => {
      changes++;
      last = state;
    });
    for (let n = 0; n < 500; n++) {
      server.add();
      await clock.advance(1);
    }
    await clock.advance(SECOND);
    expect(changes).toBeLessThanOrEqual(13);
    expect(last).toBe(client.getState());
    expect(last!.unreadCount).toBe(500);
  });

  it('is changed by a person at once, in the middle of a burst', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const { id } = server.add();
    await clock.advance(25);
    server.add();
    await clock.advance(25);
    let changes = 0;
    client.on('change', () => changes++);
    void client.markRead(id);
    expect(changes).toBe(1);
  });
});
