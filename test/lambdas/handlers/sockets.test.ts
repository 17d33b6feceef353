// The functions behind the WebSocket API: who may open a socket, and what its frames are answered.
import { beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_FRAME_MAX_BYTES } from '../../../protocol/limits.ts';
import { type FunctionsInMemory, functionsInMemory, STARTS_AT_MS } from '../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const ticketOf = async (body: object) => (await system.call('POST', '/internal/tickets', body)).body.ticket as string;
const iso = (ms: number) => new Date(ms).toISOString();

describe('a socket', () => {
  it('opens once for each ticket', async () => {
    const ticket = await ticketOf({ user_id: 'alice' });
    const { policyDocument, principalId } = await system.authorize({ query: { ticket } });
    expect([principalId, policyDocument.Statement[0]!.Effect]).toEqual(['alice', 'Allow']);
    await expect(system.authorize({ query: { ticket } })).rejects.toThrow(/^Unauthorized$/);
  });

  it('opens with a token in the header', async () => {
    system.deps.tokens.issue('signed', {
      user_id: 'alice',
      topics: ['chat:1'],
      issued_at: iso(STARTS_AT_MS - 60_000),
      expires_at: iso(STARTS_AT_MS + 60_000),
    } as never);
    const { context } = await system.authorize({ headers: { Authorization: 'Bearer signed' } });
    expect(context).toMatchObject({ user_id: 'alice', expires_at: iso(STARTS_AT_MS + 60_000) });
    await expect(system.authorize({ headers: { Authorization: 'Bearer forged' } })).rejects.toThrow(/^Unauthorized$/);
  });

  it('is refused without a credential', async () => {
    await expect(system.authorize({})).rejects.toThrow(/^Unauthorized$/);
  });

  it('is denied to a page of an origin that is not allowed', async () => {
    system.deps.allowedOrigins.push('https://app.example.com');
    const ticket = await ticketOf({ user_id: 'alice' });
    const headers = { origin: 'https://evil.example.com' };
    const { policyDocument, principalId } = await system.authorize({ query: { ticket }, headers });
    expect([principalId, policyDocument.Statement[0]!.Effect]).toEqual(['nobody', 'Deny']);
  });

  it('is refused when its user logged out while it was opening', async () => {
    const { context } = await system.authorize({ query: { ticket: await ticketOf({ user_id: 'alice' }) } });
    system.clock.ms += 5_000;
    await system.put('user.logged_out', { user_id: 'alice' });
    await expect(system.open(context as never)).rejects.toThrow('refused with 401');
    expect(await system.deps.recipients.connections('alice')).toEqual([]);
  });

  it('leaves no rows when it closes', async () => {
    const client = await system.connect('alice', { topics: ['chat:1'] });
    await client.send({ action: 'subscribe', topics: ['chat:1'] });
    await client.close();
    expect(await system.deps.recipients.connections('alice')).toEqual([]);
    await system.put('notification.requested', { topic: 'chat:1', notification_type: 'typing' });
    expect(client.frames).toEqual([]);
  });

  it('is closed with a reason when its credential has ended', async () => {
    const endsAt = iso(STARTS_AT_MS + 60_000);
    const client = await system.open({ user_id: 'alice', topics: '[]', expires_at: endsAt } as never);
    system.clock.ms += 61_000;
    expect(await client.send({ action: 'sync' })).toBeUndefined();
    expect(client.frames).toMatchObject([{ type: 'error', code: 'credential_expired' }]);
    expect(system.memory.sockets.get(client.id)!.isOpen).toBe(false);
  });

  it('is sent nothing after its credential has ended, even while it can’t be closed', async () => {
    const endsAt = iso(STARTS_AT_MS + 60_000);
    const client = await system.open({ user_id: 'alice', topics: '[]', expires_at: endsAt } as never);
    system.deps.closer.close = async () => {
      throw new Error('The gateway does not answer.');
    };
    system.clock.ms += 61_000;
    await system.notify({ user_id: 'alice' });
    expect(client.frames.filter(({ type }) => type !== 'error')).toEqual([]);
    expect(system.memory.sockets.get(client.id)!.isOpen).toBe(true);
  });

  it('is closed by a logout, also when it does not take the frame that says so', async () => {
    const [first, second] = [await system.connect('alice'), await system.connect('alice')];
    system.memory.sockets.get(second.id)!.refusal = 'LimitExceededException';
    system.clock.ms += 5_000;
    await system.put('user.logged_out', { user_id: 'alice' });
    expect(first.frames).toMatchObject([{ type: 'error', code: 'logged_out' }]);
    for (const { id } of [first, second]) expect(system.memory.sockets.get(id)!.isOpen).toBe(false);
    expect(await system.deps.recipients.connections('alice')).toEqual([]);
  });
});

