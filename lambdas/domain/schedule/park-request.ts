// A request for later: parked whole until its time, or withdrawn by a cancellation.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { Deps, KnownRequest, SeenRequest } from './ports.ts';
import type { RequestKey } from './request-key.ts';
import { requestTtlSeconds } from './request-ttl.ts';
import { needsSchedule, scheduleName, sendLater } from './send-later.ts';
import type { WakeTask } from './task.ts';

type ParkDeps = Pick<Deps, 'clock' | 'metrics' | 'requests' | 'tasks' | 'schedules'>;

/** Parks it and arranges its wake-up; both may be repeated, so the redelivery repairs a crash between them. */
export async function parkRequest(
  deps: ParkDeps,
  key: RequestKey,
  request: NotificationRequest,
  seen: SeenRequest,
  deliverAtMs = Date.parse(request.deliver_at!),
): Promise<void> {
  const park = () =>
    deps.requests.park(key, { ...seen, deliver_at_ms: deliverAtMs, request }, requestTtlSeconds(deliverAtMs));
  let parked = await park();
  if (parked !== 'parked' && (await isWithdrawnNow(deps, key, parked, seen))) parked = await park();
  if (parked !== 'parked' && (await wasWithdrawn(deps, key, parked, seen))) parked = await park();
  if (parked !== 'parked') {
    if (parked.state === 'cancelled') return deps.metrics.count('cancelled');
    if (parked.state !== 'parked' || parked.event_id !== seen.event_id) return deps.metrics.count('duplicate');
  }
  if (await isCancelled(deps, key, seen)) return deps.metrics.count('cancelled');
  if (parked === 'parked') deps.metrics.count('scheduled');
  await sendLater(deps, wakeTask(key, seen.accepted_at_ms, deliverAtMs));
}

/** Another request was parked there, and cancelled by a function that died before it came to withdraw it: now it is. */
export const isWithdrawnNow = async (
  deps: Pick<Deps, 'requests' | 'clock'>,
  key: RequestKey,
  known: KnownRequest,
  seen: SeenRequest,
): Promise<boolean> =>
  known.state === 'parked' && known.event_id !== seen.event_id && (await isCancelled(deps, key, known));

/** Another event's request is parked there, and a cancellation got in before it was noted that it is still wanted. */
export const wasWithdrawn = async (
  { requests }: Pick<Deps, 'requests'>,
  key: RequestKey,
  known: KnownRequest,
  seen: SeenRequest,
): Promise<boolean> =>
  known.state === 'parked' &&
  known.event_id !== seen.event_id &&
  !(await requests.askAgain(key, known.accepted_at_ms, seen.accepted_at_ms));

/**
 * A cancellation may have come first, or at the same time: it notes itself and then looks for requests, a request is
 * stored and then looks for cancellations, so that one of the two sees the other.
 */
export async function isCancelled(
  { requests, clock }: Pick<Deps, 'requests' | 'clock'>,
  key: RequestKey,
  { accepted_at_ms: acceptedAtMs }: SeenRequest,
): Promise<boolean> {
  const cancelledAtMs = await requests.cancelledAtMs(key);
  if (cancelledAtMs === undefined || cancelledAtMs < acceptedAtMs) return false;
  return requests.withdraw(key, acceptedAtMs, cancelledAtMs, requestTtlSeconds(clock.now()));
}

/** Withdraws what its source has parked under the id, for every audience. What was accepted later is a new request. */
export async function cancelRequest(
  deps: ParkDeps,
  id: Pick<RequestKey, 'source' | 'id'>,
  cancelledAtMs: number,
): Promise<void> {
  const ttlSeconds = requestTtlSeconds(deps.clock.now());
  await deps.requests.cancel(id, cancelledAtMs, ttlSeconds);
  let withdrawn = 0;
  for (const { audience, ...known } of await deps.requests.ofId(id)) {
    const key = { ...id, audience };
    if (!(await withdraw(deps, key, known, cancelledAtMs, ttlSeconds))) continue;
    withdrawn++;
    await removeSchedule(deps, key, known);
  }
  if (withdrawn === 0) deps.metrics.count('cancel_without_effect');
  else deps.metrics.count('cancelled', withdrawn);
}

async function withdraw(
  { requests }: ParkDeps,
  key: RequestKey,
  known: KnownRequest,
  cancelledAtMs: number,
  ttlSeconds: number,
): Promise<boolean> {
  // Its own repeat finds the tombstone it left, and finishes what the first attempt may not have.
  if (known.state === 'cancelled') return known.cancelled_at_ms === cancelledAtMs && known.deliver_at_ms !== undefined;
  if (known.state !== 'parked' || known.accepted_at_ms > cancelledAtMs) return false;
  return requests.withdraw(key, known.accepted_at_ms, cancelledAtMs, ttlSeconds);
}

async function removeSchedule(deps: ParkDeps, key: RequestKey, known: KnownRequest): Promise<void> {
  const { deliver_at_ms: dueAtMs, accepted_at_ms: acceptedAtMs } = known;
  if (dueAtMs === undefined || !needsSchedule(deps.tasks, dueAtMs, acceptedAtMs)) return;
  await deps.schedules.remove(scheduleName(wakeTask(key, acceptedAtMs, dueAtMs)));
}

export const wakeTask = ({ source, id, audience }: RequestKey, acceptedAtMs: number, dueAtMs: number): WakeTask => ({
  task: 'wake',
  source,
  request_id: id,
  audience,
  accepted_at_ms: acceptedAtMs,
  due_at_ms: dueAtMs,
});
