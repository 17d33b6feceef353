// What must be true of each request, from the words of the specification: who has it, who must not, and where time
// leaves it open.
import type { Observed } from './observed.ts';
import type { RequestOp } from './plan.ts';
import { type Producer, type Sent, usersOf } from './producer.ts';

export interface Expectation extends Sent {
  key: string;
  /** undefined: everyone. */
  users: string[] | undefined;
  /** `may`: a cancellation or its own end came at about the same time as its delivery. */
  delivery: 'must' | 'may' | 'never';
  /** It was cancelled and asked for again under its id: that may be a request of its own. */
  mayRepeat: boolean;
}

/** Our choice: two things nearer to each other than this are at the same time. */
const SAME_TIME_MS = 2_000;

export function expectations(producer: Producer, observed: Observed): Map<string, Expectation> {
  const all = new Map<string, Expectation>();
  for (const [key, sent] of producer.requests) {
    all.set(key, {
      ...sent,
      key,
      users: usersOf(sent.op.audience),
      delivery: deliveryOf(sent, producer, observed),
      mayRepeat: mayRepeat(sent, producer),
    });
  }
  return all;
}

function deliveryOf(sent: Sent, producer: Producer, observed: Observed): Expectation['delivery'] {
  // It may have ended before a retry could store it.
  if (sent.expiresAtMs < Number.POSITIVE_INFINITY) return 'may';
  const id = sent.op.id ?? sent.eventId;
  // What was asked for after the cancellation is a request of its own.
  const cancels = producer.cancels.filter((cancel) => cancel.id === id && cancel.acceptedAtMs >= sent.lastAcceptedAtMs);
  if (cancels.length === 0) return 'must';
  const isScheduled = sent.dueMs - sent.acceptedAtMs > SAME_TIME_MS;
  const isInTime = cancels.some(({ messageIds }) => {
    return messageIds.some((messageId) => (observed.servedAtMs.get(messageId) ?? Infinity) < sent.dueMs - SAME_TIME_MS);
  });
  return isScheduled && isInTime ? 'never' : 'may';
}

const mayRepeat = (sent: Sent, { cancels }: Producer): boolean =>
  cancels.some(({ id, acceptedAtMs }) => {
    return id === sent.op.id && acceptedAtMs >= sent.acceptedAtMs && acceptedAtMs < sent.lastAcceptedAtMs;
  });

export const isKept = ({ op }: { op: RequestOp }): boolean => op.isStored;

export const concerns = (expectation: Expectation, user: string): boolean =>
  expectation.users === undefined || expectation.users.includes(user);

/** A digest, or a summary of what came beyond the limits: it groups requests and is none. */
export const isOfDigest = (title: string): boolean => /^digest | more notifications?$/.test(title);
