// Everyone is pushed at most once, wherever the function dies; signals have an id by which a client drops a repeat.
import { beforeEach, describe, expect, it } from 'vitest';
import { MESSAGE_MAX_MS } from '../../../../lambdas/domain/dispatch-batch.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const arrival = { eventId: 'to-all' };
const again = { ...arrival, isRedelivery: true };
const killed = () => Promise.reject(new Error('The function was killed'));

describe('a push to everyone', () => {
  it.each([
    ['before it is noted', 'claimBroadcastPush', 'before', 1],
    ['after it was noted', 'claimBroadcastPush', 'after', 0],
    ['before it is sent', 'toEveryone', 'before', 0],
    ['after it was sent', 'toEveryone', 'after', 1],
  ] as const)('is shown at most once when the function dies %s', async (_, method, when, expected) => {
    const phone = await system.phone('alice');
    const ports = (method === 'toEveryone' ? system.deps.push : system.deps.deliveryState) as never as Record<
      string,
      (...given: unknown[]) => Promise<unknown>
    >;
    const call = ports[method]!;
    const { releaseBroadcastPush } = system.deps.deliveryState;
    system.deps.deliveryState.releaseBroadcastPush = killed;
    ports[method] = async (...given) => {
      if (when === 'after') await call(...given);
      return killed();
    };
    await system.notify({ user_id: EVERYONE }, arrival).catch(() => undefined);
    ports[method] = call;
    system.deps.deliveryState.releaseBroadcastPush = releaseBroadcastPush;
    await system.notify({ user_id: EVERYONE }, again);
    await system.notify({ user_id: EVERYONE }, again);
    expect(phone.pushes).toHaveLength(expected);
  });

  it('is tried again when the push service refused it', async () => {
    const phone = await system.phone('alice');
    const { push } = system.deps;
    const call = push.toEveryone;
    Object.assign(push, { toEveryone: async () => 'refused' });
    await expect(system.notify({ user_id: EVERYONE }, arrival)).rejects.toThrow(/refused/);
    Object.assign(push, { toEveryone: call });
    await system.notify({ user_id: EVERYONE }, again);
    expect(phone.pushes).toHaveLength(1);
  });

  it('is tried again when the push service refused it, and giving the claim back failed at first', async () => {
    const phone = await system.phone('alice');
    const { push, deliveryState } = system.deps;
    const { toEveryone } = push;
    const { releaseBroadcastPush } = deliveryState;
    let failures = 2;
    deliveryState.releaseBroadcastPush = async (...given) => {
      if (failures-- > 0) throw new Error('throttled');
      await releaseBroadcastPush(...given);
    };
    Object.assign(push, { toEveryone: async () => 'refused' });
    await expect(system.notify({ user_id: EVERYONE }, arrival)).rejects.toThrow(/refused/);
    Object.assign(push, { toEveryone });
    await system.notify({ user_id: EVERYONE }, again);
    expect(phone.pushes).toHaveLength(1);
  });

  it('is made by the next try when no answer came to the claim, though it was made', async () => {
    const phone = await system.phone('alice');
    const { deliveryState } = system.deps;
    const { claimBroadcastPush } = deliveryState;
    deliveryState.claimBroadcastPush = async (...given) => {
      deliveryState.claimBroadcastPush = claimBroadcastPush;
      await claimBroadcastPush(...given);
      throw new Error('no answer');
    };
    await expect(system.notify({ user_id: EVERYONE }, arrival)).rejects.toThrow('no answer');
    await system.notify({ user_id: EVERYONE }, again);
    expect(phone.pushes).toHaveLength(1);
  });

  it('is made by the next try when the message ran out of time before it was sent', async () => {
    const phone = await system.phone('alice');
    const { deliveryState } = system.deps;
    const { claimBroadcastPush } = deliveryState;
    deliveryState.claimBroadcastPush = async (...given) => {
      deliveryState.claimBroadcastPush = claimBroadcastPush;
      const isClaimed = await claimBroadcastPush(...given);
      system.clock.ms += MESSAGE_MAX_MS;
      return isClaimed;
    };
    system.enqueue({ user_id: EVERYONE, title: 'T', message: 'M', notification_type: 'system' });
    await system.drain();
    expect(phone.pushes).toHaveLength(0);
    await system.advance(2);
    expect(phone.pushes).toHaveLength(1);
  });
});

describe('a signal', () => {
  it.each([
    ['to one user', { user_id: 'alice', store: false }],
    ['to a user’s own topic', { topic: 'wal:alice' }],
  ])('%s has the same id when it comes twice, and another than the next', async (_, request) => {
    const socket = await system.connect('alice', 'socket');
    await system.notify(request, { eventId: 'first' });
    await system.notify(request, { eventId: 'first', isRedelivery: true });
    await system.notify(request, { eventId: 'second' });
    const ids = socket.frames.map((frame) => (frame.type === 'event' ? frame.id : undefined));
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});
