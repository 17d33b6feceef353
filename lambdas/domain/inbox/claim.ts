// One notification that several users were sent, and one of them takes: by one conditional write to one row.
import type { Claim, ClaimHolder } from '../../../protocol/claim.ts';
import { CallerError } from '../../../protocol/error-codes.ts';
import { userOfInbox } from '../../../protocol/inbox-id.ts';
import type { Notification } from '../../../protocol/notification.ts';
import type { ClaimFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { forEachBounded } from '../model/for-each-bounded.ts';
import { type CloseDeps, withoutEnded } from '../sockets/close-sockets.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { ClaimState, Deps } from './ports.ts';

export type ClaimDeps = CloseDeps & Pick<Deps, 'claims' | 'inbox' | 'recipients'>;

/** Our choice: users notified at once. */
const NOTIFIED_AT_ONCE = 20;

/** Who holds it after this call: the caller, or who was first. Claiming again begins its time anew. */
export async function claim(deps: ClaimDeps, userId: string, notificationId: string): Promise<Claim> {
  const { id, seconds } = await claimOf(deps, userId, notificationId);
  const audience = await audienceOf(deps, id);
  const nowMs = deps.clock.now();
  const holder = { user_id: userId, claimed_at: toTimestamp(nowMs), expires_at: toTimestamp(nowMs + seconds * 1000) };
  const state = await deps.claims.take(id, holder, audience.ttl_seconds);
  const after = claimView(id, seconds, state, nowMs);
  if (state.holder?.user_id === userId) await announce(deps, audience.user_ids, after);
  return after;
}

/** Nothing changes where another user holds it, or nobody. */
export async function releaseClaim(deps: ClaimDeps, userId: string, notificationId: string): Promise<Claim> {
  const { id, seconds } = await claimOf(deps, userId, notificationId);
  const released = await deps.claims.release(id, userId);
  const state = released ?? (await deps.claims.states([id])).get(id);
  const after = claimView(id, seconds, state, deps.clock.now());
  if (released) await announce(deps, (await audienceOf(deps, id)).user_ids, after);
  return after;
}

/** The notifications with who holds them; reads nothing where none can be claimed. */
export async function withClaims(
  deps: Pick<Deps, 'claims' | 'clock'>,
  notifications: Notification[],
): Promise<Notification[]> {
  const ids = [...new Set(notifications.flatMap((notification) => notification.claim?.id ?? []))];
  if (ids.length === 0) return notifications;
  const states = await deps.claims.states(ids);
  const nowMs = deps.clock.now();
  return notifications.map((notification) => {
    if (notification.claim === undefined) return notification;
    const { id, expires_seconds: seconds } = notification.claim;
    return { ...notification, claim: claimView(id, seconds, states.get(id), nowMs) };
  });
}

/** An error where another user holds it, for callers that can't be answered with a frame. */
export function refuseHeld(found: Claim, userId: string): void {
  if (!found.holder || found.holder.user_id === userOfInbox(userId)) return;
  const { user_id: holder, expires_at: until } = found.holder;
  throw new CallerError('already_claimed', `${holder} has claimed it until ${until}. Try again after that.`);
}

function claimView(id: string, seconds: number, state: ClaimState | undefined, nowMs: number): Required<Claim> {
  const { version = 0, holder } = state ?? {};
  const isHeld = holder !== undefined && !hasLapsed(holder, nowMs);
  // All who may claim it are of one organisation.
  const shown = isHeld ? { ...holder, user_id: userOfInbox(holder.user_id) } : null;
  return { id, expires_seconds: seconds, version, holder: shown };
}

export const hasLapsed = ({ expires_at: expiresAt }: ClaimHolder, nowMs: number): boolean =>
  expiresAt <= toTimestamp(nowMs);

async function claimOf(deps: ClaimDeps, userId: string, notificationId: string) {
  const stored = await deps.inbox.get(userId, notificationId);
  if (stored === undefined || stored.recalled_at !== undefined || stored.recalls !== undefined)
    throw new CallerError('not_found', 'There is no such notification.');
  const { claim_id: id, claim_seconds: seconds } = stored;
  if (id === undefined || seconds === undefined)
    throw new CallerError('conflict', 'This notification cannot be claimed: its request has no claim.');
  return { id, seconds };
}

async function audienceOf(deps: ClaimDeps, id: string) {
  const audience = await deps.claims.audience(id);
  if (audience === undefined) throw new CallerError('not_found', 'The claim of this notification is no longer kept.');
  return audience;
}

/** Never fails the change it reports: that is stored already, and every list has it. */
async function announce(deps: ClaimDeps, userIds: readonly string[], changed: Claim): Promise<void> {
  const frame: ClaimFrame = { type: 'claim', claim: changed };
  try {
    await forEachBounded(userIds, NOTIFIED_AT_ONCE, async (userId) => {
      const live = await withoutEnded(deps, await deps.recipients.connections(userId));
      await sendToConnections(deps, live, frame);
    });
  } catch (error) {
    deps.log.error('not every recipient was notified of a claim', error);
  }
}
