// A request for later: parked whole, woken at its time, withdrawn by a cancellation.
import type { NotificationRequest } from '../../protocol/request.ts';
import type { Batch } from './batch.ts';
import { type AudienceDeps, deliverToAudience } from './deliver-to-audience.ts';
import type { KnownRequest, SeenRequest } from './delivery-deps.ts';
import type { Deps } from './deps.ts';
import { requestTtlSeconds } from './request-ttl.ts';
import { needsSchedule, scheduleName, sendLater } from './send-later.ts';
import type { WakeTask } from './task.ts';

type ParkDeps = Pick<Deps, 'clock' | 'metrics' | 'requests' | 'tasks' | 'schedules'>;

/** Parks it and arranges its wake-up; both may be repeated, so a crash between them is made good by the redelivery. */
export async function parkRequest(
  deps: ParkDeps,
  requestId: string,
  request: NotificationRequest,
  seen: SeenRequest,
): Promise<void> {
  const deliverAtMs = Date.parse(request.deliver_at!);
  const parked = await deps.requests.park(
    requestId,
    { ...seen, deliver_at_ms: deliverAtMs, request },
    requestTtlSeconds(deliverAtMs),
  );
  if (parked !== 'parked') {
    if (parked.state === 'cancelled') return deps.metrics.count('cancelled');
    if (parked.state !== 'parked' || parked.event_id !== seen.event_id) return deps.metrics.count('duplicate');
  } else {
    deps.metrics.count('scheduled');
  }
  await sendLater(deps, wakeTask(requestId, seen.accepted_at_ms, deliverAtMs));
}

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

export async function cancelRequest(
  deps: Pick<Deps, 'clock' | 'metrics' | 'requests' | 'schedules'>,
  requestId: string,
  acceptedAtMs: number,
): Promise<void> {
  const { withdrawn, was } = await deps.requests.cancel(requestId, acceptedAtMs, requestTtlSeconds(deps.clock.now()));
  deps.metrics.count(withdrawn ? 'cancelled' : 'cancel_without_effect');
  if (!withdrawn || was?.deliver_at_ms === undefined || !needsSchedule(was.deliver_at_ms, was.accepted_at_ms)) return;
  await deps.schedules.remove(scheduleName(wakeTask(requestId, was.accepted_at_ms, was.deliver_at_ms)));
}

function wakeTask(requestId: string, acceptedAtMs: number, dueAtMs: number): WakeTask {
  return { task: 'wake', request_id: requestId, accepted_at_ms: acceptedAtMs, due_at_ms: dueAtMs };
}
