// In which organisations a user has an inbox: a row for each, beside the user's own inbox.
import { inboxOwner } from '../../../protocol/inbox-id.ts';
import type { Table } from '../clients.ts';
import { organisationKey } from '../keys.ts';
import { PutCommand } from '../table-commands.ts';

/** To be called before the inbox gets a state of its own: a reader of the state may rely on this row. */
export async function noteOrganisation(table: Table, inbox: string): Promise<void> {
  const { user_id: userId, org_id: orgId } = inboxOwner(inbox);
  if (orgId === undefined) return;
  await table.client.send(new PutCommand({ TableName: table.name, Item: organisationKey(userId, orgId) }));
}
