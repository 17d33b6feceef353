// The shopping app's group events as notifications. Five rules and a logout; nothing of it is known to the functions.
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { NotificationService } from '../notification-service.ts';

/** Where the events come from. */
export interface ShoppingEventsProps {
  /**
   * The bus to which the user service writes.
   * @default - the service's own bus
   */
  readonly bus?: IEventBus;
  /**
   * The `Source` of its events.
   * @default - any source
   */
  readonly source?: string;
}

/** Turns the group events of the user service into notifications, each with the event's whole detail as its payload. */
export function shoppingEvents(service: NotificationService, from: ShoppingEventsProps = {}): void {
  // One event a member: who adds several sends several, and each member gets a notification of their own.
  service.notifyOn('GroupUserAdded', {
    ...from,
    detailType: 'user_service.group.add_users',
    notification: {
      user_id: '$.detail.user_to_add_id',
      notification_type: 'group_user_added',
      title: 'Added to {group_name}',
      message: '{requester_username} added you to {group_name}.',
    },
  });
  service.notifyOn('GroupUserRemoved', {
    ...from,
    detailType: 'user_service.group.remove_users',
    notification: {
      user_id: '$.detail.user_to_remove_id',
      notification_type: 'group_user_removed',
      title: 'Removed from {group_name}',
      message: '{requester_username} removed you from {group_name}.',
    },
  });
  // The event does not say who else is in the group, so it is confirmed to the one who left, the last member too.
  service.notifyOn('GroupUserLeft', {
    ...from,
    detailType: 'user_service.group.leave_groups',
    notification: {
      user_id: '$.detail.user_id',
      notification_type: 'group_user_left',
      title: 'You left {group_name}',
      message: '{user_identifier} is no longer a member of {group_name}.',
    },
  });
  service.notifyOn('GroupHeadChefNew', {
    ...from,
    detailType: 'user_service.group.update_headchef_role',
    notification: {
      user_id: '$.detail.new_head_chef_id',
      notification_type: 'group_head_chef_updated',
      title: 'You are head chef of {group_name}',
      message: '{requester_username} made you head chef of {group_name}.',
    },
  });
  service.notifyOn('GroupHeadChefOld', {
    ...from,
    detailType: 'user_service.group.update_headchef_role',
    notification: {
      user_id: '$.detail.old_head_chef_id',
      notification_type: 'group_head_chef_updated',
      title: '{group_name} has a new head chef',
      message: '{new_head_chef_identifier} is now head chef of {group_name}.',
    },
  });
  service.logOutOn('LogoutAccount', {
    ...from,
    detailType: 'user_service.user.logout_account',
    userId: '$.detail.user_id',
  });
}
