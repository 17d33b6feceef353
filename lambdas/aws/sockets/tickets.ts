// Tickets in the table: the first delete takes one, later ones find nothing.

import type { TicketGrant, Tickets } from '../../domain/sockets/ports.ts';
import type { Table } from '../clients.ts';
import { ticketKey } from '../keys.ts';
import { DeleteCommand, PutCommand } from '../table-commands.ts';

export function tickets(table: Table): Tickets {
  return {
    async put(ticketHash, grant) {
      const ttl = Math.ceil(Date.parse(grant.expires_at) / 1000);
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...ticketKey(ticketHash), ...grant, ttl } }),
      );
    },
    async take(ticketHash) {
      const { Attributes } = await table.client.send(
        new DeleteCommand({ TableName: table.name, Key: ticketKey(ticketHash), ReturnValues: 'ALL_OLD' }),
      );
      if (!Attributes) return undefined;
      const { pk: _pk, sk: _sk, ttl: _ttl, ...grant } = Attributes;
      return grant as TicketGrant;
    },
  };
}
