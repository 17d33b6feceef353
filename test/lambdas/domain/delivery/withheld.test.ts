// What is stored but not sent says why: muted by its user, held back by quiet hours, too many of one type.
import { beforeEach, describe, expect, it } from 'vitest';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

const ALICE = 'alice';
const NIGHT = { start: '22:00', end: '07:00', time_zone: 'UTC' };
let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
  system.clock.ms = Date.UTC(2030, 0, 1, 23);
});

const prefer = (changes: object) =>
  system.deps.userStates.change(ALICE, ({ preferences }) => ({ preferences: { ...preferences, ...changes } }));
const rows = async () => (await system.deps.inbox.newerThan(ALICE, '', 100)).items;
const reason = async () => (await rows())[0]!.last_error;

describe('last_error', () => {
  it('is absent where nothing withholds the notification', async () => {
    await system.notify({ user_id: ALICE });
    expect(await reason()).toBeUndefined();
  });

  it('is `muted` for a muted type, unless it is critical', async () => {
    await prefer({ muted_types: ['noise'] });
    await system.connect(ALICE, 'tab');
    await system.notify({ user_id: ALICE, notification_type: 'noise' });
    system.clock.ms += 1;
    await system.notify({ user_id: ALICE, notification_type: 'noise', priority: 'critical' });
    const found = await rows();
    expect(found).toHaveLength(2);
    expect(found.find(({ priority }) => priority === 'critical')!.last_error).toBeUndefined();
    expect(found.find(({ priority }) => priority !== 'critical')!.last_error).toBe('muted');
  });

  it('is `held` from the start until quiet hours end and the push is sent', async () => {
    await prefer({ quiet_hours: NIGHT });
    const phone = await system.phone(ALICE);
    await system.notify({ user_id: ALICE });
    expect(await reason()).toBe('held');
    expect((await rows())[0]!.sent_at).toBeUndefined();
    while (await system.nextMoment());
    expect(phone.pushes).toHaveLength(1);
    expect(await rows()).toMatchObject([{ sent_at: '2030-01-02T07:00:00.000Z' }]);
    expect(await reason()).toBeUndefined();
  });

  it('is `held` when the socket that was planned for is closed', async () => {
    await prefer({ quiet_hours: NIGHT });
    await system.phone(ALICE);
    (await system.connect(ALICE, 'closed')).isOpen = false;
    await system.notify({ user_id: ALICE });
    expect(await reason()).toBe('held');
    expect((await rows())[0]!.sent_at).toBeUndefined();
  });

  it('is `held` when nobody acknowledges and quiet hours hold the push', async () => {
    await prefer({ quiet_hours: NIGHT });
    const phone = await system.phone(ALICE);
    const socket = await system.connect(ALICE, 'tab');
    system.enqueue({
      user_id: ALICE,
      title: 'T',
      message: 'M',
      notification_type: 'system',
      requires_ack: true,
    });
    await system.drain();
    socket.isOpen = false;
    await system.deps.connections.remove({ connection_id: 'tab', user_id: ALICE });
    await system.advance(6);
    expect(await reason()).toBe('held');
    while (await system.nextMoment());
    expect(phone.pushes).toHaveLength(1);
    expect(await reason()).toBeUndefined();
  });
});
