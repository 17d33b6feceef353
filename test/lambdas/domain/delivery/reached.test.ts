// Whom a delivery reaches when sockets open, close and refuse while it is under way.
import { beforeEach, describe, expect, it } from 'vitest';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const ALICE = 'alice';
const request = (more: object = {}) => ({
  user_id: ALICE,
  title: 'A title',
  message: 'A message',
  notification_type: 'system',
  ...more,
});
const typesOf = (socket: { frames: { type: string }[] }) => socket.frames.map(({ type }) => type);
const storedRow = async () => (await system.deps.inbox.newerThan(ALICE, '', 10)).items[0]!;

/** Lets something happen right before a port's call. */
function rightBefore(port: 'inbox', method: 'put', act: () => Promise<unknown>): void {
  const ports = system.deps[port];
  const call = ports[method];
  Object.assign(ports, {
    [method]: async (...given: Parameters<typeof call>) => {
      Object.assign(ports, { [method]: call });
      await act();
      return call(...given);
    },
  });
}

describe('a socket that opens while its notification is being stored', () => {
  it('is sent it, and nothing is pushed', async () => {
    const phone = await system.phone(ALICE);
    rightBefore('inbox', 'put', () => system.connect(ALICE, 'opening'));
    await system.event(request());
    expect(typesOf(system.memory.sockets.get('opening')!)).toEqual(['notification']);
    expect(phone.pushes).toEqual([]);
    expect(await storedRow()).toMatchObject({ sent_at: expect.any(String) });
  });

  it('is sent it although another one that was known has closed', async () => {
    const phone = await system.phone(ALICE);
    const closed = await system.connect(ALICE, 'closed');
    closed.isOpen = false;
    rightBefore('inbox', 'put', () => system.connect(ALICE, 'opening'));
    await system.event(request());
    expect(typesOf(system.memory.sockets.get('opening')!)).toEqual(['notification']);
    expect(phone.pushes).toEqual([]);
  });

  it('is still known when its handshake takes as long as its function may run', async () => {
    const opening = await system.connect(ALICE, 'opening');
    const connected_at = toTimestamp(system.clock.ms - 15_000);
    await system.deps.connections.add({ connection_id: 'opening', user_id: ALICE, connected_at });
    opening.isOpen = false;
    await system.event(request());
    opening.isOpen = true;
    await system.event(request());
    expect(typesOf(opening)).toEqual(['notification']);
  });

  it('is left alone when the user wants no notifications on sockets', async () => {
    await system.deps.userStates.change(ALICE, ({ preferences }) => ({
      preferences: { ...preferences, websocket_notifications: false },
    }));
    rightBefore('inbox', 'put', () => system.connect(ALICE, 'opening'));
    await system.event(request());
    expect(typesOf(system.memory.sockets.get('opening')!)).not.toContain('notification');
  });
});

describe('a socket that refuses every frame', () => {
  it('gets a second try; then one push is sent, and the message is done', async () => {
    const [phone, socket] = [await system.phone(ALICE), await system.connect(ALICE, 'slow')];
    socket.refusal = 'LimitExceededException';
    system.enqueue(request());
    await system.drain();
    expect(phone.pushes).toEqual([]);
    expect(await storedRow()).toMatchObject({ is_unprocessed: true, error_count: 1 });
    await system.advance(600);
    expect(phone.pushes).toHaveLength(1);
    expect(system.memory.queues.dispatch.all()).toEqual([]);
    expect(system.memory.queues.deadLetters.all()).toEqual([]);
    const row = await storedRow();
    expect(row).toMatchObject({ error_count: 2, last_error: 'LimitExceededException', sent_at: expect.any(String) });
    expect(row).not.toHaveProperty('is_unprocessed');
  });

  it('leaves it in the inbox where there is no phone: no dead letter', async () => {
    const socket = await system.connect(ALICE, 'slow');
    socket.refusal = 'LimitExceededException';
    system.enqueue(request());
    await system.advance(600);
    expect(system.memory.queues.deadLetters.all()).toEqual([]);
    const row = await storedRow();
    expect(row).toMatchObject({ error_count: 2, last_error: 'LimitExceededException' });
    expect(row).not.toHaveProperty('sent_at');
  });

  it('does not have its user pushed where another socket took the frame', async () => {
    const phone = await system.phone(ALICE);
    const [slow, good] = [await system.connect(ALICE, 'slow'), await system.connect(ALICE, 'good')];
    slow.refusal = 'LimitExceededException';
    system.enqueue(request());
    await system.advance(600);
    expect(good.frames).toHaveLength(1);
    expect(phone.pushes).toEqual([]);
    expect(system.memory.queues.deadLetters.all()).toEqual([]);
  });

  it('has a failed push retried, and is not tried again itself', async () => {
    const [phone, socket] = [await system.phone(ALICE), await system.connect(ALICE, 'slow')];
    socket.refusal = 'LimitExceededException';
    phone.refusal = 'InternalError';
    system.enqueue(request());
    await system.advance(30);
    expect(await storedRow()).toMatchObject({ is_unreachable: true, is_unprocessed: true });
    phone.refusal = undefined;
    socket.refusal = undefined;
    await system.advance(600);
    expect(phone.pushes).toHaveLength(1);
    expect(socket.frames).toEqual([]);
    expect(await storedRow()).not.toHaveProperty('is_unreachable');
  });

  it('gets a critical one pushed once, at the first try', async () => {
    const [phone, socket] = [await system.phone(ALICE), await system.connect(ALICE, 'slow')];
    socket.refusal = 'LimitExceededException';
    system.enqueue(request({ priority: 'critical' }));
    await system.drain();
    expect(phone.pushes).toHaveLength(1);
    await system.advance(600);
    expect(phone.pushes).toHaveLength(1);
    expect(system.memory.queues.deadLetters.all()).toEqual([]);
  });
});

describe('a message whose first tries failed before anything was posted', () => {
  /** The last of five tries is the first that finds the sockets, which refuse. */
  const failUntilLast = async () => {
    const { inbox } = system.deps;
    const { unreadKeys } = inbox;
    let left = 4;
    inbox.unreadKeys = (...given) => (left-- > 0 ? Promise.reject(new Error('throttled')) : unreadKeys(...given));
    const socket = await system.connect(ALICE, 'refusing');
    socket.refusal = 'LimitExceededException';
  };
  const letters = () => system.memory.queues.deadLetters.all();

  it.each([
    ['alone', () => ({})],
    ['scheduled', () => ({ deliver_at: toTimestamp(system.clock.ms + 60_000) })],
    ['packed with others', () => ({ user_id: undefined, user_ids: [ALICE, 'bob'] })],
  ])('is pushed, and not dead-lettered, when every socket refuses it at the last try: %s', async (_, more) => {
    const phone = await system.phone(ALICE);
    await failUntilLast();
    system.enqueue(request(more()));
    for (let moments = 0; moments < 50 && (await system.nextMoment()); moments++);
    expect(letters()).toEqual([]);
    expect(phone.pushes).toHaveLength(1);
    expect(await storedRow()).toMatchObject({ sent_at: expect.any(String), error_count: 1 });
    expect(await storedRow()).not.toHaveProperty('is_unprocessed');
  });

  it('is left in the inbox where there is no phone', async () => {
    await failUntilLast();
    system.enqueue(request());
    for (let moments = 0; moments < 50 && (await system.nextMoment()); moments++);
    expect(letters()).toEqual([]);
    expect(await storedRow()).toMatchObject({ last_error: 'LimitExceededException', error_count: 1 });
  });
});
