// The shopping app's group events as notifications, and a logout; nothing of it is known to the functions.
import type { EventPath } from '../domain-event.ts';
import type { NotificationService } from '../notification-service.ts';
import type { PresetProps } from './preset-props.ts';

interface GroupEvent {
  id: string;
  event: string;
  type: string;
  /** One id, or a list of them: each user gets a notification of their own. */
  users: EventPath;
  title: string;
  message: string;
}

const GROUP_EVENTS: readonly GroupEvent[] = [
  {
    id: 'GroupUserAdded',
    event: 'add_users',
    type: 'group_user_added',
    users: '$.detail.user_to_add_id',
    title: 'Added to {group_name}',
    message: '{requester_username} added you to {group_name}.',
  },
  {
    id: 'GroupUserRemoved',
    event: 'remove_users',
    type: 'group_user_removed',
    users: '$.detail.user_to_remove_id',
    title: 'Removed from {group_name}',
    message: '{requester_username} removed you from {group_name}.',
  },
  // Confirmed to the one who left, the last member too.
  {
    id: 'GroupUserLeft',
    event: 'leave_groups',
    type: 'group_user_left',
    users: '$.detail.user_id',
    title: 'You left {group_name}',
    message: '{user_identifier} is no longer a member of {group_name}.',
  },
  {
    id: 'GroupHeadChefNew',
    event: 'update_headchef_role',
    type: 'group_head_chef_updated',
    users: '$.detail.new_head_chef_id',
    title: 'You are head chef of {group_name}',
    message: '{requester_username} made you head chef of {group_name}.',
  },
  {
    id: 'GroupHeadChefOld',
    event: 'update_headchef_role',
    type: 'group_head_chef_updated',
    users: '$.detail.old_head_chef_id',
    title: '{group_name} has a new head chef',
    message: '{new_head_chef_identifier} is now head chef of {group_name}.',
  },
];

/** The events don't say who else is in the group: the members' clients subscribe to its topic. Live only. */
const MEMBER_EVENTS = [
  ['GroupMembersAdded', 'add_users', 'group_user_added', '{user_to_add_identifier} joined {group_name}.'],
  ['GroupMembersRemoved', 'remove_users', 'group_user_removed', '{user_to_remove_identifier} left {group_name}.'],
  ['GroupMembersLeft', 'leave_groups', 'group_user_left', '{user_identifier} left {group_name}.'],
  [
    'GroupMembersHeadChef',
    'update_headchef_role',
    'group_head_chef_updated',
    '{new_head_chef_identifier} is now head chef of {group_name}.',
  ],
] as const;

/** The payload of each is the event's whole detail, so that the app can open the group. */
export function shoppingEvents(service: NotificationService, from: PresetProps = {}): void {
  for (const { id, event, type, users, title, message } of GROUP_EVENTS) {
    service.notifyOn(id, {
      ...from,
      detailType: `user_service.group.${event}`,
      notification: { user_ids: users, notification_type: type, title, message, payload: '$.detail' },
    });
  }
  for (const [id, event, type, message] of MEMBER_EVENTS) {
    service.notifyOn(id, {
      ...from,
      detailType: `user_service.group.${event}`,
      notification: {
        topic: 'group:{group_id}',
        notification_type: type,
        title: '{group_name}',
        message,
        payload: '$.detail',
      },
    });
  }
  service.logOutOn('LogoutAccount', {
    ...from,
    detailType: 'user_service.user.logout_account',
    userId: '$.detail.user_id',
  });
}
