// One call of PutEvents, and again for the entries that failed. The bus answers 200 and says per entry what it did not
// take.
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBridgeClient, PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { Outgoing } from './batches.ts';

type Result =
  | { status: 'sent'; id: string; eventId: string }
  | { status: 'failed'; id: string; code: string; message: string };

/** Our choices: entries fail when the bus is throttled, which passes within seconds. */
const ATTEMPTS = 3;
const BACKOFF_MS = 200;

/** Results by the place among what the caller gave. */
export async function putWithRetries(
  client: Pick<EventBridgeClient, 'send'>,
  busName: string,
  batch: readonly Outgoing[],
): Promise<Map<number, Result>> {
  const results = new Map<number, Result>();
  let rest = batch;
  for (let attempt = 1; rest.length > 0; attempt++) {
    const entries = await put(client, busName, rest);
    for (const [at, { index, id }] of rest.entries()) {
      const { EventId: eventId, ErrorCode: code, ErrorMessage: message = '' } = entries[at] ?? {};
      results.set(
        index,
        eventId ? { status: 'sent', id, eventId } : { status: 'failed', id, code: code ?? 'NoReply', message },
      );
    }
    rest = rest.filter(({ index }) => results.get(index)!.status === 'failed');
    if (attempt === ATTEMPTS) break;
    if (rest.length > 0) await sleep(Math.random() * BACKOFF_MS * 2 ** attempt);
  }
  return results;
}

async function put(
  client: Pick<EventBridgeClient, 'send'>,
  busName: string,
  batch: readonly Outgoing[],
): Promise<PutEventsResultEntry[]> {
  const entries: PutEventsRequestEntry[] = batch.map(({ type, source, text }) => ({
    EventBusName: busName,
    Source: source,
    DetailType: type,
    Detail: text,
  }));
  const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  try {
    return (await client.send(new PutEventsCommand({ Entries: entries }))).Entries ?? [];
  } catch (error) {
    // Throttled as a whole, no permission, no network: the client has retried what passes. Each entry gets the reason.
    const { name, message } = error as Error;
    return batch.map(() => ({ ErrorCode: name, ErrorMessage: message }));
  }
}
