// How a broadcast goes, and what one would cost.
import type { BroadcastEstimate, BroadcastStatus } from '../../../protocol/back-end.ts';
import { CallerError } from '../../../protocol/error-codes.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { idTimeMs, notificationId } from '../model/notification-id.ts';
import { newNotification, type StoredNotification } from '../model/stored-notification.ts';
import { seedOf } from '../schedule/request-key.ts';
import { countAudience } from '../sockets/count-audience.ts';
import { broadcastFrame } from './deliver-to-everyone.ts';
import { fanOutDollars } from './delivery-cost.ts';
import { type FanOutStatus, sumOfParts } from './fan-out-status.ts';
import type { Deps } from './ports.ts';

/** By the id of the notification; or by the request's, or its event's, with the source that sent it. */
export async function readBroadcastStatus(
  deps: Pick<Deps, 'broadcasts' | 'fanoutProgress'>,
  requestOrId: string,
  source: string | undefined,
): Promise<BroadcastStatus> {
  const named = source === undefined ? undefined : await deps.broadcasts.ofRequest(seedOf({ source, id: requestOrId }));
  const id = named ?? requestOrId;
  const stored = await deps.broadcasts.get(id);
  if (stored === undefined || stored.recalls !== undefined) {
    throw new CallerError('not_found', 'There is no such notification to everyone. It may not be stored yet.');
  }
  const { pending, remaining, ...counts } = sumOfParts(await deps.fanoutProgress.parts(id));
  const { rollout } = stored;
  return {
    id,
    state: stateOf(stored, pending + remaining),
    ...counts,
    remaining: pending + remaining,
    created_at: toTimestamp(idTimeMs(id)),
    recalled_at: stored.recalled_at ?? null,
    rollout: rollout ? { percent: rollout.percent, minutes: rollout.minutes, resumes_at: rollout.resumes_at } : null,
  };
}

function stateOf({ recalled_at, rollout }: StoredNotification, left: FanOutStatus['remaining']) {
  if (recalled_at !== undefined) return 'recalled';
  if (rollout?.state === 'stopped') return 'stopped';
  if (rollout?.state === 'waiting') return 'rolling_out';
  return left > 0 ? 'sending' : 'sent';
}

const SAMPLE = { title: 'A title', message: 'A message of some length.', notification_type: 'announcement' };

export async function estimateBroadcast(
  deps: Pick<Deps, 'audience' | 'clock'> & { postsPerSecond: number },
  request: NotificationRequest | undefined,
): Promise<BroadcastEstimate> {
  const { users, connections, is_exact } = await countAudience(deps, GLOBAL_TOPIC);
  const nowMs = deps.clock.now();
  const assumed = { ...SAMPLE, payload: {}, priority: 'normal' as const, requires_ack: false, store: true };
  const item = newNotification(notificationId(nowMs, 'estimate', EVERYONE), request ?? assumed, nowMs, nowMs);
  const bytes = new TextEncoder().encode(JSON.stringify(broadcastFrame(item))).length;
  return {
    recipients: users,
    connections,
    is_exact,
    frame_bytes: bytes,
    dollars: fanOutDollars(bytes, connections),
    seconds: connections / deps.postsPerSecond,
  };
}
