// How a deployment reads what selects an inbox and what names a group.

export interface InboxRules {
  /** False: `org_id` of a credential is a topic only, and every credential of a user has the same inbox. */
  organisations: boolean;
  /** The field of a payload that says which group a notification is of. */
  groupField: string;
}

export const DEFAULT_GROUP_FIELD = 'groupId';
