// Claims: several users are sent a notification, and one of them takes it.
import { beforeEach, describe, expect, it } from 'vitest';
import { parseEvent } from '../../../protocol/event.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../support/functions-in-memory.ts';

const USERS = ['alice', 'bob', 'carol'];
const SECONDS = 60;
const REQUEST = {
  user_ids: USERS,
  title: 'A customer waits',
  message: 'In room 7',
  notification_type: 'support.waiting',
  claim: { expires_seconds: SECONDS },
};

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const listOf = async (userId: string) =>
  (await system.as(userId, 'GET', '/api/v2/notifications')).body.notifications as any[];
const copyOf = async (userId: string) => (await listOf(userId))[0];
const pathOf = async (userId: string) => `/api/v2/notifications/${(await copyOf(userId)).id}/claim`;
const claim = async (userId: string) => system.as(userId, 'PUT', await pathOf(userId));
const release = async (userId: string) => system.as(userId, 'DELETE', await pathOf(userId));
const holdersSeen = async () => Promise.all(USERS.map(async (userId) => (await copyOf(userId)).claim.holder?.user_id));

describe('a notification with a claim', () => {
  it('is held by the first to claim it, and every recipient’s list and tabs say so', async () => {
    const clients = await Promise.all(USERS.map((userId) => system.connect(userId)));
    await system.notify(REQUEST);
    expect(clients[0]!.frames).toMatchObject([{ notification: { claim: { expires_seconds: SECONDS } } }]);
    expect(await holdersSeen()).toEqual([undefined, undefined, undefined]);
    const { status, body } = await claim('bob');
    expect(status).toBe(200);
    expect(body.claim).toMatchObject({ version: 1, holder: { user_id: 'bob' } });
    for (const { frames } of clients) expect(frames.at(-1)).toEqual({ type: 'claim', claim: body.claim });
    expect(await holdersSeen()).toEqual(['bob', 'bob', 'bob']);
    const lost = await claim('carol');
    expect(lost).toMatchObject({ status: 409, body: { code: 'already_claimed' } });
    expect(lost.body.detail).toContain(body.claim.holder.expires_at);
    expect((await copyOf('carol')).claim).toEqual(body.claim);
    const { id } = await copyOf('carol');
    expect((await system.as('carol', 'GET', `/api/v2/notifications/${id}`)).body.claim).toEqual(body.claim);
  });

  it('is claimed by a frame, whose answer says who holds it', async () => {
    const [alice, bob] = [await system.connect('alice'), await system.connect('bob')];
    await system.notify(REQUEST);
    const claimFrame = async (userId: string) => ({ action: 'claim', notification_id: (await copyOf(userId)).id });
    const won = await alice.send(await claimFrame('alice'));
    expect(won).toMatchObject({ type: 'claim', claim: { holder: { user_id: 'alice' } } });
    expect(await bob.send(await claimFrame('bob'))).toEqual(won);
    expect(await bob.send({ action: 'claim', notification_id: (await copyOf('alice')).id })).toMatchObject({
      type: 'error',
      code: 'not_found',
    });
  });

  it('is everyone’s again when it is released or its time is over', async () => {
    const alice = await system.connect('alice');
    await system.notify(REQUEST);
    await claim('bob');
    expect((await release('carol')).body.claim.holder.user_id).toBe('bob');
    expect((await release('bob')).body.claim).toMatchObject({ version: 2, holder: null });
    expect(alice.frames.at(-1)).toMatchObject({ type: 'claim', claim: { version: 2, holder: null } });
    expect((await claim('carol')).status).toBe(200);
    system.clock.ms += (SECONDS - 1) * 1000;
    expect((await claim('bob')).status).toBe(409);
    system.clock.ms += 1_000;
    expect(await holdersSeen()).toEqual([undefined, undefined, undefined]);
    expect((await claim('bob')).body.claim).toMatchObject({ version: 4, holder: { user_id: 'bob' } });
    system.clock.ms += 30_000;
    expect((await claim('bob')).body.claim.holder.claimed_at).toBe(new Date(system.clock.ms).toISOString());
  });

  it('is shown with its holder to a client that comes back', async () => {
    await system.notify(REQUEST);
    const [{ id: since }] = await listOf('alice');
    system.clock.ms += 20_000;
    await system.notify({ ...REQUEST, id: 'second' });
    await claim('bob');
    const alice = await system.connect('alice');
    await alice.send({ action: 'sync', since });
    expect(alice.frames).toMatchObject([{ notification: { claim: { holder: { user_id: 'bob' } } } }]);
  });

  it('is one claim for each audience, the same when its event comes twice', async () => {
    await system.notify({ ...REQUEST, id: 'one' });
    await claim('bob');
    await system.notify({ ...REQUEST, id: 'one' });
    expect(await holdersSeen()).toEqual(['bob', 'bob', 'bob']);
    await system.notify({ ...REQUEST, id: 'one', user_ids: ['alice', 'dave'] });
    expect((await system.as('dave', 'PUT', await pathOf('dave'))).status).toBe(200);
  });
});

describe('a claim', () => {
  it('is refused where it makes no sense, with the field', () => {
    const rejectionOf = (request: object) => {
      const detail = { ...REQUEST, ...request };
      return parseEvent(JSON.stringify({ id: 'e', 'detail-type': 'notification.requested', detail }));
    };
    const many = Array.from({ length: 101 }, (_, at) => `user-${at}`);
    expect(rejectionOf({ user_ids: undefined, user_id: 'alice' })).toMatchObject({ rejection: { field: 'claim' } });
    expect(rejectionOf({ store: false })).toMatchObject({ rejection: { field: 'claim' } });
    expect(rejectionOf({ user_ids: many })).toMatchObject({ rejection: { field: 'user_ids' } });
    expect(rejectionOf({ claim: { expires_seconds: 9 } })).toMatchObject({
      rejection: { field: 'claim.expires_seconds' },
    });
  });

  it('is refused for a notification without one, and for another user’s', async () => {
    await system.notify({ ...REQUEST, claim: undefined });
    expect(await claim('alice')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await system.as('mallory', 'PUT', await pathOf('alice'))).status).toBe(404);
    expect((await copyOf('alice')).claim).toBeUndefined();
  });
});
