// Whether the table answers: one read of a row that is never there.
import type { Table } from './clients.ts';
import { HEALTH_KEY } from './keys.ts';
import { GetCommand } from './table-commands.ts';

export async function checkTable(table: Table): Promise<void> {
  await table.client.send(new GetCommand({ TableName: table.name, Key: HEALTH_KEY }));
}
