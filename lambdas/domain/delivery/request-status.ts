// How far a request has come, and what happened to it in one user's inbox.
import { CallerError } from '../../../protocol/error-codes.ts';
import { inboxOwner } from '../../../protocol/inbox-id.ts';
import { OUTCOME_REASONS } from '../../../protocol/outcome-words.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { RequestStatus, StoredOutcome } from '../../../protocol/user-data.ts';
import { firstKeyAt, idTimeMs, momentKey, notificationId } from '../model/notification-id.ts';
import { HELD, MUTED, RATE_LIMITED, type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { memberIdOf } from '../schedule/digest.ts';
import type { KnownRequest } from '../schedule/ports.ts';
import { seedsOf } from '../schedule/request-key.ts';
import type { Deps } from './ports.ts';

type StatusDeps = Pick<Deps, 'requests' | 'history' | 'userStates' | 'recipients' | 'clock' | 'digests'>;
type Id = { source: string; id: string };

/** Our choices: among so many of the user's newest notifications it is looked for. */
const PAGES_MAX = 20;
const PAGE_ITEMS = 100;
/** Of what is filed late, the id is from the time of filing. */
const LONGEST_AHEAD_MS = 24 * 60 * 60 * 1000;

export async function readRequestStatus(deps: StatusDeps, id: Id, userId?: string): Promise<RequestStatus> {
  const [known, rejection] = await Promise.all([deps.requests.ofId(id), deps.requests.rejection(id)]);
  const seeds = seedsOf(id, known);
  const notification = userId === undefined ? null : await findNotification(deps, seeds, userId);
  const digest = userId === undefined || notification ? null : await digestOf(deps, seeds, userId);
  if (known.length === 0 && !rejection && !notification && !digest) {
    throw new CallerError(
      'not_found',
      'Nothing is known of this request: it is still on its way, or it had no id of its own and was delivered, or it is ' +
        'older than 14 days. With user_id, that user’s newest notifications are searched.',
    );
  }
  const audiences = known.map(audienceView);
  const states = audiences.map(({ state }) => state);
  const [state = rejection ? 'rejected' : 'delivered'] = ORDER.filter((one) => states.includes(one));
  return {
    ...id,
    // What was dispatched at once keeps no state of its own: the user's inbox says that it was delivered.
    state: digest ? 'digested' : state === 'accepted' && notification ? 'delivered' : state,
    audiences,
    rejection: rejection
      ? { field: rejection.field, reason: rejection.reason, rejected_at: toTimestamp(rejection.rejected_at_ms) }
      : null,
    digest,
    notification,
  };
}

async function digestOf(deps: StatusDeps, seeds: readonly string[], userId: string): Promise<RequestStatus['digest']> {
  for (const seed of seeds) {
    const window = await deps.digests.holding(userId, memberIdOf(seed, userId));
    if (window === undefined) continue;
    const state = window.closing_at_ms === undefined ? 'waiting' : 'sent';
    return { state, closes_at: toTimestamp(window.closes_at_ms) };
  }
  return null;
}

const ORDER = ['parked', 'accepted', 'delivered', 'cancelled'] as const;

function audienceView({ audience, ...known }: KnownRequest & { audience: string }): RequestStatus['audiences'][number] {
  const { accepted_at_ms, deliver_at_ms, cancelled_at_ms } = known;
  const { user_id: shown, ...inOrganisation } = inboxOwner(audience);
  return {
    audience: shown,
    ...inOrganisation,
    state: known.state ?? 'accepted',
    accepted_at: toTimestamp(accepted_at_ms),
    deliver_at: deliver_at_ms === undefined ? null : toTimestamp(deliver_at_ms),
    cancelled_at: cancelled_at_ms === undefined ? null : toTimestamp(cancelled_at_ms),
  };
}

/** An id is a time and a hash of request and user: the hash is the same at every time. */
async function findNotification(
  deps: StatusDeps,
  seeds: readonly string[],
  userId: string,
): Promise<RequestStatus['notification']> {
  const wanted = new Set(seeds.map((seed) => hashPart(notificationId(0, seed, userId))));
  let before = momentKey(deps.clock.now() + LONGEST_AHEAD_MS);
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const slice = await deps.history.own(userId, { after: firstKeyAt(0), before }, PAGE_ITEMS);
    const found = slice.items.find((item) => wanted.has(hashPart(item.id)));
    if (found) return auditTrail(deps, userId, found);
    if (slice.lookedDownTo === undefined) return null;
    before = slice.lookedDownTo;
  }
  return null;
}

async function auditTrail(deps: StatusDeps, userId: string, stored: StoredNotification) {
  const { watermarks } = await deps.recipients.load(userId);
  const { cleared_before: clearedBefore } = await deps.userStates.read(userId);
  const shown = toNotification(stored, userId, watermarks, clearedBefore);
  const outcome = outcomeOf(stored);
  return {
    id: stored.id,
    outcome,
    reason: OUTCOME_REASONS[outcome],
    stored_at: toTimestamp(idTimeMs(stored.id)),
    sent_at: shown.sent_at,
    pushed_at: stored.pushed_at ?? null,
    acknowledged_at: shown.acknowledged_at,
    read_at: shown.read_at,
    archived: shown.is_archived,
    retry_count: shown.retry_count,
    error_count: shown.error_count,
    last_error: shown.last_error,
    is_processed: shown.is_processed,
  };
}

/** The row does not say which of the two took it first: `sent` is a socket or a push. */
function outcomeOf(stored: StoredNotification): StoredOutcome {
  const { last_error: lastError, pushed_at: pushedAt, sent_at: sentAt } = stored;
  if (lastError === MUTED || lastError === HELD || lastError === RATE_LIMITED) return lastError;
  if (sentAt !== undefined) return pushedAt === undefined ? 'sent' : 'pushed';
  return lastError === undefined ? 'inbox' : 'failed';
}

/** Without the 48 bits of the time and the version. */
const hashPart = (id: string): string => id.slice(15);
