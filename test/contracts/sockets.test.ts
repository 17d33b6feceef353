// Contracts of the room `sockets`: connections, subscribers of topics, frames, tickets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, segmentsOf } from '../../lambdas/domain/sockets/segments.ts';
import { GLOBAL_TOPIC } from '../../protocol/topic.ts';
import { SERVICE_KINDS, servicePorts } from '../support/open-service-ports.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';
import type { ServicePorts } from '../support/service-ports.ts';

const FAR_TTL = 4_000_000_000;
const connectionOf = (user_id: string, connection_id: string) => ({
  connection_id,
  user_id,
  org_id: 'org',
  connected_at: '2026-11-21T07:00:00.000Z',
});

describe.each(TABLE_KINDS)('on %s', (kind) => {
  let ports: Ports;
  beforeAll(async () => {
    ports = await portsOn(kind, { isMetered: true });
  });
  afterAll(() => ports.close());

  const connectionsOf = async (userId: string) =>
    (await ports.deps.recipients.load(userId, { consistent: true })).connections;

  /** Every subscriber of the topic, page by page. */
  async function subscribersOf(topic: string, limit: number) {
    const { subscriptions } = ports.deps;
    const found: string[] = [];
    for (const segment of segmentsOf(topic).flatMap((one) => cut(one, 3))) {
      for (let after: string | undefined; ; ) {
        const { subscribers, nextAfter } = await subscriptions.page(segment, after, limit);
        expect(subscribers.length).toBeLessThanOrEqual(limit);
        found.push(...subscribers.map((one) => `${one.user_id}:${one.connection_id}`));
        if (nextAfter === undefined) break;
        after = nextAfter;
      }
    }
    return found.sort();
  }

  describe('Connections', () => {
    it('records one for deliveries, fan-outs and statistics, and deletes it everywhere', async () => {
      await ports.reset();
      const { deps } = ports;
      const connection = connectionOf('dave', 'c1=');
      await deps.connections.add(connection);
      await deps.connections.add(connectionOf('dave', 'c2='));
      expect(await connectionsOf('dave')).toEqual([connection, connectionOf('dave', 'c2=')]);
      expect(await subscribersOf(GLOBAL_TOPIC, 10)).toEqual(['dave:c1=', 'dave:c2=']);
      expect(await deps.audience.count(GLOBAL_TOPIC)).toEqual({ users: 1, connections: 2, is_exact: true });
      // As `$disconnect` knows it, by its id alone; then by all there is.
      await deps.connections.remove({ connection_id: 'c1=', user_id: 'dave' });
      expect(await connectionsOf('dave')).toEqual([connectionOf('dave', 'c2=')]);
      await deps.connections.remove(connectionOf('dave', 'c2='));
      expect(await connectionsOf('dave')).toEqual([]);
      expect(await subscribersOf(GLOBAL_TOPIC, 10)).toEqual([]);
      expect(await deps.audience.count(GLOBAL_TOPIC)).toEqual({ users: 0, connections: 0, is_exact: true });
    });

    it('deletes one that is unknown, or known to another user, without touching others', async () => {
      await ports.reset();
      await ports.deps.connections.add(connectionOf('dave', 'c1='));
      await ports.deps.connections.remove({ connection_id: 'c9=', user_id: 'dave' });
      expect(await connectionsOf('dave')).toHaveLength(1);
    });
  });

  describe('Subscriptions and Audience', () => {
    it('page through every live subscriber once, whatever the size of a page, and count users and connections', async () => {
      await ports.reset();
      const all: string[] = [];
      for (let at = 0; at < 40; at++) {
        await ports.deps.connections.add(connectionOf(`user-${at % 7}`, `c${at}=`));
        all.push(`user-${at % 7}:c${at}=`);
      }
      const gone = { ...connectionOf('late', 'late='), expires_at: new Date(ports.clock.ms + 1_000).toISOString() };
      await ports.deps.connections.add(gone);
      ports.clock.ms += 1_000;
      expect(await subscribersOf(GLOBAL_TOPIC, 100)).toEqual(all.sort());
      expect(await subscribersOf(GLOBAL_TOPIC, 1)).toEqual(all);
      expect(await subscribersOf(GLOBAL_TOPIC, 2)).toEqual(all);
      expect(await ports.deps.audience.count(GLOBAL_TOPIC)).toEqual({ users: 7, connections: 40, is_exact: true });
      expect(await subscribersOf('chat:nobody', 10)).toEqual([]);
    });

    it('say when a credential ends, or the life of its connection', async () => {
      await ports.reset();
      const { connections, subscriptions } = ports.deps;
      const expires_at = new Date(Math.ceil(ports.clock.ms / 1_000) * 1_000 + 60_000).toISOString();
      await connections.add({ ...connectionOf('dave', 'c1='), expires_at }, ['org:o']);
      await connections.add(connectionOf('erin', 'c2='), ['org:o']);
      const pages = await Promise.all(segmentsOf('org:o').map((one) => subscriptions.page(one, undefined, 10)));
      const ends = new Map(pages.flatMap((page) => page.subscribers).map((one) => [one.user_id, one.expires_at]));
      expect(ends.get('dave')).toBe(expires_at);
      expect(Date.parse(ends.get('erin')!) - ports.clock.ms).toBeGreaterThan(7_200_000 - 1_000);
    });

    it('list a connection under the topics it subscribed to, until it leaves them or closes', async () => {
      await ports.reset();
      const { connections, subscriptions } = ports.deps;
      const connection = connectionOf('dave', 'c1=');
      await connections.add(connection, ['org:o']);
      expect(await subscriptions.add(connection, ['chat:1', 'chat:2'])).toBe('subscribed');
      expect(await subscriptions.add(connection, ['chat:1'])).toBe('subscribed');
      const lists = async () => Promise.all(['org:o', 'chat:1', 'chat:2'].map((topic) => subscribersOf(topic, 10)));
      expect(await lists()).toEqual([['dave:c1='], ['dave:c1='], ['dave:c1=']]);
      await subscriptions.remove(connection, ['chat:2', 'chat:3']);
      expect(await lists()).toEqual([['dave:c1='], ['dave:c1='], []]);
      await connections.remove({ connection_id: 'c1=', user_id: 'dave' });
      expect(await lists()).toEqual([[], [], []]);
      expect(await subscriptions.add(connection, ['chat:1'])).toBe('closed');
      expect(await lists()).toEqual([[], [], []]);
    });

    it('carry the preferences of the user, and never go back to older ones', async () => {
      await ports.reset();
      const { connections, subscriptions } = ports.deps;
      const connection = connectionOf('dave', 'c1=');
      await connections.add(connection, ['org:o']);
      await subscriptions.setPreferences(connection, { muted_types: ['a'], sockets_off: true }, 2);
      await subscriptions.setPreferences(connection, { muted_types: ['old'] }, 1);
      await subscriptions.add(connection, ['chat:1']);
      const of = async (topic: string) => {
        const pages = await Promise.all(segmentsOf(topic).map((one) => subscriptions.page(one, undefined, 10)));
        return pages
          .flatMap(({ subscribers }) => subscribers)
          .map(({ muted_types, sockets_off }) => ({ muted_types, sockets_off }));
      };
      const topics = [GLOBAL_TOPIC, 'org:o', 'chat:1'];
      const wanted = [{ muted_types: ['a'], sockets_off: true }];
      expect(await Promise.all(topics.map(of))).toEqual([wanted, wanted, wanted]);
      await subscriptions.setPreferences(connection, {}, 3);
      expect(await Promise.all(topics.map(of))).toEqual([[{}], [{}], [{}]]);
      await subscriptions.setPreferences(connectionOf('dave', 'gone='), { sockets_off: true }, 4);
      expect(await subscribersOf(GLOBAL_TOPIC, 10)).toEqual(['dave:c1=']);
    });

    it('keep a count, and let one caller make the next', async () => {
      await ports.reset();
      const { audience } = ports.deps;
      const count = { users: 1, connections: 2, is_exact: true };
      expect(await audience.kept('chat:1')).toBeUndefined();
      expect(await audience.claim('chat:1', 1_000, 5_000)).toBe(true);
      expect(await audience.claim('chat:1', 4_999, 9_000)).toBe(false);
      expect(await audience.claim('chat:1', 5_000, 9_000)).toBe(true);
      await audience.keep('chat:1', count, 3_000, FAR_TTL);
      expect(await audience.kept('chat:1')).toEqual({ ...count, counted_at_ms: 3_000 });
    });

    it('know when a user was last connected', async () => {
      await ports.reset();
      const { connections } = ports.deps;
      await connections.add(connectionOf('dave', 'c1='));
      expect(await connections.lastSeen('dave')).toBeUndefined();
      await connections.remove({ connection_id: 'c1=', user_id: 'dave' });
      expect(await connections.lastSeen('dave')).toBe(new Date(ports.clock.ms).toISOString());
    });
  });

  it('Logouts keeps the latest moment of each user', async () => {
    const { logouts } = ports.deps;
    const noted = (userId: string) => logouts.loggedOutAtMs(userId, { consistent: true });
    const loaded = async (userId: string) =>
      (await ports.deps.recipients.load(userId, { consistent: true })).logged_out_at_ms;
    expect([await noted('alice'), await loaded('alice')]).toEqual([undefined, undefined]);
    for (const atMs of [5, 7, 6]) await logouts.note('alice', atMs, 4_000_000_000);
    expect([await noted('alice'), await loaded('alice')]).toEqual([7, 7]);
    expect([await noted('bob'), await loaded('bob')]).toEqual([undefined, undefined]);
  });

  describe('Tickets', () => {
    it('gives a ticket to one of all who ask', async () => {
      const expires_at = '2100-01-01T00:00:00.000Z';
      const times = { issued_at: '2026-11-21T07:00:00.000Z', expires_at, credential_expires_at: expires_at };
      const grant = { user_id: 'alice', org_id: 'o', topics: ['chat:1'], ...times };
      await ports.deps.tickets.put('hash', grant);
      const taken = await Promise.all(Array.from({ length: 40 }, () => ports.deps.tickets.take('hash')));
      expect(taken.filter((one) => one !== undefined)).toEqual([grant]);
      expect(await ports.deps.tickets.take('another')).toBeUndefined();
    });
  });
});

