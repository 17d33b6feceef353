// Two wake-ups of one request, or a wake-up and the sweep: what one of them stored before its function died, its next
// try finishes.
import { beforeEach, describe, expect, it } from 'vitest';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const SWEEP = '{"task":"sweep"}';

/** The body of the wake-up of a request whose time has come; nothing else will wake it. */
async function parked(userId: string): Promise<string> {
  await system.dispatch(SWEEP);
  await system.notify({ user_id: userId, deliver_at: toTimestamp(system.clock.ms + 60_000) });
  const [message] = system.memory.queues.dispatch.all();
  system.memory.queues.dispatch.delete(message!.id);
  system.clock.ms += 60_000;
  return message!.body;
}

/** A wake-up whose function dies once the notification is stored. */
async function dies(body: string): Promise<void> {
  const { inbox, subscriptions } = system.deps;
  const { unreadKeys } = inbox;
  const { page } = subscriptions;
  const killed = () => Promise.reject(new Error('The function was killed'));
  Object.assign(inbox, { unreadKeys: killed });
  Object.assign(subscriptions, { page: killed });
  await expect(system.dispatch(body)).rejects.toThrow('killed');
  Object.assign(inbox, { unreadKeys });
  Object.assign(subscriptions, { page });
}

describe.each([
  ['one user', 'alice'],
  ['everyone', EVERYONE],
])('a scheduled notification to %s whose function died once it was stored', (_, userId) => {
  it('is pushed once by its next try, also when a second wake-up came meanwhile', async () => {
    const phone = await system.phone('alice');
    const body = await parked(userId);
    await dies(body);
    await system.dispatch(body);
    expect(phone.pushes).toHaveLength(0);
    await system.dispatch(body, { isRedelivery: true });
    expect(phone.pushes).toHaveLength(1);
    await system.dispatch(body);
    expect(phone.pushes).toHaveLength(1);
  });

  it('is pushed by the sweep when it has no next try', async () => {
    const phone = await system.phone('alice');
    await dies(await parked(userId));
    system.clock.ms += 6 * 60_000;
    await system.dispatch(SWEEP);
    await system.drain();
    expect(phone.pushes).toHaveLength(1);
    await system.dispatch(SWEEP);
    await system.drain();
    expect(phone.pushes).toHaveLength(1);
  });
});

it.each([
  ['later', 60],
  ['at once', 0],
])('delivers what is asked for again %s after a cancellation whose function died half way', async (_, seconds) => {
  const at = (ahead: number) => toTimestamp(system.clock.ms + ahead * 1_000);
  await system.notify({ user_id: 'alice', id: 'again', title: 'First', deliver_at: at(60) });
  const { requests } = system.deps;
  const { ofId } = requests;
  requests.ofId = () => Promise.reject(new Error('The function was killed'));
  system.clock.ms += 1_000;
  const cancelled = system.event({ id: 'again' }, { detailType: 'notification.cancelled' });
  await expect(cancelled).rejects.toThrow('killed');
  requests.ofId = ofId;
  system.clock.ms += 1_000;
  await system.notify({ user_id: 'alice', id: 'again', title: 'Second', deliver_at: at(seconds) });
  await system.advance(120);
  const { items } = await system.deps.inbox.newerThan('alice', '', 10);
  expect(items.map(({ title }) => title)).toEqual(['Second']);
});
