// A request that waits for its user to be present, for one user: delivered now, or parked until then or until its time
// is over.
import type { NotificationRequest } from '../../../protocol/request.ts';
import { isPresent } from '../model/recipient.ts';
import { heldKey } from '../schedule/held-key.ts';
import { parkRequest, wakeTask } from '../schedule/park-request.ts';
import type { RequestKey } from '../schedule/request-key.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import { sendLater } from '../schedule/send-later.ts';
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
  const key = heldKey(id, delivery.userId);
  const known = await deps.requests.state(key);
  if (known?.state === 'delivered') return 'duplicate';
  if (known?.state === 'cancelled' && known.cancelled_at_ms! >= delivery.acceptedAtMs) {
    deps.metrics.count('cancelled');
    return 'done';
  }
  if (known?.state === 'parked') {
    // The same request again: it is released where the first one waits, whose try may have died before its wake-up.
    const { accepted_at_ms: acceptedAtMs, deliver_at_ms: untilMs = Date.parse(when.until) } = known;
    await sendLater(deps, wakeTask(key, acceptedAtMs, untilMs));
    await wakeIfPresent(deps, key, { userId: delivery.userId, acceptedAtMs });
    return 'done';
  }
  const { connections } = await batch.recipient(delivery.userId);
  const nowMs = deps.clock.now();
  if (isPresent(connections, nowMs)) return deliver(deps, batch, delivery);
  if (Date.parse(when.until) <= nowMs) return deliverToAbsent(deps, batch, delivery);
  await hold(deps, key, delivery, Date.parse(when.until));
  return 'done';
}

/**
 * It is noted first and presence is read then; a page's presence is noted first, and what is held is read then. So one
 * of the two finds the other.
 */
async function hold(
  deps: WhenPresentDeps,
  key: RequestKey,
  { userId, request, acceptedAtMs }: Delivery,
  untilMs: number,
): Promise<void> {
  const { user_ids: _others, ...shared } = request;
  const parked: NotificationRequest = { ...shared, user_id: userId };
  await deps.held.note(userId, { key, accepted_at_ms: acceptedAtMs }, requestTtlSeconds(untilMs));
  await parkRequest(deps, key, parked, { event_id: key.id, accepted_at_ms: acceptedAtMs }, untilMs);
  await wakeIfPresent(deps, key, { userId, acceptedAtMs });
}

async function wakeIfPresent(
  deps: WhenPresentDeps,
  key: RequestKey,
  { userId, acceptedAtMs }: Pick<Delivery, 'userId' | 'acceptedAtMs'>,
): Promise<void> {
  const connections = await deps.recipients.connections(userId);
  const nowMs = deps.clock.now();
  if (isPresent(connections, nowMs)) await deps.tasks.send([wakeTask(key, acceptedAtMs, nowMs)]);
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
