// A ticket, a token and a socket end with the token's end and with the user's logout, whatever comes first or at once.
import { beforeEach, describe, expect, it } from 'vitest';
import { answerFrame } from '../../../../lambdas/domain/answer-frame.ts';
import { authoriseConnection, type ConnectionGrant } from '../../../../lambdas/domain/sockets/authorise-connection.ts';
import { openConnection } from '../../../../lambdas/domain/sockets/connect.ts';
import { issueTicket } from '../../../../lambdas/domain/sockets/ticket.ts';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const ALICE = 'alice';
const inSeconds = (seconds: number) => toTimestamp(system.clock.ms + seconds * 1_000);
const logOut = (more: object = {}, acceptedAtMs = system.clock.ms) =>
  system.event({ user_id: ALICE, ...more }, { detailType: 'user.logged_out', acceptedAtMs });
const grantOf = (handshake: { ticket?: string; token?: string }) => authoriseConnection(system.deps, handshake, []);
const ticketOf = async (endsInSeconds?: number, ttlSeconds = 60) => {
  const endsAt = endsInSeconds === undefined ? {} : { credential_expires_at: inSeconds(endsInSeconds) };
  return issueTicket(
    system.deps,
    { user_id: ALICE, topics: [], issued_at: inSeconds(0), ...endsAt },
    ttlSeconds,
    'wss://x',
  );
};

/** What a browser does: the gateway asks the authorizer, then $connect, and opens the socket. */
async function open(id: string, grant: ConnectionGrant) {
  const socket = system.memory.sockets.open(id);
  await openConnection(system.deps, id, grant);
  return socket;
}
const connect = async (handshake: Parameters<typeof grantOf>[0]) => open('c=', await grantOf(handshake));
/** Of a refused socket nothing stays. */
async function expectRefused(handshake: Parameters<typeof grantOf>[0]) {
  await expect(connect(handshake)).rejects.toMatchObject({ code: 'unauthorized' });
  expect((await system.deps.recipients.load(ALICE)).connections).toEqual([]);
}

describe('a ticket', () => {
  it('never outlives the token it was made with', async () => {
    expect((await ticketOf(30, 3_600)).expires_at).toBe(inSeconds(30));
    const { ticket, expires_at } = await ticketOf(3_600, 60);
    expect(expires_at).toBe(inSeconds(60));
    expect(await grantOf({ ticket })).toMatchObject({ expires_at: inSeconds(3_600) });
    const own = await ticketOf();
    expect(await grantOf({ ticket: own.ticket })).not.toHaveProperty('expires_at');
  });

  it('is refused after a logout, and one issued later is not', async () => {
    const { ticket } = await ticketOf();
    system.clock.ms += 10;
    await logOut();
    await expectRefused({ ticket });
    system.clock.ms += 1;
    const next = await ticketOf();
    await connect({ ticket: next.ticket });
  });
});

describe('a token', () => {
  it.each([
    ['before the logout is refused', -1, false],
    ['in the same moment is refused', 0, false],
    ['after it opens a socket', 1_000, true],
  ])('issued %s', async (_, afterMs, isAccepted) => {
    await logOut();
    const identity = { user_id: ALICE, topics: [], issued_at: toTimestamp(system.clock.ms + afterMs) };
    system.deps.tokens.issue('token', { ...identity, expires_at: inSeconds(600) });
    if (isAccepted) await connect({ token: 'token' });
    else await expectRefused({ token: 'token' });
  });

  it('issued before the logout makes no ticket that opens a socket, not even one made after it', async () => {
    const issued = { user_id: ALICE, topics: [], issued_at: inSeconds(-1) };
    await logOut();
    system.clock.ms += 5_000;
    const { ticket } = await issueTicket(system.deps, issued, 60, 'wss://x');
    await expectRefused({ ticket });
  });

  it('that does not say when it was issued is refused once its user has logged out', async () => {
    system.deps.tokens.issue('token', { user_id: ALICE, topics: [], expires_at: inSeconds(600) });
    expect(await grantOf({ token: 'token' })).toMatchObject({ user_id: ALICE });
    await logOut();
    await expectRefused({ token: 'token' });
  });
});

