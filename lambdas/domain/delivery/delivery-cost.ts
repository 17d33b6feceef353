// What a request costs when it comes alone, in dollars at list prices: the units that `npm run bench:cost` measures,
// for as many sockets and phones as there are.
import type { UserExplanation } from '../../../protocol/explanation.ts';
import { PRICES } from '../../../protocol/list-prices.ts';

type Units = Partial<Record<keyof typeof PRICES, number>>;

/** AWS bills events and queue requests for each 64 KB begun, sockets for each 32 KB, writes for each 1 KB. */
const EVENT_BYTES = 64 * 1_024;
const MESSAGE_BYTES = 32 * 1_024;
const WRITE_BYTES = 1_024;
const GB = 1_000_000_000;
/** As measured: one invocation of dispatch that stores and sends, and what the queue is asked for one message. */
export const PER_INVOCATION: Units = { sqs_requests: 3, lambda_requests: 1, lambda_gb_seconds: 0.022 };
/** A delivery reads the user, the unread keys and the broadcasts; the index entry of an unread row is a write. */
const READS_PER_USER = 2;
const INDEX_WRITES = 1;
/** As measured: parking a request and its wake-up, beside the delivery. */
const WHEN_SCHEDULED: Units = { dynamodb_wru: 4, dynamodb_rru: 2.7, ...PER_INVOCATION };
/** Its part of the digest's notification is left out: that costs the same however many there are. */
const DIGEST_ENTRY: Units = { dynamodb_wru: 1, dynamodb_rru: 3 };
const QUEUE_DELAY_MAX_MS = 15 * 60_000;
/** As `npm run bench:broadcast` measures it: what a frame to many costs beside its message. */
const PER_FRAME_BESIDES = 0.03e-6;

export interface Billed {
  /** Of the request as JSON. */
  bytes: number;
  isStored: boolean;
  /** How far ahead it is scheduled. */
  aheadMs: number;
}

const begun = (bytes: number, size: number): number => Math.max(1, Math.ceil(bytes / size));

export const dollarsOf = (units: Units): number =>
  Object.entries(units).reduce((sum, [unit, amount]) => sum + amount * PRICES[unit as keyof typeof PRICES], 0);

/** The event and what dispatch does with it before it is delivered. */
export function requestDollars({ bytes, aheadMs }: Billed): number {
  const schedule: Units = aheadMs > QUEUE_DELAY_MAX_MS ? { scheduler_invocations: 1 } : {};
  return (
    dollarsOf({ eventbridge_events: begun(bytes, EVENT_BYTES) }) +
    (aheadMs > 0 ? dollarsOf(WHEN_SCHEDULED) + dollarsOf(schedule) : 0)
  );
}

/** Delivery to one user. */
export function userDollars({ bytes, isStored }: Billed, { outcome, sockets, phones }: UserExplanation): number {
  if (outcome === 'expired') return dollarsOf(PER_INVOCATION);
  if (outcome === 'digested') return dollarsOf({ ...PER_INVOCATION, ...DIGEST_ENTRY });
  const isPushed = outcome === 'pushed' || outcome === 'held' || outcome === 'delivered';
  // A push to a browser costs less than one through SNS; it is counted as one.
  const pushes = isPushed ? phones : 0;
  return (
    dollarsOf({
      ...PER_INVOCATION,
      dynamodb_rru: READS_PER_USER,
      ...(isStored && { dynamodb_wru: begun(bytes, WRITE_BYTES) + INDEX_WRITES }),
      websocket_messages: sockets * begun(bytes, MESSAGE_BYTES),
      data_out_gb: (sockets * bytes) / GB,
      sns_requests: pushes,
      sns_mobile_deliveries: pushes,
    }) + (outcome === 'held' ? dollarsOf(PER_INVOCATION) : 0)
  );
}

/** One frame to every connection of a topic, or of everyone. */
export const fanOutDollars = (bytes: number, connections: number): number =>
  connections * (begun(bytes, MESSAGE_BYTES) * PRICES.websocket_messages + PER_FRAME_BESIDES);
