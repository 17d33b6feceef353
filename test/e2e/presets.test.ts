// The presets `edge` and `trading`: each event of theirs becomes a notification of the users it names.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { ownsTarget } from '../support/target.ts';

describe.runIf(ownsTarget)('presets', () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest({ settings: { presets: ['edge', 'trading'] } });
  });
  afterAll(() => stack?.close());

  const publish = (type: string, detail: object) => stack.put([{ source: 'upstream', detail_type: type, detail }]);
  const group = { groupId: 'g1', groupName: 'Cooks', userName: 'Ann', invitationId: 'i1' };

  it.each([
    ['group.invitation.received', 'userId', 'Invitation to Cooks'],
    ['group.invitation.accepted', 'adminIds', 'Invitation accepted'],
    ['group.member.joined', 'adminIds', 'New member'],
    ['group.member.removed', 'userId', 'Removed from Cooks'],
    ['group.admin.granted', 'userId', 'Administrator of Cooks'],
    ['group.admin.revoked', 'userId', 'No longer administrator'],
    ['group.join_request.created', 'adminIds', 'Request to join'],
    ['group.join_request.approved', 'userId', 'Welcome to Cooks'],
    ['group.join_request.rejected', 'userId', 'Request declined'],
  ])('edge: %s reaches each %s', async (type, audience, title) => {
    const users = audience === 'adminIds' ? [newUser('admin'), newUser('admin')] : [newUser('user')];
    const sockets = await Promise.all(users.map((user) => stack.connect(user)));
    const detail = { ...group, [audience]: audience === 'adminIds' ? users : users[0] };
    await publish(type, detail);
    for (const socket of sockets) {
      const { notification } = await socket.frame('notification');
      expect(notification).toMatchObject({ notification_type: type, title, payload: detail });
    }
  });

  it.each([
    ['trade.created', 'Trade created'],
    ['trade.updated', 'Trade updated'],
    ['trade.deleted', 'Trade deleted'],
    ['journal.created', 'Journal entry created'],
    ['journal.updated', 'Journal entry updated'],
    ['csv.import', 'CSV import'],
    ['error', 'Own title'],
    ['info', 'Own title'],
    ['success', 'Own title'],
  ])('trading: %s reaches its user', async (type, title) => {
    const user = newUser('trader');
    const socket = await stack.connect(user);
    const detail = { user_id: user, title: 'Own title', message: 'AAPL 10 @ 190' };
    await publish(type, detail);
    const { notification } = await socket.frame('notification');
    expect(notification).toMatchObject({ notification_type: type, title, message: detail.message, payload: detail });
  });
});
