// Puts events on the stack's own bus.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../../domain/delivery/ports.ts';
import { bounded, MAX_ATTEMPTS, requestHandler } from '../clients.ts';

export function eventBus(busName: string): EventBus {
  const client = bounded(
    new EventBridgeClient({
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: requestHandler(),
      cacheMiddleware: true,
    }),
  );
  return {
    async put({ entries }) {
      const result = await client.send(
        new PutEventsCommand({
          Entries: entries.map((entry) => ({
            EventBusName: busName,
            Source: entry.source,
            DetailType: entry.detail_type,
            Detail: JSON.stringify(entry.detail),
          })),
        }),
      );
      return {
        failed_entry_count: result.FailedEntryCount ?? 0,
        entries: (result.Entries ?? []).map((entry) => ({
          ...(entry.EventId !== undefined && { event_id: entry.EventId }),
          ...(entry.ErrorCode !== undefined && { error_code: entry.ErrorCode }),
          ...(entry.ErrorMessage !== undefined && { error_message: entry.ErrorMessage }),
        })),
      };
    },
  };
}
