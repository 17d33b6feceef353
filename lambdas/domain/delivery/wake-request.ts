// The time of a parked request has come: it is delivered to its audience of now.
import type { KnownRequest } from '../schedule/ports.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import type { WakeTask } from '../schedule/task.ts';
import type { Batch } from './batch.ts';
import { type AudienceDeps, deliverToAudience } from './deliver-to-audience.ts';

/** Woken twice, late or after a cancellation, it does nothing that was not asked for. Throws when it is to be tried again. */
export async function wakeRequest(
  deps: AudienceDeps,
  batch: Batch,
  task: WakeTask,
  message: { id: string; isRedelivery: boolean },
): Promise<void> {
  const { request_id: requestId, accepted_at_ms: acceptedAtMs } = task;
  const parked = await deps.requests.load(requestId);
  // Gone, or cancelled and asked for anew under the same id: that one has a wake-up of its own.
  if (parked === undefined || parked.request === undefined || parked.accepted_at_ms !== acceptedAtMs) return;
  if (!isMine(parked, message)) return;
  const { request } = parked;
  // Stored notifications have ids that make a repeat harmless; signals have not, so one wake-up takes them for itself.
  if (!request.store && parked.state === 'parked' && !(await deps.requests.take(requestId, acceptedAtMs, message.id)))
    return;
  await deliverToAudience(deps, batch, { requestId, acceptedAtMs, request, isRedelivery: message.isRedelivery });
  await deps.requests.finish(requestId, acceptedAtMs, requestTtlSeconds(deps.clock.now()));
}

function isMine(parked: KnownRequest, message: { id: string; isRedelivery: boolean }): boolean {
  if (parked.state === 'parked') return true;
  return parked.state === 'delivered' && message.isRedelivery && parked.taken_by === message.id;
}