describe('a frame', () => {
  it('acknowledges the notifications of its user, and nobody else’s', async () => {
    await system.notify({ user_id: 'alice', requires_ack: true });
    const [{ id }] = (await system.as('alice', 'GET', '/api/v2/notifications')).body.notifications;
    const ack = { action: 'ack', notification_ids: [id] };
    expect(await (await system.connect('bob')).send(ack)).toEqual({ type: 'acked', notification_ids: [] });
    expect(await (await system.connect('alice')).send(ack)).toEqual({ type: 'acked', notification_ids: [id] });
    const { body } = await system.as('alice', 'GET', `/api/v2/notifications/${id}`);
    expect(body.acknowledged_at).toBe(iso(system.clock.ms));
  });

  it('syncs what was missed', async () => {
    await system.notify({ user_id: 'alice', title: 'Missed' });
    const client = await system.connect('alice');
    expect(await client.send({ action: 'sync' })).toMatchObject({ type: 'synced', recovered: true, unread_count: 1 });
  });

  it('subscribes to authorised topics only, and leaves them', async () => {
    const client = await system.connect('alice', { topics: ['chat:1', 'chat:2'] });
    const signal = (topic: string) => system.put('notification.requested', { topic, notification_type: 'typing' });
    expect(await client.send({ action: 'subscribe', topics: ['chat:1', 'chat:3'] })).toMatchObject({
      type: 'error',
      code: 'forbidden',
      message: expect.stringContaining('chat:3'),
    });
    await signal('chat:1');
    expect(client.frames).toEqual([]);
    expect(await client.send({ action: 'subscribe', topics: ['chat:1', 'chat:1'] })).toEqual({
      type: 'subscribed',
      topics: ['chat:1'],
    });
    await signal('chat:1');
    expect(client.frames).toMatchObject([{ type: 'event', topic: 'chat:1', event_type: 'typing' }]);
    expect(await client.send({ action: 'unsubscribe', topics: ['chat:1'] })).toEqual({
      type: 'unsubscribed',
      topics: ['chat:1'],
    });
    await signal('chat:1');
    expect(client.frames).toHaveLength(1);
  });

  it('does not leave a topic that every connection of the user has', async () => {
    const client = await system.connect('alice');
    const answer = await client.send({ action: 'unsubscribe', topics: ['wal:alice'] });
    expect(answer).toMatchObject({ type: 'error', code: 'forbidden', message: expect.stringContaining('wal:alice') });
  });

  it('subscribes nothing on a connection that has closed', async () => {
    const client = await system.connect('alice', { topics: ['chat:1'] });
    await client.close();
    const answer = await client.send({ action: 'subscribe', topics: ['chat:1'] });
    expect(answer).toMatchObject({ type: 'error', code: 'forbidden' });
  });

  it('is refused with the reason when it is too large, no JSON, or has an unknown action', async () => {
    const client = await system.connect('alice');
    const large = JSON.stringify({ action: 'sync', since: 'x'.repeat(CLIENT_FRAME_MAX_BYTES) });
    expect(await client.send(large)).toMatchObject({ type: 'error', code: 'too_large' });
    for (const text of ['{', '[]', '']) {
      expect(await client.send(text), text).toMatchObject({ type: 'error', code: 'invalid_frame' });
    }
    expect(await client.send({ action: 'dance' })).toMatchObject({ type: 'error', code: 'unknown_action' });
  });
});
