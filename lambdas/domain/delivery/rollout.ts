// The second part of a broadcast's rollout: to everybody else, unless it was recalled or failed too often.
import { canaryEnd } from '../model/broadcast-view.ts';
import { HASH_SPACE } from '../model/user-hash.ts';
import type { RolloutTask } from '../schedule/task.ts';
import { type EveryoneDeps, sendBroadcast } from './deliver-to-everyone.ts';
import { sumOfParts } from './fan-out-status.ts';

/** Our choice: more sockets than this that could not be served mean that something is wrong. */
const FAILED_SHARE_MAX = 0.05;

/** May be repeated: parts that were begun are not begun again. */
export async function continueRollout(deps: EveryoneDeps, task: RolloutTask): Promise<void> {
  const { broadcast_id: id } = task;
  const stored = await deps.broadcasts.get(id);
  if (stored?.rollout === undefined || stored.recalled_at !== undefined || stored.rollout.state === 'stopped') return;
  const { rollout } = stored;
  if (rollout.state === 'waiting') {
    const { sent, failed, pending } = sumOfParts(await deps.fanoutProgress.parts(id));
    if (failed + pending > FAILED_SHARE_MAX * (sent + failed + pending)) {
      deps.metrics.count('rollout_stopped');
      deps.log.info('a rollout was stopped: too many sockets could not be served', { broadcast_id: id, sent, failed });
      return deps.broadcasts.update(id, { rollout: { ...rollout, state: 'stopped' } });
    }
    // Seen in every inbox before anybody else is sent it.
    await deps.broadcasts.update(id, {
      unread_key: id,
      canary_percent: undefined,
      rollout: { ...rollout, state: 'complete' },
    });
  }
  await sendBroadcast(deps, stored, canaryEnd(rollout.percent), HASH_SPACE);
}
