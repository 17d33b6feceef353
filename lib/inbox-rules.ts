// Settings of inboxes: whether organisations have their own, and what names a group.
import { DEFAULT_GROUP_FIELD, type InboxRules } from '../protocol/inbox-rules.ts';

/** Our choice: as long as other names. */
const FIELD_MAX_CHARACTERS = 100;

export function checkedInboxRules(organisations = false, groupField = DEFAULT_GROUP_FIELD): InboxRules {
  if (groupField === '' || groupField.length > FIELD_MAX_CHARACTERS)
    throw new Error(`groupField must be the name of a field, of 1 to ${FIELD_MAX_CHARACTERS} characters.`);
  return { organisations, groupField };
}
