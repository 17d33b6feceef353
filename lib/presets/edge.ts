// Group events of a system with invitations, administrators and requests to join: nine kinds, to a user or to the
// administrators.
import type { EventPath } from '../domain-event.ts';
import type { NotificationService } from '../notification-service.ts';
import type { PresetProps } from './preset-props.ts';

/** One id each, or a list of them. */
const USER: EventPath = '$.detail.userId';
const ADMINS: EventPath = '$.detail.adminIds';

const EVENTS: readonly (readonly [type: string, audience: EventPath, title: string, message: string])[] = [
  ['group.invitation.received', USER, 'Invitation to {groupName}', 'You are invited to join {groupName}.'],
  ['group.invitation.accepted', ADMINS, 'Invitation accepted', '{userName} accepted the invitation to {groupName}.'],
  ['group.member.joined', ADMINS, 'New member', '{userName} joined {groupName}.'],
  ['group.member.removed', USER, 'Removed from {groupName}', 'You are no longer a member of {groupName}.'],
  ['group.admin.granted', USER, 'Administrator of {groupName}', 'You are now an administrator of {groupName}.'],
  ['group.admin.revoked', USER, 'No longer administrator', 'You are no longer an administrator of {groupName}.'],
  ['group.join_request.created', ADMINS, 'Request to join', '{userName} asks to join {groupName}.'],
  ['group.join_request.approved', USER, 'Welcome to {groupName}', 'Your request to join {groupName} was approved.'],
  ['group.join_request.rejected', USER, 'Request declined', 'Your request to join {groupName} was declined.'],
];

/**
 * The detail names `userId` or `adminIds`, `groupName`, `userName`; it is the payload (`invitationId`, `groupId`, …).
 */
export function edgeEvents(service: NotificationService, from: PresetProps = {}): void {
  for (const [type, audience, title, message] of EVENTS) {
    service.notifyOn(constructId('Edge', type), {
      ...from,
      detailType: type,
      notification: { user_ids: audience, notification_type: type, title, message, payload: '$.detail' },
    });
  }
}

/** `group.join_request.created` → `EdgeGroupJoinRequestCreated`. */
function constructId(prefix: string, type: string): string {
  const words = type.split(/[._]/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return prefix + words.join('');
}
