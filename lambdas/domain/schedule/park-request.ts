// A request for later: parked whole until its time, or withdrawn by a cancellation.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { Deps, SeenRequest } from './ports.ts';
import { requestTtlSeconds } from './request-ttl.ts';
import { needsSchedule, scheduleName, sendLater } from './send-later.ts';
import type { WakeTask } from './task.ts';

type ParkDeps = Pick<Deps, 'clock' | 'metrics' | 'requests' | 'tasks' | 'schedules'>;

/** Parks it and arranges its wake-up; both may be repeated, so the redelivery repairs a crash between them. */
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

export async function cancelRequest(
  deps: Pick<Deps, 'clock' | 'metrics' | 'requests' | 'tasks' | 'schedules'>,
  requestId: string,
  acceptedAtMs: number,
): Promise<void> {
  const { withdrawn, was } = await deps.requests.cancel(requestId, acceptedAtMs, requestTtlSeconds(deps.clock.now()));
  deps.metrics.count(withdrawn ? 'cancelled' : 'cancel_without_effect');
  if (
    !withdrawn ||
    was?.deliver_at_ms === undefined ||
    !needsSchedule(deps.tasks, was.deliver_at_ms, was.accepted_at_ms)
  )
    return;
  await deps.schedules.remove(scheduleName(wakeTask(requestId, was.accepted_at_ms, was.deliver_at_ms)));
}

function wakeTask(requestId: string, acceptedAtMs: number, dueAtMs: number): WakeTask {
  return { task: 'wake', request_id: requestId, accepted_at_ms: acceptedAtMs, due_at_ms: dueAtMs };
}
