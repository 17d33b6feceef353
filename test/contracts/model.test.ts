// Contracts of the room `model`: loading a recipient, rate limits.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { momentKey } from '../../lambdas/domain/model/notification-id.ts';
import { DEFAULT_PREFERENCES, NEVER_SEEN } from '../../lambdas/domain/model/recipient.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';

const FAR_TTL = 4_000_000_000;

describe.each(TABLE_KINDS)('on %s', (kind) => {
  let ports: Ports;
  beforeAll(async () => {
    ports = await portsOn(kind, { isMetered: true });
  });
  afterAll(() => ports.close());

  describe('Recipients', () => {
    it('gives defaults for a user nobody knows', async () => {
      expect(await ports.deps.recipients.load('nobody')).toEqual({
        user_id: 'nobody',
        connections: [],
        devices: [],
        preferences: DEFAULT_PREFERENCES,
        watermarks: [],
        cleared_before: '',
        seen: { before: '', ids: [] },
        known_since: NEVER_SEEN,
        state_version: 0,
        broadcast_states: [],
      });
    });

    it('records since when a user is known, once', async () => {
      const { recipients, userStates } = ports.deps;
      const knownSince = async (userId: string) => (await recipients.load(userId, { consistent: true })).known_since;
      await recipients.introduce('erin', 'first');
      await recipients.introduce('erin', 'second');
      expect(await knownSince('erin')).toBe('first');
      await userStates.change('erin', () => ({ cleared_before: 'a' }));
      expect(await knownSince('erin')).toBe('first');
      await userStates.change('frank', () => ({ cleared_before: 'a' }));
      await recipients.introduce('frank', 'later');
      expect(await knownSince('frank')).toBe(momentKey(ports.clock.ms));
    });

    it('finds the inboxes of a user, of this user alone', async () => {
      const { recipients, userStates } = ports.deps;
      await recipients.introduce('grace', 'first');
      await recipients.introduce('grace acme', 'first');
      await userStates.change('grace \u{1F680}', () => ({ cleared_before: 'a' }));
      await recipients.introduce('acme grace', 'first');
      expect((await recipients.inboxes('grace')).toSorted()).toEqual(['grace', 'grace acme', 'grace \u{1F680}']);
      expect(await recipients.inboxes('nobody')).toEqual(['nobody']);
    });

    it('loads connections, devices, preferences, watermarks and states of broadcasts, of this user alone', async () => {
      const { deps } = ports;
      const connection = {
        connection_id: 'c1=',
        user_id: 'alice',
        connected_at: '2026-11-21T07:00:00.000Z',
      };
      const device = {
        id: 'd1',
        platform: 'fcm' as const,
        token: 'token',
        endpoint_arn: 'arn',
        created_at: '2026-11-21T07:00:00.000Z',
        updated_at: '2026-11-21T07:00:00.000Z',
      };
      await deps.connections.add(connection);
      await deps.devices.put('alice', device);
      await deps.userStates.change('alice', ({ preferences }) => ({
        preferences: { ...preferences, push_notifications: false },
        watermarks: [{ before: 'b', at: 'c' }],
        cleared_before: 'a',
        seen: { before: 'd', ids: ['e'] },
      }));
      const state = { read_at: '2026-11-21T07:00:01.000Z', expires_at: '2100-01-01T00:00:00.000Z' };
      await deps.readMarks.changeBroadcast('alice', 'broadcast', state, FAR_TTL);
      await deps.connections.add({ ...connection, connection_id: 'c2=', user_id: 'alice2' });
      for (const consistent of [false, true]) {
        expect(await deps.recipients.load('alice', { consistent })).toEqual({
          user_id: 'alice',
          connections: [connection],
          devices: [device],
          preferences: { ...DEFAULT_PREFERENCES, push_notifications: false },
          watermarks: [{ before: 'b', at: 'c' }],
          cleared_before: 'a',
          seen: { before: 'd', ids: ['e'] },
          known_since: momentKey(ports.clock.ms),
          state_version: 1,
          broadcast_states: [{ id: 'broadcast', ...state }],
        });
      }
    });

    it('leaves out rows past their time to live, and keeps sockets whose credential has ended', async () => {
      const { deps, clock } = ports;
      const connected_at = '2026-11-21T07:00:00.000Z';
      const connection = { user_id: 'bob', connected_at };
      const endsInSeconds = (seconds: number) => new Date(clock.ms + seconds * 1000).toISOString();
      await deps.connections.add({ ...connection, connection_id: 'short', expires_at: endsInSeconds(60) });
      await deps.connections.add({ ...connection, connection_id: 'long' });
      await deps.readMarks.changeBroadcast('bob', 'old', { read_at: connected_at }, clock.ms / 1000 + 60);
      const found = async () => {
        const { connections, broadcast_states: states } = await deps.recipients.load('bob', { consistent: true });
        return [...connections.map((one) => one.connection_id), ...states.map(({ id }) => id)];
      };
      clock.ms += 59_999;
      expect(await found()).toEqual(['long', 'short', 'old']);
      clock.ms += 1;
      // A connection past its credential stays, so that a delivery finds the socket and closes it.
      expect(await found()).toEqual(['long', 'short']);
      clock.ms += 2 * 60 * 60 * 1000;
      expect(await found()).toEqual([]);
    });
  });

  describe('RateLimits', () => {
    it('lets exactly as many pass as there are, of all that ask at once; each bucket, window and user for itself', async () => {
      const { take } = ports.deps.rateLimits;
      const answers = await Promise.all(Array.from({ length: 10 }, () => take('alice', 'tickets', 1, 4, FAR_TTL)));
      expect(answers.filter(Boolean)).toHaveLength(4);
      expect(await take('alice', 'tickets', 1, 4, FAR_TTL)).toBe(false);
      expect(await take('alice', 'tickets', 2, 4, FAR_TTL)).toBe(true);
      expect(await take('alice', 'mutations', 1, 4, FAR_TTL)).toBe(true);
      expect(await take('bob', 'tickets', 1, 4, FAR_TTL)).toBe(true);
    });
  });
});
