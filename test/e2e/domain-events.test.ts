// Other systems' events become notifications by configuration: the shopping app's scenarios, and the group events by
// name.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { registerPhone } from '../support/phone.ts';
import { type RejectedEvent, takeRejected } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { broadcasts, notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

const group = { group_id: 'g1', group_name: 'The "Best" {Cooks} \\ & Co' };
const timestamp = '2026-11-21T07:00:00Z';
const requester = { requester_id: 'r1', requester_username: 'Rita "R"' };
const publish = (name: string, detail: object) =>
  stack.put([{ source: 'user_service', detail_type: `user_service.${name}`, detail: { ...detail, timestamp } }]);
const added = (userId: string) => ({
  ...requester,
  ...group,
  user_to_add_id: userId,
  user_to_add_identifier: 'someone',
});

describe('the shopping app', () => {
  it('1. a user is added', async () => {
    const user = newUser('added');
    const socket = await stack.connect(user);
    await publish('group.add_users', added(user));
    expect((await socket.frame('notification')).notification).toMatchObject({
      user_id: user,
      notification_type: 'group_user_added',
      title: `Added to ${group.group_name}`,
      message: `Rita "R" added you to ${group.group_name}.`,
      payload: { ...added(user), timestamp },
    });
  });

  it('2. a user is removed', async () => {
    const user = newUser('removed');
    const socket = await stack.connect(user);
    await publish('group.remove_users', {
      ...requester,
      ...group,
      user_to_remove_id: user,
      user_to_remove_identifier: 'x',
    });
    expect((await socket.frame('notification')).notification).toMatchObject({
      notification_type: 'group_user_removed',
      title: `Removed from ${group.group_name}`,
      payload: { user_to_remove_id: user, group_id: 'g1' },
    });
  });

  it('3. a user leaves', async () => {
    const user = newUser('left');
    const socket = await stack.connect(user);
    await publish('group.leave_groups', { ...group, user_id: user, user_identifier: 'Lea' });
    expect((await socket.frame('notification')).notification).toMatchObject({
      notification_type: 'group_user_left',
      message: `Lea is no longer a member of ${group.group_name}.`,
    });
  });

  it('4. the head chef changes: both are notified', async () => {
    const [old, next] = [newUser('old'), newUser('new')];
    const [ofOld, ofNext] = await Promise.all([stack.connect(old), stack.connect(next)]);
    await publish('group.update_headchef_role', {
      ...requester,
      ...group,
      old_head_chef_id: old,
      old_head_chef_identifier: 'Otto',
      new_head_chef_id: next,
      new_head_chef_identifier: 'Nora',
    });
    const [toOld, toNext] = await Promise.all([ofOld.frame('notification'), ofNext.frame('notification')]);
    expect(toOld.notification).toMatchObject({
      notification_type: 'group_head_chef_updated',
      message: `Nora is now head chef of ${group.group_name}.`,
    });
    expect(toNext.notification.title).toBe(`You are head chef of ${group.group_name}`);
  });

  it('5. A logs out: B stays connected', async () => {
    const [a, b] = [newUser('a'), newUser('b')];
    const [ofA, ofB] = await Promise.all([stack.connect(a), stack.connect(b)]);
    await publish('user.logout_account', { user_id: a });
    await ofA.closed;
    await publish('group.add_users', added(b));
    await ofB.frame('notification');
    expect(await notificationsOf(stack, a)).toEqual([]);
  });

  it('6. several members are added at once: each gets a notification of their own', async () => {
    const users = Array.from({ length: 5 }, (_, at) => newUser(`member${at}`));
    const sockets = await Promise.all(users.map((user) => stack.connect(user)));
    await stack.put(
      users.map((user) => ({
        source: 'user_service',
        detail_type: 'user_service.group.add_users',
        detail: { ...added(user), timestamp },
      })),
    );
    const ids = await Promise.all(
      sockets.map(async (socket, at) => {
        const { notification } = await socket.frame('notification');
        expect(notification.payload.user_to_add_id).toBe(users[at]);
        return notification.id;
      }),
    );
    expect(new Set(ids).size).toBe(5);
  });

  it('6. several members are added by one event: each gets a notification of their own', async () => {
    const users = Array.from({ length: 3 }, (_, at) => newUser(`one-event${at}`));
    const sockets = await Promise.all(users.map((user) => stack.connect(user)));
    await publish('group.add_users', {
      ...requester,
      ...group,
      user_to_add_id: users,
      user_to_add_identifier: ['Ann', 'Ben', 'Cem'],
    });
    const notifications = await Promise.all(
      sockets.map(async (socket) => (await socket.frame('notification')).notification),
    );
    expect(notifications.map((one) => one.user_id)).toEqual(users);
    expect(new Set(notifications.map((one) => one.id)).size).toBe(3);
  });

  it('the other members, who listen to the topic of the group, are sent what happened', async () => {
    const groupId = newUser('group');
    const member = await stack.connect(newUser('stays'), { topics: [`group:${groupId}`] });
    member.send({ action: 'subscribe', topics: [`group:${groupId}`] });
    await member.frame('subscribed');
    const detail = { ...requester, group_id: groupId, group_name: 'Cooks' };
    const [added, removed, left, chef] = [newUser('x'), newUser('x'), newUser('x'), newUser('x')];
    await publish('group.add_users', { ...detail, user_to_add_id: [added], user_to_add_identifier: ['Ann', 'Ben'] });
    await publish('group.remove_users', { ...detail, user_to_remove_id: removed, user_to_remove_identifier: 'Cem' });
    await publish('group.leave_groups', { ...detail, user_id: left, user_identifier: 'Dan' });
    await publish('group.update_headchef_role', {
      ...detail,
      old_head_chef_id: left,
      old_head_chef_identifier: 'Dan',
      new_head_chef_id: chef,
      new_head_chef_identifier: 'Eva',
    });
    await member.frame(() => member.of('event').length === 4);
    expect(
      member
        .of('event')
        .map(({ event_type, message }) => `${event_type}: ${message}`)
        .sort(),
    ).toEqual([
      'group_head_chef_updated: Eva is now head chef of Cooks.',
      'group_user_added: Ann, Ben joined Cooks.',
      'group_user_left: Dan left Cooks.',
      'group_user_removed: Cem left Cooks.',
    ]);
    expect(member.of('event')[0].payload.group_id).toBe(groupId);
    expect(member.of('notification')).toEqual([]);
  });

  it('7. the last member leaves', async () => {
    const user = newUser('last');
    await publish('group.leave_groups', { ...group, user_id: user, user_identifier: user });
    await expect.poll(() => notificationsOf(stack, user), { timeout: 30_000 }).toHaveLength(1);
  });

  it('8. events at the same time: each client gets its own, nothing else', async () => {
    const users = Array.from({ length: 6 }, (_, at) => newUser(`client${at}`));
    const sockets = await Promise.all(users.map((user) => stack.connect(user)));
    await Promise.all(
      users.map((user, at) =>
        at % 2 === 0
          ? publish('group.add_users', added(user))
          : publish('group.leave_groups', { ...group, user_id: user, user_identifier: user }),
      ),
    );
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
    await stack.settle();
    for (const [at, socket] of sockets.entries()) {
      await socket.caughtUp();
      expect(socket.of('notification').map(({ notification }) => notification.user_id)).toEqual([users[at]]);
    }
  });

  it('an event without its user is rejected with the reason, not lost', async () => {
    const groupId = newUser('group');
    await publish('group.add_users', { ...requester, ...group, group_id: groupId });
    const isOurs = ({ event }: RejectedEvent) => event?.template_values?.group_id === groupId;
    expect(await takeRejected(stack, isOurs, { atLeast: 1 })).toMatchObject([
      { field: expect.stringMatching(/^user_ids/) },
    ]);
  });

  it('a name too long for a title loses its end, not the notification', async () => {
    const user = newUser('long');
    const socket = await stack.connect(user);
    await publish('group.add_users', { ...added(user), group_name: 'é'.repeat(400) });
    const { title } = (await socket.frame('notification')).notification;
    expect(title).toHaveLength(255);
    expect(title.endsWith('…')).toBe(true);
  });
});

describe('group events by name', () => {
  const toUser = [
    'group.invitation.received',
    'group.member.removed',
    'group.admin.granted',
    'group.admin.revoked',
    'group.join_request.approved',
    'group.join_request.rejected',
  ];
  const toAdmins = ['group.invitation.accepted', 'group.member.joined', 'group.join_request.created'];

  it.each(toUser)('%s reaches the user', async (type) => {
    const user = newUser('user');
    const socket = await stack.connect(user);
    const payload = { invitationId: 'i1', groupId: 'g1', groupName: 'Cooks' };
    await stack.notify({ user_id: user, notification_type: type, payload });
    expect((await socket.frame('notification')).notification).toMatchObject({ notification_type: type, payload });
  });

  it.each(toAdmins)('%s reaches each admin', async (type) => {
    const admins = [newUser('admin'), newUser('admin')];
    const sockets = await Promise.all(admins.map((admin) => stack.connect(admin)));
    await stack.notify({ user_ids: admins, notification_type: type, payload: { groupId: 'g1' } });
    for (const socket of sockets) {
      expect((await socket.frame('notification')).notification.notification_type).toBe(type);
    }
  });
});

describe.skipIf(!hasControlApi)('the three usage examples of the service (needs the local clock)', () => {
  it('now, in ten minutes, and everyone: stored once, pushed once', async () => {
    const user = newUser('user');
    const phone = await registerPhone(stack, user);
    const shown = async () =>
      (await phone.messages()).map((one) => one.payload.fcmV1Message.message.notification.title);
    await stack.notify({ user_id: user, title: 'Now' });
    const at = new Date((await stack.now()) + 600_000).toISOString();
    await stack.notify({ user_id: user, title: 'In ten minutes', deliver_at: at });
    await stack.settle();
    expect(await shown()).toEqual(['Now']);
    await stack.local.advance(601);
    expect(await shown()).toEqual(['Now', 'In ten minutes']);
    const before = (await broadcasts(stack)).length;
    await stack.notify({ user_id: '00000000-0000-0000-0000-000000000000', title: 'Everyone' });
    await stack.settle();
    expect(await shown()).toEqual(['Now', 'In ten minutes', 'Everyone']);
    expect(await broadcasts(stack)).toHaveLength(before + 1);
  });
});
