// Whether an explanation of today says what the audit trail says of then.
import type { Explanation, UserExplanation } from '../protocol/explanation.ts';
import type { RequestStatus, StoredOutcome } from '../protocol/user-data.ts';

/** What was recorded, with the explanations that mean the same. */
const SAME: Record<StoredOutcome, readonly UserExplanation['outcome'][]> = {
  // The row does not say which of the two it was.
  sent: ['delivered', 'pushed'],
  pushed: ['delivered', 'pushed', 'held'],
  // It was tried.
  failed: ['delivered', 'pushed'],
  held: ['held'],
  muted: ['muted'],
  rate_limited: ['rate_limited'],
  inbox: ['inbox'],
};

export interface Difference {
  user_id: string;
  was: string;
  would_be: string;
  reason: string;
}

export interface Compared {
  same: number;
  /** Nothing was recorded of these, or it is not kept any more. */
  unknown: number;
  differences: Difference[];
}

export type Recorded = Pick<RequestStatus, 'state'> & {
  notification: { outcome: StoredOutcome } | null;
};

/** Of an explanation. */
export interface Explained extends Pick<Explanation, 'outcome' | 'reason'> {
  users: Pick<UserExplanation, 'user_id' | 'outcome' | 'reason'>[];
}

/** `recorded`: by user; undefined where nothing is known of the request. */
export function compare(explanation: Explained, recorded: ReadonlyMap<string, Recorded | undefined>): Compared {
  const compared: Compared = { same: 0, unknown: 0, differences: [] };
  for (const [userId, status] of recorded) {
    const explained = explanation.users.find((user) => user.user_id === userId);
    const was = status && (status.notification?.outcome ?? (status.state === 'rejected' ? 'rejected' : undefined));
    if (was === undefined) {
      compared.unknown++;
      continue;
    }
    const wouldBe = explained?.outcome ?? explanation.outcome;
    if (was === 'rejected' ? wouldBe === 'rejected' : (SAME[was] as readonly string[]).includes(wouldBe)) {
      compared.same++;
      continue;
    }
    const reason = explained?.reason ?? explanation.reason;
    compared.differences.push({ user_id: userId, was, would_be: wouldBe, reason });
  }
  return compared;
}

/**
 * The request as if it were sent now: what was to come then is not past, and what it waited for, its time or its user,
 * is not awaited.
 */
export function asOfNow(request: Record<string, unknown>, sentAtMs: number, nowMs: number): Record<string, unknown> {
  const { deliver_at: deliverAt, deliver_when: _, expires_at: expiresAt, ...rest } = request;
  if (expiresAt === undefined) return rest;
  if (typeof expiresAt !== 'string' || Number.isNaN(Date.parse(expiresAt))) return { ...rest, expires_at: expiresAt };
  const dueAtMs = typeof deliverAt === 'string' ? Math.max(sentAtMs, Date.parse(deliverAt) || 0) : sentAtMs;
  return { ...rest, expires_at: new Date(Date.parse(expiresAt) - dueAtMs + nowMs).toISOString() };
}