describe('a logout', () => {
  it('closes what was opened with credentials issued before it, however late it is processed', async () => {
    const old = await open('old', await grantOf({ ticket: (await ticketOf()).ticket }));
    const loggedOutAtMs = system.clock.ms + 10;
    system.clock.ms += 20;
    const fresh = await open('fresh', await grantOf({ ticket: (await ticketOf()).ticket }));
    await logOut({}, loggedOutAtMs);
    await logOut({}, loggedOutAtMs);
    expect([old.isOpen, fresh.isOpen]).toEqual([false, true]);
    expect(old.frames).toMatchObject([{ type: 'error', code: 'logged_out' }]);
    expect(await system.deps.recipients.connections(ALICE)).toHaveLength(1);
  });

  it('leaves no socket open that was let in before and opens after it', async () => {
    const grant = await grantOf({ ticket: (await ticketOf()).ticket });
    system.clock.ms += 10;
    await logOut();
    await expect(open('late', grant)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await system.deps.recipients.connections(ALICE)).toEqual([]);
  });

  it.each(['add', 'load'])('at the same moment as a socket opens leaves none open (around %s)', async (method) => {
    const grant = await grantOf({ ticket: (await ticketOf()).ticket });
    system.clock.ms += 10;
    const ports = (method === 'add' ? system.deps.connections : system.deps.recipients) as never as Record<
      string,
      (...given: unknown[]) => Promise<unknown>
    >;
    const call = ports[method]!;
    ports[method] = async (...given) => {
      ports[method] = call;
      if (method === 'add') await logOut();
      const answer = await call(...given);
      if (method !== 'add') await logOut();
      return answer;
    };
    const opened = await open('racing', grant).catch(() => undefined);
    expect(opened?.isOpen ?? false).toBe(false);
    expect(await system.deps.recipients.connections(ALICE)).toEqual([]);
  });

  it('closes a socket whose handshake ends after it, at its next try', async () => {
    const socket = await open('opening', await grantOf({ ticket: (await ticketOf()).ticket }));
    socket.isOpen = false;
    system.clock.ms += 10;
    system.enqueue({ user_id: ALICE }, { detailType: 'user.logged_out' });
    await system.drain();
    socket.isOpen = true;
    await system.advance(5);
    expect(socket.isOpen).toBe(false);
    expect(socket.frames).toMatchObject([{ type: 'error', code: 'logged_out' }]);
    expect(await system.deps.recipients.connections(ALICE)).toEqual([]);
  });

  it('forgets a socket that went away while it opened', async () => {
    const socket = await open('opening', await grantOf({ ticket: (await ticketOf()).ticket }));
    socket.isOpen = false;
    system.clock.ms += 10;
    system.enqueue({ user_id: ALICE }, { detailType: 'user.logged_out' });
    await system.advance(60);
    expect(await system.deps.recipients.connections(ALICE)).toEqual([]);
    expect(system.memory.queues.deadLetters.all()).toEqual([]);
  });

  it('forgets the user’s phones when it says so, but for those registered since', async () => {
    const old = await system.phone(ALICE, 'old');
    const loggedOutAtMs = system.clock.ms;
    system.clock.ms += 1_000;
    const fresh = await system.phone(ALICE, 'fresh');
    await logOut({}, loggedOutAtMs);
    expect(await system.deps.devices.list(ALICE)).toHaveLength(2);
    await logOut({ forget_devices: true }, loggedOutAtMs);
    await system.notify({ user_id: ALICE });
    expect([old.pushes.length, fresh.pushes.length]).toEqual([0, 1]);
    expect(system.memory.sns.endpoints.size).toBe(1);
  });
});

describe('a socket past the end of its credential', () => {
  const ended = async () => {
    const socket = await open('ended', { user_id: ALICE, topics: [], expires_at: inSeconds(60) });
    system.clock.ms += 61_000;
    return socket;
  };

  it('is sent nothing and closed by the next delivery; a push goes out instead', async () => {
    const [phone, socket] = [await system.phone(ALICE), await ended()];
    await system.notify({ user_id: ALICE });
    expect(socket.frames).toMatchObject([{ type: 'error', code: 'credential_expired' }]);
    expect(socket.isOpen).toBe(false);
    expect(phone.pushes).toHaveLength(1);
    expect(await system.deps.recipients.connections(ALICE)).toEqual([]);
  });

  it('is closed when it sends a frame, and gets no answer', async () => {
    const socket = await ended();
    const grant = { user_id: ALICE, topics: [], expires_at: toTimestamp(system.clock.ms) };
    expect(await answerFrame(system.deps, grant, 'ended', '{"action":"sync"}')).toBeUndefined();
    expect(socket.frames).toMatchObject([{ type: 'error', code: 'credential_expired' }]);
    expect(socket.isOpen).toBe(false);
  });

  it('leaves nothing behind in the queue or the scheduler when it opens', async () => {
    await open('one', { user_id: ALICE, topics: [], expires_at: inSeconds(3_600) });
    expect(system.memory.queues.dispatch.all()).toEqual([]);
    expect(system.memory.schedules.all()).toEqual([]);
  });
});
