// Changes a request that waits for its time, by the product's own events: cancel it, and send it again with another
// time.
import type { HistoryDetail } from '../../protocol/local/history.ts';
import { callRuntime } from '../state/call-runtime.ts';

export async function cancelRequest(eventId: string): Promise<void> {
  const { row, detail } = await callRuntime<HistoryDetail>('GET', `history/${encodeURIComponent(eventId)}`);
  const { id = eventId } = JSON.parse(detail) as { id?: string };
  await callRuntime('POST', 'events', { source: row.source, detail_type: 'notification.cancelled', detail: { id } });
  await callRuntime('POST', 'settle');
}

/** Without a time it is delivered now, whether or not the user is present. */
export async function sendAgain(eventId: string, deliverAt: string | undefined): Promise<void> {
  const { row, detail } = await callRuntime<HistoryDetail>('GET', `history/${encodeURIComponent(eventId)}`);
  const { deliver_at: _, deliver_when: whenPresent, ...request } = JSON.parse(detail) as Record<string, unknown>;
  await cancelRequest(eventId);
  const changed = {
    ...request,
    ...(deliverAt !== undefined && { deliver_at: deliverAt, deliver_when: whenPresent }),
  };
  await callRuntime('POST', 'events', { source: row.source, detail_type: row.detail_type, detail: changed });
}
