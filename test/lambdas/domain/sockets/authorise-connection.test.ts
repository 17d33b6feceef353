// Who may open a socket, without a gateway: refusals and what a credential grants.
import { describe, expect, it } from 'vitest';
import { authoriseConnection } from '../../../../lambdas/domain/sockets/authorise-connection.ts';
import type { TicketGrant, TokenIdentity } from '../../../../lambdas/domain/sockets/ports.ts';
import { issueTicket } from '../../../../lambdas/domain/sockets/ticket.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';

function setUp(identity?: Partial<TokenIdentity>) {
  const kept = new Map<string, TicketGrant>();
  let now = 1_000_000;
  const deps = {
    clock: { now: () => now },
    tickets: {
      put: async (hash: string, grant: TicketGrant) => void kept.set(hash, grant),
      take: async (hash: string) => {
        const grant = kept.get(hash);
        kept.delete(hash);
        return grant;
      },
    },
    inboxRules: { organisations: true, groupField: 'groupId' },
    tokens: {
      verify: async (token: string) =>
        token === 'good'
          ? { user_id: 'alice', topics: [], expires_at: '2100-01-01T00:00:00.000Z', ...identity }
          : undefined,
    },
  };
  const ticket = () => issueTicket(deps, { user_id: 'alice', topics: ['chat:1'] }, 60, 'wss://x');
  return { deps, kept, ticket, pass: (seconds: number) => (now += seconds * 1000) };
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'granted',
    (error) => error.code,
  );

describe('authoriseConnection', () => {
  it('refuses no credential, a bad token, and a subject that is no user', async () => {
    const { deps } = setUp();
    expect(await code(authoriseConnection(deps, {}, []))).toBe('unauthorized');
    expect(await code(authoriseConnection(deps, { token: 'bad' }, []))).toBe('unauthorized');
    for (const user_id of [EVERYONE, '', 'a#b', 'a b', 'x'.repeat(129)]) {
      expect(await code(authoriseConnection(setUp({ user_id }).deps, { token: 'good' }, []))).toBe('unauthorized');
    }
  });

  it('takes a ticket once, in time', async () => {
    const { deps, ticket, pass } = setUp();
    const first = await ticket();
    expect(await authoriseConnection(deps, { ticket: first.ticket }, [])).toMatchObject({ user_id: 'alice' });
    expect(await code(authoriseConnection(deps, { ticket: first.ticket }, []))).toBe('unauthorized');
    const second = await ticket();
    pass(60);
    expect(await code(authoriseConnection(deps, { ticket: second.ticket }, []))).toBe('unauthorized');
  });

  it('keeps no ticket that could be used, only its hash', async () => {
    const { ticket, kept } = setUp();
    const { ticket: secret } = await ticket();
    expect(JSON.stringify([...kept])).not.toContain(secret);
    expect(Buffer.from(secret, 'base64url').length).toBeGreaterThanOrEqual(16);
  });

  it("grants the user's own topics and those that the credential names", async () => {
    const { deps, ticket } = setUp();
    const grant = await authoriseConnection(deps, { ticket: (await ticket()).ticket, userId: 'alice' }, []);
    expect(grant.topics).toEqual(['notifications', 'global_notifications', 'wal:alice', 'chat:1']);
    expect(grant.expires_at).toBeUndefined();
    expect((await authoriseConnection(deps, { token: 'good' }, [])).expires_at).toBe('2100-01-01T00:00:00.000Z');
  });

  it("refuses another user's id", async () => {
    const { deps } = setUp();
    expect(await code(authoriseConnection(deps, { token: 'good', userId: 'bob' }, []))).toBe('forbidden');
  });

  it('refuses a foreign page before its ticket is spent', async () => {
    const { deps, ticket } = setUp();
    const { ticket: secret } = await ticket();
    const list = ['https://app.example.com', 'http://localhost:*'];
    for (const origin of [
      'https://evil.example',
      'null',
      'https://app.example.com.evil.example',
      'http://localhost.evil:1',
      'https://localhost:1',
    ]) {
      expect(await code(authoriseConnection(deps, { ticket: secret, origin }, list))).toBe('forbidden');
    }
    for (const origin of ['https://app.example.com', 'http://localhost:5173', 'http://localhost', undefined]) {
      expect(await code(authoriseConnection(deps, { token: 'good', origin }, list))).toBe('granted');
    }
    expect(await code(authoriseConnection(deps, { ticket: secret }, list))).toBe('granted');
  });
});
