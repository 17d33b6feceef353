// A request whose users are inboxes: from here on nothing knows of organisations but what shows a user's id.
import type { Rejection } from '../../../protocol/event.ts';
import { inboxId } from '../../../protocol/inbox-id.ts';
import type { InboxRules } from '../../../protocol/inbox-rules.ts';
import { MUTED_GROUP_MAX_CHARACTERS } from '../../../protocol/limits.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';

/** `user_id`, `user_ids` and the user of a `wal:` topic are inboxes. `group_id`: what its payload names. */
export interface AddressedRequest extends NotificationRequest {
  group_id?: string;
}

const NO_ORGANISATIONS: Rejection = {
  field: 'org_id',
  reason:
    'is not in use here: set organisationInboxes of this deployment, and every organisation has inboxes of its own',
};

export const refusalOfOrganisation = (
  { organisations }: InboxRules,
  orgId: string | undefined,
): Rejection | undefined => (orgId === undefined || organisations ? undefined : NO_ORGANISATIONS);

export function addressed(
  { org_id: orgId, ...request }: NotificationRequest,
  rules: InboxRules,
): { request: AddressedRequest } | { rejection: Rejection } {
  const rejection = refusalOfOrganisation(rules, orgId);
  if (rejection) return { rejection };
  const { user_id: userId, user_ids: userIds, topic } = request;
  const group = groupOf(request.payload[rules.groupField]);
  const grouped = { ...request, ...(group !== undefined && { group_id: group }) };
  if (orgId === undefined || userId === EVERYONE) return { request: grouped };
  return {
    request: {
      ...grouped,
      ...(userId !== undefined && { user_id: inboxId(userId, orgId) }),
      ...(userIds !== undefined && { user_ids: userIds.map((one) => inboxId(one, orgId)) }),
      ...(topic !== undefined && { topic: inboxId(topic, orgId) }),
    },
  };
}

/** Of a credential. */
export const inboxOfCredential = (
  { user_id: userId, org_id: orgId }: { user_id: string; org_id?: string | undefined },
  { organisations }: InboxRules,
): string => inboxId(userId, organisations ? orgId : undefined);

/** Numbers, too, because many systems number their groups. */
function groupOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= MUTED_GROUP_MAX_CHARACTERS ? text : undefined;
}