describe.each(SERVICE_KINDS)('in %s', (kind) => {
  let ports: ServicePorts;
  beforeAll(async () => {
    ports = await servicePorts(kind);
  });
  afterAll(() => ports.close());

  describe('Sender', () => {
    it('posts frames in order to the socket that is meant', async () => {
      const [one, other] = [await ports.openSocket(), await ports.openSocket()];
      const frame = { type: 'unread_count', unread_count: 3, unseen_count: 3 } as const;
      expect(await ports.deps.sender.post(one.id, { type: 'pong' })).toBe('sent');
      expect(await ports.deps.sender.post(one.id, frame)).toBe('sent');
      expect(await one.frames()).toEqual([{ type: 'pong' }, frame]);
      expect(await other.frames()).toEqual([]);
    });

    it("says 'gone' of one that is closed or never was", async () => {
      const socket = await ports.openSocket();
      socket.close();
      expect(await ports.deps.sender.post(socket.id, { type: 'pong' })).toBe('gone');
      expect(await ports.deps.sender.post('never=', { type: 'pong' })).toBe('gone');
    });
  });

  describe('SocketCloser', () => {
    it('closes a socket, and is content with one that is closed or never was', async () => {
      const [one, other] = [await ports.openSocket(), await ports.openSocket()];
      await ports.deps.closer.close(one.id);
      expect([one.isOpen(), other.isOpen()]).toEqual([false, true]);
      await ports.deps.closer.close(one.id);
      await ports.deps.closer.close('never=');
      expect(await ports.deps.sender.post(one.id, { type: 'pong' })).toBe('gone');
    });
  });
});
