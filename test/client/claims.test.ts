// Claims in the client: who has a notification, as frames, lists and answers say it.
import { describe, expect, it } from 'vitest';
import { emptyInbox, type Inbox, reduce } from '../../client/core/inbox.ts';
import { SECOND, setup } from './setup.ts';

const ID = '5f0c2a51-7d3e-8a51-9f0c-8b6f4e212f0c';
const holder = { user_id: 'bob', claimed_at: '2026-11-21T07:01:00.000Z', expires_at: '2099-11-21T07:16:00.000Z' };
const state = (version: number, held: typeof holder | null) => ({
  id: ID,
  expires_seconds: 900,
  version,
  holder: held,
});
const claimOf = (inbox: Inbox) => inbox.items[0]!.claim;

function withOne(): Inbox {
  const notification = { id: 'n1', updated_at: '1', is_read: true, claim: { id: ID, expires_seconds: 900 } } as never;
  return reduce(emptyInbox(50), { type: 'notification', notification });
}

describe('a claim', () => {
  it('follows the frames, and no late one', () => {
    const held = reduce(withOne(), { type: 'claim', claim: state(3, holder) });
    expect(claimOf(held)?.holder).toEqual(holder);
    expect(claimOf(reduce(held, { type: 'claim', claim: state(2, null) }))?.holder).toEqual(holder);
    expect(claimOf(reduce(held, { type: 'claim', claim: state(4, null) }))?.holder).toBeNull();
    expect(claimOf(reduce(held, { type: 'claim', claim: { ...state(4, null), id: 'another' } }))?.holder).toEqual(
      holder,
    );
  });

  it('stays known when the notification comes again without it', () => {
    const held = reduce(withOne(), { type: 'claim', claim: state(1, holder) });
    const again = { ...held.items[0]!, updated_at: '2', claim: { id: ID, expires_seconds: 900 } };
    const next = reduce(held, { type: 'notification', notification: again });
    expect(next.items[0]).toMatchObject({ updated_at: '2', claim: { holder } });
  });
});

describe('claiming', () => {
  it('shows the holder once the server has answered, and reports that another was first', async () => {
    const { client, clock, server, online } = setup();
    await online();
    const { id } = server.add({ title: 'a', claim: { id: ID, expires_seconds: 900 } });
    await clock.advance(SECOND);
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    server.intercept = () => ({ status: 200, body: { claim: state(1, holder) } });
    const claimed = client.claim(id);
    await clock.advance(SECOND);
    expect(await claimed).toBe(true);
    expect(client.getState().notifications[0]?.claim?.holder).toEqual(holder);
    server.intercept = () => ({ status: 409, body: { code: 'already_claimed', detail: 'bob has claimed it.' } });
    const lost = client.claim(id);
    await clock.advance(SECOND);
    expect(await lost).toBe(false);
    expect(errors).toMatchObject([{ action: 'claim', code: 'already_claimed', notificationId: id }]);
  });
});
