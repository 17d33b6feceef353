// A request whose time has come, brought to its audience: one user, many users, a topic, or everyone.
import { GLOBAL_TOPIC, ownerOf } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import { notificationId } from '../model/notification-id.ts';
import { seedOf } from '../schedule/request-key.ts';
import { segmentsOf } from '../sockets/segments.ts';
import type { Batch } from './batch.ts';
import { dueAtMs } from './deliver.ts';
import { deliverLive, eventFrame } from './deliver-live.ts';
import { deliverToEveryone, type EveryoneDeps } from './deliver-to-everyone.ts';
import { deliverToUsers } from './deliver-to-users.ts';
import { deliverToUser, type WhenPresentDeps } from './deliver-when-present.ts';
import type { DeliveryOutcome, DueRequest } from './due-request.ts';
import { fanoutContent } from './fan-out-task.ts';
import type { Deps } from './ports.ts';
import { startFanOut } from './start-fan-out.ts';

export type AudienceDeps = WhenPresentDeps & EveryoneDeps & Pick<Deps, 'bulk' | 'claims'>;

export async function deliverToAudience(deps: AudienceDeps, batch: Batch, due: DueRequest): Promise<DeliveryOutcome> {
  const { request } = due;
  if (request.topic !== undefined) return fanOutTopic(deps, request.topic, due);
  if (request.user_id === EVERYONE) {
    if (!request.store) return fanOutTopic(deps, GLOBAL_TOPIC, due);
    return deliverToEveryone(deps, batch, due, dueAtMs(due));
  }
  if (request.user_id !== undefined)
    return deliverToUser(deps, batch, due.key, { ...due, requestId: seedOf(due.key), userId: request.user_id });
  await deliverToUsers(deps, batch, due);
  return 'done';
}

async function fanOutTopic(deps: AudienceDeps, topic: string, due: DueRequest): Promise<'done'> {
  const nowMs = deps.clock.now();
  if (hasExpired(due.request, nowMs)) {
    deps.metrics.count('expired');
    return 'done';
  }
  // The same request makes the same id: a second try goes on where the first one stopped, and clients show it once.
  const id = notificationId(dueAtMs(due), seedOf(due.key), topic);
  const frame = eventFrame(topic, due.request, id);
  const owner = ownerOf(topic);
  if (owner !== undefined) {
    const recipient = await deps.recipients.load(owner);
    const { sockets } = channelsOf(recipient, due.request, nowMs);
    await deliverLive(deps, { userId: owner, request: due.request }, sockets, frame);
    return 'done';
  }
  await startFanOut(deps, {
    id,
    segments: segmentsOf(topic),
    content: fanoutContent(frame, { ...due.request, topic }),
  });
  return 'done';
}
