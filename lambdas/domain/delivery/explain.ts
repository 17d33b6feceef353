// What a request would do, to whom and why: the decisions of a delivery without the delivery. Sends and writes nothing.
import { parseRequest, withoutNulls } from '../../../protocol/event.ts';
import type { Explanation, UserExplanation } from '../../../protocol/explanation.ts';
import { userOfInbox } from '../../../protocol/inbox-id.ts';
import { EXPLAINED_USERS_MAX } from '../../../protocol/limits.ts';
import { OUTCOME_REASONS } from '../../../protocol/outcome-words.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC, ownerOf } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { UNREAD_KEYS_MAX } from '../inbox/unread-count.ts';
import { type AddressedRequest, addressed } from '../model/addressed-request.ts';
import { hasExpired } from '../model/expiry.ts';
import { forEachBounded } from '../model/for-each-bounded.ts';
import { notificationId } from '../model/notification-id.ts';
import { hasEnded, isPresent, type Recipient } from '../model/recipient.ts';
import { unreadFloor } from '../model/watermark.ts';
import { isOpen } from '../schedule/digest.ts';
import { audienceOf } from '../schedule/request-key.ts';
import { WAIT_MAX_MS } from '../schedule/send-later.ts';
import { lastCount } from '../sockets/count-audience.ts';
import { type Decision, decide, isPushDue } from './decide.ts';
import { type Billed, fanOutDollars, requestDollars, userDollars } from './delivery-cost.ts';
import { digestWanted } from './digest-wanted.ts';
import type { Deps } from './ports.ts';
import { wouldBeOverRate } from './sender-rate.ts';

export type ExplainDeps = Pick<
  Deps,
  'clock' | 'recipients' | 'inbox' | 'rateSlots' | 'requests' | 'audience' | 'inboxRules' | 'digests' | 'limits'
>;

/** Our choice: users looked at at once. */
const AT_ONCE = 10;

export async function explain(deps: ExplainDeps, sent: Record<string, unknown>, source?: string): Promise<Explanation> {
  const parsed = parseRequest(withoutNulls(sent));
  const inInboxes = 'rejection' in parsed ? parsed : addressed(parsed.request, deps.inboxRules);
  if ('rejection' in inInboxes) {
    const { field, reason } = inInboxes.rejection;
    return { ...NOTHING, outcome: 'rejected', field, reason: `${field} ${reason}. ${OUTCOME_REASONS.rejected}` };
  }
  const { request } = inInboxes;
  if (await isDuplicate(deps, request, source))
    return { ...NOTHING, outcome: 'duplicate', reason: OUTCOME_REASONS.duplicate };

  const nowMs = deps.clock.now();
  const deliverAtMs = request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at);
  const isScheduled = deliverAtMs - nowMs > WAIT_MAX_MS;
  const atMs = Math.max(nowMs, deliverAtMs);
  const bytes = Buffer.byteLength(JSON.stringify({ ...request, user_ids: undefined }));
  const billed: Billed = { bytes, isStored: request.store, aheadMs: isScheduled ? deliverAtMs - nowMs : 0 };
  const whole = { ...NOTHING, ...timeOf(request, isScheduled, atMs) };
  const base = requestDollars({ ...billed, bytes: Buffer.byteLength(JSON.stringify(sent)) });
  const topic = fanOutTopicOf(request);
  if (topic !== undefined && whole.outcome !== 'expired') {
    const { users, connections } = await lastCount(deps, topic);
    return { ...whole, recipients: users, connections, dollars: base + fanOutDollars(bytes, connections) };
  }
  const userIds = topic === undefined ? usersOf(request) : [];
  const shown = userIds.slice(0, EXPLAINED_USERS_MAX);
  const found = new Map<string, UserExplanation>();
  await forEachBounded(shown, AT_ONCE, async (userId) => {
    found.set(userId, await explainUser(deps, userId, request, atMs));
  });
  const users = shown.map((userId) => found.get(userId)!);
  const ofShown = users.reduce((sum, user) => sum + userDollars(billed, user), 0);
  return {
    ...whole,
    recipients: userIds.length,
    connections: users.reduce((sum, { sockets }) => sum + sockets, 0),
    users,
    // The others as those that were looked at.
    dollars: base + (users.length === 0 ? 0 : (ofShown / users.length) * userIds.length),
  };
}

const NOTHING = { field: null, deliver_at: null, recipients: 0, connections: 0, users: [], dollars: 0 };

function timeOf(
  request: NotificationRequest,
  isScheduled: boolean,
  atMs: number,
): Pick<Explanation, 'outcome' | 'reason' | 'deliver_at'> {
  if (isScheduled) return { outcome: 'scheduled', reason: OUTCOME_REASONS.scheduled, deliver_at: toTimestamp(atMs) };
  if (hasExpired(request, atMs)) return { outcome: 'expired', reason: OUTCOME_REASONS.expired, deliver_at: null };
  return { outcome: 'dispatched', reason: 'It is dispatched at once.', deliver_at: null };
}

