// More connections than a user may have: the oldest is closed, also when several open at the same moment.
import { expect, it } from 'vitest';
import { openConnection } from '../../../../lambdas/domain/sockets/connect.ts';
import { DEFAULT_LIMITS } from '../../../../protocol/service-limits.ts';
import { dispatchSystem } from '../../../support/dispatch-system.ts';

async function setUp() {
  const system = await dispatchSystem();
  const deps = { ...system.deps, limits: { ...DEFAULT_LIMITS, connectionsPerUser: 3 } };
  const open = async (id: string) => {
    system.clock.ms += 1_000;
    const socket = system.memory.sockets.open(id);
    await openConnection(deps, id, { user_id: 'alice', topics: [] });
    return socket;
  };
  const ids = async () => (await deps.recipients.connections('alice')).map((one) => one.connection_id).sort();
  return { ...system, deps, open, ids };
}

it('closes the oldest of a user, and says why first', async () => {
  const { open, ids, posted, memory, deps } = await setUp();
  const first = await open('1');
  for (const id of ['2', '3', '4']) await open(id);
  expect(await ids()).toEqual(['2', '3', '4']);
  expect(first.isOpen).toBe(false);
  expect(posted).toEqual([
    { connectionId: '1', frame: expect.objectContaining({ type: 'error', code: 'too_many_connections' }) },
  ]);
  expect(memory.sockets.open('5').isOpen).toBe(true);
  expect(deps.counted.too_many_connections).toBe(1);
});

it('holds for sockets that open at the same moment', async () => {
  const { open, ids } = await setUp();
  const opened = await Promise.allSettled(Array.from({ length: 12 }, (_, at) => open(`s${at}`)));
  expect(await ids()).toEqual(['s10', 's11', 's9']);
  // Those that find themselves among the oldest are refused: no frame can be sent while a socket opens.
  const refused = opened.filter(({ status }) => status === 'rejected');
  expect(refused).not.toEqual([]);
  for (const one of refused) expect(one).toMatchObject({ reason: { code: 'too_many_connections' } });
});

it('forgets one that is closed already', async () => {
  const { open, ids, clock } = await setUp();
  const first = await open('1');
  first.isOpen = false;
  clock.ms += 16_000;
  for (const id of ['2', '3', '4']) await open(id);
  expect(await ids()).toEqual(['2', '3', '4']);
});

it('leaves one whose handshake is not over: it would be open and get nothing', async () => {
  const { open, ids } = await setUp();
  const first = await open('1');
  first.isOpen = false;
  for (const id of ['2', '3', '4']) await open(id);
  expect(await ids()).toEqual(['1', '2', '3', '4']);
  first.isOpen = true;
  await open('5');
  expect(await ids()).toEqual(['3', '4', '5']);
});

it('opens a socket although the oldest could not be closed', async () => {
  const { open, ids, deps } = await setUp();
  for (const id of ['1', '2', '3']) await open(id);
  deps.closer.close = async () => {
    throw new Error('not now');
  };
  await open('4');
  expect(await ids()).toEqual(['1', '2', '3', '4']);
});
