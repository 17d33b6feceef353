// The one publication that reaches every phone: at most once, because a repeat would be shown on all of them again.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { OutOfTime } from '../model/out-of-time.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import { broadcastPush } from '../push/push-content.ts';
import { DeliveryFailed } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';

export type PushToEveryoneDeps = Pick<Deps, 'clock' | 'log' | 'metrics' | 'push' | 'deliveryState'> & {
  random: () => number;
};

/** Throws when nothing was sent, because the push service refused or the time was over: the message is retried. */
export async function pushToEveryone(deps: PushToEveryoneDeps, stored: StoredNotification): Promise<void> {
  if (!deps.push.isConfigured() || stored.pushed_at !== undefined) return;
  const nowMs = deps.clock.now();
  const by = `${nowMs}-${Math.floor(deps.random() * 2 ** 52).toString(36)}`;
  // Noted first: a crash after it costs the push, which every inbox makes up for; a crash before it costs nothing.
  if (!(await claim(deps, stored.id, by, nowMs))) return;
  const outcome = await tryPush(deps, stored, nowMs);
  if (outcome === 'unknown') return deps.metrics.count('push_failed');
  if (outcome === 'pushed') return deps.metrics.count('pushed');
  await release(deps, stored.id, by);
  if (outcome instanceof OutOfTime) throw outcome;
  const ids = { userId: EVERYONE, notificationId: stored.id };
  throw new DeliveryFailed('the push service refused a push to everyone', ids);
}

/** A claim without an answer may have been made, and would keep every later attempt from pushing. */
async function claim(deps: PushToEveryoneDeps, id: string, by: string, nowMs: number): Promise<boolean> {
  try {
    return await deps.deliveryState.claimBroadcastPush(id, by, toTimestamp(nowMs));
  } catch (error) {
    if (!(error instanceof OutOfTime)) await release(deps, id, by);
    throw error;
  }
}

/** Our choice, beside the SDK's own tries: a claim that stays costs everyone the push. */
const RELEASE_TRIES = 3;
/** Our choice: after a slow failure the function has no time for another (see FINISH_MAX_MS of dispatch-batch.ts). */
const TRY_AGAIN_WITHIN_MS = 1_000;

async function release({ clock, deliveryState }: PushToEveryoneDeps, id: string, by: string): Promise<void> {
  const lastTryMs = clock.now() + TRY_AGAIN_WITHIN_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await deliveryState.releaseBroadcastPush(id, by);
    } catch (error) {
      if (tries === RELEASE_TRIES || clock.now() > lastTryMs) throw error;
    }
  }
}

async function tryPush(deps: Pick<Deps, 'log' | 'push'>, stored: StoredNotification, nowMs: number) {
  try {
    return await deps.push.toEveryone(broadcastPush(stored, nowMs));
  } catch (error) {
    if (error instanceof OutOfTime) return error;
    // No answer: it may have been sent, so it is not tried again.
    deps.log.error('it is not known whether everyone was pushed', error, { notification_id: stored.id });
    return 'unknown';
  }
}
