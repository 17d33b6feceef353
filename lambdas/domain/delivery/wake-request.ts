// The time of a parked request has come: it is delivered to its audience of now.
import { heldFor } from '../schedule/held-key.ts';
import { isCancelled } from '../schedule/park-request.ts';
import type { KnownRequest } from '../schedule/ports.ts';
import { seedOf } from '../schedule/request-key.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import type { WakeTask } from '../schedule/task.ts';
import type { Batch } from './batch.ts';
import { type AudienceDeps, deliverToAudience } from './deliver-to-audience.ts';
import { releaseHeld } from './deliver-when-present.ts';

/**
 * Woken twice, late or after a cancellation, it does nothing that was not asked for. Throws when it is to be tried
 * again.
 */
export async function wakeRequest(
  deps: AudienceDeps,
  batch: Batch,
  task: WakeTask,
  message: { id: string; isRedelivery: boolean; isLastTry?: boolean | undefined },
): Promise<void> {
  const { source, request_id: id, audience, accepted_at_ms: acceptedAtMs } = task;
  const key = { source, id, audience };
  const parked = await deps.requests.load(key);
  const userId = heldFor(audience);
  const isOver = parked === undefined || (parked.request === undefined && parked.accepted_at_ms === acceptedAtMs);
  if (isOver && userId !== undefined) await deps.held.forget(userId, key);
  // Gone, or cancelled and asked for anew under the same id: that one has a wake-up of its own.
  if (parked === undefined || parked.request === undefined || parked.accepted_at_ms !== acceptedAtMs) return;
  if (!isMine(parked, message)) return;
  if (parked.state === 'parked' && (await isCancelled(deps, key, parked))) return deps.metrics.count('cancelled');
  const { request } = parked;
  // Stored notifications have ids that make a repeat harmless; signals have not, so one wake-up takes them for itself.
  if (!request.store && parked.state === 'parked' && !(await deps.requests.take(key, acceptedAtMs, message.id))) return;
  const isRedelivery = message.isRedelivery || task.is_overdue === true;
  const idsByAudience = parked.ids_by_audience === true;
  const due = { key, acceptedAtMs, request, isRedelivery, idsByAudience, isLastTry: message.isLastTry };
  const outcome =
    userId === undefined
      ? await deliverToAudience(deps, batch, due)
      : await releaseHeld(deps, batch, key, { ...due, requestId: seedOf(key), userId });
  if (outcome === 'held') return;
  // Another wake-up stored it. Should that one die before it has sent it, its next try needs the request, or the sweep.
  if (outcome === 'duplicate') return;
  await deps.requests.finish(key, acceptedAtMs, requestTtlSeconds(deps.clock.now()));
}

function isMine(parked: KnownRequest, message: { id: string; isRedelivery: boolean }): boolean {
  if (parked.state === 'parked') return true;
  return parked.state === 'delivered' && message.isRedelivery && parked.taken_by === message.id;
}
