// A request that waits for its user to be present, for one user: delivered now, or parked until then or until its time
// is over.
import type { NotificationRequest } from '../../../protocol/request.ts';
import { isPresent } from '../model/recipient.ts';
import { heldKey } from '../schedule/held-key.ts';
import { parkRequest, wakeTask } from '../schedule/park-request.ts';
import type { RequestKey } from '../schedule/request-key.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import type { Batch } from './batch.ts';
import { type Absent, type DeliverDeps, type Delivery, deliver } from './deliver.ts';
import type { DeliveryOutcome } from './due-request.ts';
import type { Deps } from './ports.ts';

export type WhenPresentDeps = DeliverDeps & Pick<Deps, 'requests' | 'held'>;
type Id = Pick<RequestKey, 'source' | 'id'>;

/** Delivers to one user, or holds it where the request says so. */
export async function deliverToUser(
  deps: WhenPresentDeps,
  batch: Batch,
  id: Id,
  delivery: Delivery,
): Promise<DeliveryOutcome> {
  const { deliver_when: when } = delivery.request;
  if (when === undefined) return deliver(deps, batch, delivery);
  const known = await deps.requests.state(heldKey(id, delivery.userId));
  if (known?.state === 'delivered') return 'duplicate';
  const isCancelled = known?.state === 'cancelled' && known.cancelled_at_ms! >= delivery.acceptedAtMs;
  if (isCancelled) deps.metrics.count('cancelled');
  // The same request again: it is released where the first one waits, and by nobody else.
  if (known?.state === 'parked')
    await deps.tasks.send([wakeTask(heldKey(id, delivery.userId), known.accepted_at_ms, deps.clock.now())]);
  if (isCancelled || known?.state === 'parked') return 'done';
  const { connections } = await batch.recipient(delivery.userId);
  const nowMs = deps.clock.now();
  if (isPresent(connections, nowMs)) return deliver(deps, batch, delivery);
  if (Date.parse(when.until) <= nowMs) return deliverToAbsent(deps, batch, delivery);
  await hold(deps, id, delivery, Date.parse(when.until));
  return 'done';
}

/**
 * It is noted first and presence is read then; a page's presence is noted first, and what is held is read then. So one
 * of the two finds the other.
 */
async function hold(
  deps: WhenPresentDeps,
  id: Id,
  { userId, request, acceptedAtMs }: Delivery,
  untilMs: number,
): Promise<void> {
  const key = heldKey(id, userId);
  const { user_ids: _others, ...shared } = request;
  const parked: NotificationRequest = { ...shared, user_id: userId };
  await deps.held.note(userId, { key, accepted_at_ms: acceptedAtMs }, requestTtlSeconds(untilMs));
  await parkRequest(deps, key, parked, { event_id: id.id, accepted_at_ms: acceptedAtMs }, untilMs);
  const connections = await deps.recipients.connections(userId);
  if (isPresent(connections, deps.clock.now())) await deps.tasks.send([wakeTask(key, acceptedAtMs, deps.clock.now())]);
}

/** Its user has become present, or its time is over. 'held': neither, so it goes on waiting. */
export async function releaseHeld(
  deps: WhenPresentDeps,
  batch: Batch,
  key: RequestKey,
  delivery: Delivery,
): Promise<DeliveryOutcome | 'held'> {
  const { userId, request } = delivery;
  const nowMs = deps.clock.now();
  const connections = await deps.recipients.connections(userId);
  const isOver = Date.parse(request.deliver_when!.until) <= nowMs;
  if (!isPresent(connections, nowMs) && !isOver) return 'held';
  const outcome = isPresent(connections, nowMs)
    ? await deliver(deps, batch, delivery)
    : await deliverToAbsent(deps, batch, delivery);
  if (outcome === 'done') await deps.held.forget(userId, key);
  return outcome;
}

async function deliverToAbsent(deps: DeliverDeps, batch: Batch, delivery: Delivery): Promise<DeliveryOutcome> {
  const { otherwise } = delivery.request.deliver_when!;
  if (otherwise === 'drop') {
    deps.metrics.count('expired');
    return 'done';
  }
  const absent: Absent = otherwise;
  return deliver(deps, batch, { ...delivery, absent });
}
