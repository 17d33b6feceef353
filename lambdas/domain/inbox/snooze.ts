// A reader puts one notification aside until a time, or takes it back before.
import { CallerError } from '../../../protocol/error-codes.ts';
import { SNOOZE_SECONDS_MAX, SNOOZE_SECONDS_MIN } from '../../../protocol/limits.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { idTimeMs } from '../model/notification-id.ts';
import { unreadAgainKey } from '../model/watermark.ts';
import type { Deps as ScheduleDeps } from '../schedule/ports.ts';
import { type ChangeDeps, type Changed, storeChange, unchanged } from './change-notification.ts';
import { type Found, findNotification } from './find-notification.ts';

type SnoozeDeps = ChangeDeps & Pick<ScheduleDeps, 'tasks'> & { retentionDays: number };

const DAY_SECONDS = 24 * 60 * 60;

/** It leaves the list and the counts, and comes back at `until` as a new one. An archived one stays archived. */
export async function snooze(deps: SnoozeDeps, userId: string, id: string, until: string): Promise<Changed> {
  const found = await findNotification(deps, userId, id);
  const { item, notification } = found;
  const nowMs = deps.clock.now();
  refuseTime(found, until, nowMs);
  if (isCleared(found) || item.snoozed_until === until) return unchanged(deps, found);
  const untilMs = Date.parse(until);
  // Before the row says so: a function that is stopped in between leaves a wake-up without effect, and never a
  // notification that does not come back.
  await deps.tasks.send([{ task: 'snooze_end', user_id: userId, notification_id: item.id, due_at_ms: untilMs }]);
  const now = toTimestamp(nowMs);
  const change = { unread_key: undefined, read_at: notification.read_at ?? now, snoozed_until: until, updated_at: now };
  // The row must outlive its snooze; one with an end of its own does.
  const retained = Math.floor(idTimeMs(item.id) / 1000) + deps.retentionDays * DAY_SECONDS;
  const ttlSeconds = Math.max(retained, untilMs / 1000 + DAY_SECONDS);
  return storeChange(deps, userId, found, change, {
    unlessArchived: true,
    ...(item.expires_at === undefined && { ttlSeconds: Math.ceil(ttlSeconds) }),
  });
}

/** Back in its place, unread, unless all was cleared meanwhile. Without effect once it came back by itself. */
export async function unsnooze(deps: ChangeDeps, userId: string, id: string, isSecond = false): Promise<Changed> {
  const found = await findNotification(deps, userId, id);
  const { item } = found;
  if (item.snoozed_until === undefined) return unchanged(deps, found);
  const nowMs = deps.clock.now();
  const change = { snoozed_until: undefined, updated_at: toTimestamp(nowMs) };
  const ifSnoozedUntil = item.snoozed_until;
  if (isCleared(found)) return storeChange(deps, userId, found, change, { ifSnoozedUntil });
  const unread_key = unreadAgainKey(item.id, nowMs, found.recipient.watermarks);
  const back = { ...change, unread_key, read_at: undefined };
  const changed = await storeChange(deps, userId, found, back, { ifSnoozedUntil, unlessArchived: true });
  const isStillSnoozed = changed.notification.snoozed_until === ifSnoozedUntil;
  // Cleared at the same moment: what no list shows must not count, and must not come back either.
  return isStillSnoozed && !isSecond ? unsnooze(deps, userId, id, true) : changed;
}

const isCleared = ({ item, recipient }: Found): boolean =>
  item.archived_at !== undefined || item.id <= recipient.cleared_before;

function refuseTime({ item, broadcast }: Found, until: string, nowMs: number): void {
  const refuse = (reason: string) => {
    throw new CallerError('invalid_request', `until ${reason}`, { field: 'until' });
  };
  const aheadSeconds = (Date.parse(until) - nowMs) / 1000;
  if (aheadSeconds < SNOOZE_SECONDS_MIN) refuse(`must be at least ${SNOOZE_SECONDS_MIN} seconds ahead`);
  if (aheadSeconds > SNOOZE_SECONDS_MAX) refuse('must be at most a year ahead');
  // All users share a broadcast's row: it is kept no longer for one of them.
  const endMs = Math.min(
    item.expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(item.expires_at),
    broadcast === undefined ? Number.POSITIVE_INFINITY : broadcast.ttlSeconds * 1000,
  );
  if (Date.parse(until) >= endMs) refuse(`must be before the notification ends, ${toTimestamp(endMs)}`);
}
