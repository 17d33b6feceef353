// Contracts of the room `sockets`: connections, subscribers of topics, frames, tickets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBAL_TOPIC } from '../../protocol/topic.ts';
import { SERVICE_KINDS, servicePorts } from '../support/open-service-ports.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';
import type { ServicePorts } from '../support/service-ports.ts';

const FAR_TTL = 4_000_000_000;
const connectionOf = (user_id: string, connection_id: string) => ({
  connection_id,
  user_id,
  org_id: 'org',
  topics: ['notifications'],
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
    for (const partition of subscriptions.partitionsOf(topic)) {
      for (let after: string | undefined; ; ) {
        const { subscribers, nextAfter } = await subscriptions.page(partition, after, limit);
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
      expect(await deps.audience.count()).toEqual({ users: 1, connections: 2 });
      // As `$disconnect` knows it, by its id alone; then by all there is.
      await deps.connections.remove({ connection_id: 'c1=' });
      expect(await connectionsOf('dave')).toEqual([connectionOf('dave', 'c2=')]);
      await deps.connections.remove(connectionOf('dave', 'c2='));
      expect(await connectionsOf('dave')).toEqual([]);
      expect(await subscribersOf(GLOBAL_TOPIC, 10)).toEqual([]);
      expect(await deps.audience.count()).toEqual({ users: 0, connections: 0 });
    });

    it('deletes one that is unknown, or known to another user, without touching others', async () => {
      await ports.reset();
      await ports.deps.connections.add(connectionOf('dave', 'c1='));
      await ports.deps.connections.remove({ connection_id: 'c9=' });
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
      expect(await ports.deps.audience.count()).toEqual({ users: 7, connections: 40 });
      expect(await subscribersOf('chat:nobody', 10)).toEqual([]);
    });

    it('keep a cursor for each fan-out and partition', async () => {
      const { subscriptions } = ports.deps;
      const [partition] = subscriptions.partitionsOf(GLOBAL_TOPIC);
      expect(await subscriptions.readCursor('f1', partition!)).toBeUndefined();
      await subscriptions.writeCursor('f1', partition!, 'c1=', FAR_TTL);
      await subscriptions.writeCursor('f1', partition!, 'c2=', FAR_TTL);
      expect(await subscriptions.readCursor('f1', partition!)).toBe('c2=');
      expect(await subscriptions.readCursor('f2', partition!)).toBeUndefined();
      expect(await subscriptions.readCursor('f1', subscriptions.partitionsOf('chat:1')[0]!)).toBeUndefined();
    });
  });

  it('Logouts keeps the latest moment of each user', async () => {
    const { logouts } = ports.deps;
    expect(await logouts.loggedOutAtMs('alice')).toBeUndefined();
    for (const atMs of [5, 7, 6]) await logouts.note('alice', atMs, 4_000_000_000);
    expect(await logouts.loggedOutAtMs('alice')).toBe(7);
    expect(await logouts.loggedOutAtMs('bob')).toBeUndefined();
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
      const frame = { type: 'unread_count', unread_count: 3 } as const;
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
