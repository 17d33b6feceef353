// The window of a digest ends: what it holds is delivered as one notification, once.
import { isSeen } from '../model/seen.ts';
import { closeDigest } from '../schedule/close-digest.ts';
import type { DigestEndTask } from '../schedule/task.ts';
import type { Batch } from './batch.ts';
import { type DeliverDeps, type Delivery, deliver } from './deliver.ts';
import { digestRequest } from './digest-notification.ts';
import { RATE_NAME } from './sender-rate.ts';

/** May be repeated: what the window holds is decided once, and its notification has an id made from it. */
export async function endDigest(
  deps: DeliverDeps,
  batch: Batch,
  { user_id: userId, name, number, due_at_ms: dueAtMs }: DigestEndTask,
  { isRedelivery, isLastTry }: Pick<Delivery, 'isRedelivery' | 'isLastTry'>,
): Promise<void> {
  const window = await deps.digests.window(userId, { name, number });
  // It was erased, or another function opened a window that ends later.
  if (window === undefined || window.closes_at_ms > dueAtMs) return;
  const content = await closeDigest(deps, userId, window);
  const [newest] = content.newest;
  if (newest === undefined) return;
  const isSummary = name === RATE_NAME;
  if (isSummary && (await isDealtWith(deps, batch, userId, newest.id))) return;
  await deliver(deps, batch, {
    requestId: `digest ${name} ${number}`,
    acceptedAtMs: window.closes_at_ms,
    userId,
    request: digestRequest(userId, window, content),
    isRedelivery,
    isLastTry,
    isDigest: true,
    isSummary,
  });
}

/** The user has been at the inbox since: it needs no summary. */
async function isDealtWith(deps: DeliverDeps, batch: Batch, userId: string, newestId: string): Promise<boolean> {
  const [stored, recipient] = await Promise.all([deps.inbox.get(userId, newestId), batch.recipient(userId)]);
  return stored === undefined || isSeen(stored, recipient);
}
