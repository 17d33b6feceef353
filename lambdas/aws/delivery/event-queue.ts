// Puts events on the dispatch queue as a rule of the bus would, and past the bus: sooner, and seen by no other rule.
import { randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { EventBus } from '../../domain/delivery/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { sendMessages } from '../send-messages.ts';

/** All are queued, or it throws. */
export function eventQueue(queues: SQSClient, queueUrl: string, clock: Clock): EventBus {
  return {
    async put({ entries }) {
      const at = toTimestamp(clock.now());
      const events = entries.map(({ source, detail_type: type, detail }) => ({
        id: randomUUID(),
        'detail-type': type,
        source,
        time: at,
        ingested_at: at,
        detail,
      }));
      await sendMessages(queues, queueUrl, events);
      return { failed_entry_count: 0, entries: events.map(({ id }) => ({ event_id: id })) };
    },
  };
}
