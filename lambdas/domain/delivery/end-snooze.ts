// The time of a snoozed notification has come: it is delivered as a new one, once.

import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { AddressedRequest } from '../model/addressed-request.ts';
import { hasExpired } from '../model/expiry.ts';
import type { BroadcastState } from '../model/recipient.ts';
import { payloadOf, type StoredNotification } from '../model/stored-notification.ts';
import type { SnoozeEndTask } from '../schedule/task.ts';
import type { Batch } from './batch.ts';
import { type DeliverDeps, type Delivery, deliver } from './deliver.ts';
import type { Deps } from './ports.ts';

export type EndSnoozeDeps = DeliverDeps & Pick<Deps, 'readMarks' | 'history'>;

/**
 * The row that was snoozed says whether this is still wanted, and once it is taken, the copy that comes back has an id
 * made from the row and the time: a second wake-up, or one that was broken off, makes no second copy.
 */
export async function endSnooze(
  deps: EndSnoozeDeps,
  batch: Batch,
  task: SnoozeEndTask,
  { isRedelivery, isLastTry }: Pick<Delivery, 'isRedelivery' | 'isLastTry'>,
): Promise<void> {
  const { user_id: userId, notification_id: id, due_at_ms: dueAtMs } = task;
  const until = toTimestamp(dueAtMs);
  const found = await load(deps, userId, id);
  if (found === undefined || hasExpired(found.item, deps.clock.now())) return;
  if (!isTaken(found.state, until) && !(await take(deps, task, found, until))) return;
  await deliver(deps, batch, {
    requestId: `snooze ${id} ${until}`,
    acceptedAtMs: dueAtMs,
    userId,
    request: requestOf(found.item, userId),
    isRedelivery,
    isLastTry,
    isDigest: true,
  });
}

type SnoozeState = Pick<BroadcastState, 'snoozed_until' | 'snooze_ended'>;
interface Snoozed {
  item: StoredNotification;
  /** The user's own row, or the user's state of a notification to everyone. */
  state: SnoozeState;
  /** Present for a notification to everyone: when its row goes. */
  ttlSeconds?: number;
}

async function load(deps: EndSnoozeDeps, userId: string, id: string): Promise<Snoozed | undefined> {
  const own = await deps.inbox.get(userId, id);
  if (own !== undefined) return own.recalled_at === undefined ? { item: own, state: own } : undefined;
  const [broadcast, recipient] = await Promise.all([
    deps.history.broadcast(id),
    deps.recipients.load(userId, { consistent: true }),
  ]);
  const state = recipient.broadcast_states.find((one) => one.id === id);
  return broadcast && state && { ...broadcast, state };
}

const isTaken = ({ snooze_ended: ended }: SnoozeState, until: string): boolean => ended === until;

/** False: it was taken back, archived, or snoozed until another time. */
async function take(deps: EndSnoozeDeps, task: SnoozeEndTask, found: Snoozed, until: string): Promise<boolean> {
  const { user_id: userId, notification_id: id } = task;
  if (found.state.snoozed_until !== until) return false;
  const now = toTimestamp(deps.clock.now());
  const change = { snoozed_until: undefined, snooze_ended: until, archived_at: now };
  const options = { ifSnoozedUntil: until };
  const outcome =
    found.ttlSeconds === undefined
      ? await deps.readMarks.changeOwn(userId, id, { ...change, updated_at: now }, options)
      : await deps.readMarks.changeBroadcast(userId, id, change, found.ttlSeconds, options);
  if (outcome === 'changed') return true;
  // Another one took it, or our own write was applied and its answer lost: what is there now decides.
  const reloaded = await load(deps, userId, id);
  return reloaded !== undefined && isTaken(reloaded.state, until);
}

/** What was acknowledged before needs it no more. */
const requestOf = (item: StoredNotification, userId: string): AddressedRequest => ({
  user_id: userId,
  notification_type: item.notification_type,
  title: item.title,
  message: item.message,
  payload: payloadOf(item),
  priority: item.priority ?? 'normal',
  requires_ack: item.requires_ack === true && item.acknowledged_at === undefined,
  store: true,
  ...(item.group_id !== undefined && { group_id: item.group_id }),
  ...(item.expires_at !== undefined && { expires_at: item.expires_at }),
});
