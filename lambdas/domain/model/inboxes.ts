// All inboxes of a user: what is said of a user without an organisation holds in every one of them.
import { inboxOwner } from '../../../protocol/inbox-id.ts';
import type { Deps } from './ports.ts';

/** In an organisation: that one alone. */
export async function inboxesOf(
  { recipients, inboxRules }: Pick<Deps, 'recipients' | 'inboxRules'>,
  inbox: string,
): Promise<string[]> {
  if (!inboxRules.organisations || inboxOwner(inbox).org_id !== undefined) return [inbox];
  return recipients.inboxes(inbox);
}