/** The topic whose subscribers are served; undefined where it is delivered user by user. */
function fanOutTopicOf({ topic, user_id: userId }: NotificationRequest): string | undefined {
  if (userId === EVERYONE) return GLOBAL_TOPIC;
  return topic !== undefined && ownerOf(topic) === undefined ? topic : undefined;
}

function usersOf({ topic, user_id: userId, user_ids: userIds = [] }: NotificationRequest): string[] {
  if (topic !== undefined) return [ownerOf(topic)!];
  return userId === undefined ? [...new Set(userIds)] : [userId];
}

async function isDuplicate(deps: ExplainDeps, request: NotificationRequest, source?: string): Promise<boolean> {
  if (source === undefined || request.id === undefined) return false;
  const known = await deps.requests.state({ source, id: request.id, audience: audienceOf(request) });
  // A request accepted after a cancellation is a new one.
  return known !== undefined && known.state !== 'cancelled';
}

async function explainUser(
  deps: ExplainDeps,
  userId: string,
  request: AddressedRequest,
  atMs: number,
): Promise<UserExplanation> {
  const recipient = await deps.recipients.load(userId, { consistent: true });
  // What is open now is taken to be open then.
  const connections = recipient.connections.filter((connection) => !hasEnded(connection, deps.clock.now()));
  const { deliver_when: when } = request;
  const isAbsent = when !== undefined && !isPresent(connections, atMs);
  if (isAbsent && Date.parse(when.until) > atMs)
    return { ...withheld(userId, 'waiting'), held_until: toTimestamp(Date.parse(when.until)) };
  if (isAbsent && when.otherwise === 'drop') return withheld(userId, 'expired');
  const absent = isAbsent && when.otherwise !== 'drop' ? when.otherwise : undefined;
  const decision = decide({ ...recipient, connections }, request, atMs, absent);
  const digestedUntilMs =
    decision.outcome === 'expired' || decision.isMuted
      ? undefined
      : await digestedUntil(deps, recipient, request, atMs);
  if (digestedUntilMs !== undefined)
    return { ...withheld(userId, 'digested'), digested_until: toTimestamp(digestedUntilMs) };
  const isOpen = decision.sockets.length + decision.devices.length > 0;
  if (isOpen && request.store && !decision.isCritical && decision.outcome !== 'expired') {
    const keys = await deps.inbox.unreadKeys(userId, unreadFloor(recipient.watermarks), UNREAD_KEYS_MAX + 1);
    const id = notificationId(atMs, 'explain', userId);
    const limited = { id, notification_type: request.notification_type };
    if (await wouldBeOverRate(deps, userId, limited, keys)) return withheld(userId, 'rate_limited');
  }
  return explanationOf(userId, decision, request.store);
}

/** undefined: it is delivered by itself. */
async function digestedUntil(
  deps: ExplainDeps,
  { user_id: userId, preferences }: Recipient,
  request: NotificationRequest,
  atMs: number,
): Promise<number | undefined> {
  const wanted = digestWanted(preferences, request, atMs);
  if (wanted === undefined) return undefined;
  const [newest] = await deps.digests.newest(userId, wanted.name, 1);
  if (newest !== undefined && isOpen(newest, atMs)) return newest.closes_at_ms;
  return wanted.isLeading ? undefined : wanted.closesAtMs;
}

const withheld = (userId: string, outcome: UserExplanation['outcome']): UserExplanation => ({
  user_id: userOfInbox(userId),
  outcome,
  reason: OUTCOME_REASONS[outcome],
  sockets: 0,
  phones: 0,
  held_until: null,
  digested_until: null,
});

function explanationOf(userId: string, decision: Decision, isStored: boolean): UserExplanation {
  const { outcome, sockets, devices, heldUntilMs } = decision;
  const reached = { ...withheld(userId, outcome), sockets: outcome === 'delivered' ? sockets.length : 0 };
  const isPushed = isStored && reachesPhones(decision);
  if (!isPushed) return reached;
  const phones = devices.length;
  if (outcome === 'held')
    return { ...reached, phones, held_until: heldUntilMs === undefined ? null : toTimestamp(heldUntilMs) };
  const reason = outcome === 'delivered' ? OUTCOME_REASONS.delivered_and_pushed : reached.reason;
  return { ...reached, phones, reason };
}

function reachesPhones(decision: Decision): boolean {
  const { outcome, devices } = decision;
  if (devices.length === 0 || (outcome !== 'delivered' && outcome !== 'pushed' && outcome !== 'held')) return false;
  return isPushDue(decision, outcome === 'delivered');
}
