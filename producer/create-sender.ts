// Sends requests to the bus from TypeScript: validated as the dispatcher will, batched, retried, with a result for
// each.
import { randomUUID } from 'node:crypto';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DetailType } from '../protocol/detail-type.ts';
import { CallerError } from '../protocol/error-codes.ts';
import { parseEvent } from '../protocol/event.ts';
import type { NotificationRequestInput } from '../protocol/request.ts';
import { EVERYONE } from '../protocol/user-id.ts';
import { inBatches, type Outgoing } from './batches.ts';
import { putWithRetries } from './put-with-retries.ts';

export type { NotificationRequestInput };

/** How `createSender` reaches the bus, and as whom it sends. */
export interface SenderOptions {
  /** The stack's output `EventBusName`. */
  busName: string;
  /**
   * Who sends, such as `orders`: a request's `id` is unique within it.
   * @default 'carillon.sender'
   */
  source?: string;
  /**
   * The SDK's client to send with.
   * @default - one with the environment's Region and credentials
   */
  client?: Pick<EventBridgeClient, 'send'>;
}

/** What became of one request. `id` is the request's: its own, or the one it was given, for `cancel`. */
export type SendResult =
  | { status: 'sent'; id: string; eventId: string }
  /** It would be rejected: nothing was sent. Correct the field. */
  | { status: 'invalid'; id: string; field: string; reason: string }
  /** The bus did not take it in three attempts. Send it again with this `id`: it arrives once. */
  | { status: 'failed'; id: string; code: string; message: string };

type WithoutAudience = Omit<NotificationRequestInput, 'user_id' | 'user_ids' | 'topic'>;

/** Sends requests, signals and withdrawals to the bus. */
export interface Sender {
  /** Throws a CallerError when the request is invalid, and an Error when the bus did not take it. */
  send(request: NotificationRequestInput): Promise<{ id: string; eventId: string }>;
  /** One result for each request, in the same order. Never throws for a request. */
  sendMany(requests: readonly NotificationRequestInput[]): Promise<SendResult[]>;
  /** To every user's inbox. */
  everyone(request: WithoutAudience): Promise<{ id: string; eventId: string }>;
  /** A live-only signal to the topic's subscribers. */
  topic(topic: string, signal: WithoutAudience): Promise<{ id: string; eventId: string }>;
  /** Withdraws a request that waits for its `deliver_at`. Unknown and delivered ones are no error. */
  cancel(id: string): Promise<void>;
  /**
   * Removes what was delivered, from everyone's inbox or from one user's. `id` is the request's or the notification's.
   */
  recall(id: string, userId?: string, orgId?: string): Promise<void>;
  /** Closes every socket of the user, in every organisation; with `orgId`, in that one. */
  logOut(userId: string, orgId?: string): Promise<void>;
}

const SOURCE = 'carillon.sender';

/** A sender for one bus. It connects when it first sends. */
export function createSender({ busName, source = SOURCE, client }: SenderOptions): Sender {
  let made: Promise<Pick<EventBridgeClient, 'send'>> | undefined;
  const clientOf = () => {
    // Loaded on first use: a caller with a client of its own needs no second one.
    made ??= client
      ? Promise.resolve(client)
      : import('@aws-sdk/client-eventbridge').then((sdk) => new sdk.EventBridgeClient({}));
    return made;
  };

  async function sendAll(details: readonly [DetailType, object][]): Promise<SendResult[]> {
    const results: SendResult[] = [];
    const outgoing: Outgoing[] = [];
    for (const [index, [type, given]] of details.entries()) {
      const id = idOf(given);
      const detail = type === 'notification.requested' ? { ...given, id } : given;
      const checked = check(type, detail);
      if ('reason' in checked) results[index] = { status: 'invalid', id, ...checked };
      else outgoing.push({ index, id, type, source, text: checked.text });
    }
    const { batches, tooLarge } = inBatches(outgoing);
    for (const { index, id } of tooLarge) {
      results[index] = { status: 'invalid', id, field: 'detail', reason: 'is larger than one event may be (256 KB)' };
    }
    if (batches.length > 0) {
      const bus = await clientOf();
      for (const batch of batches) {
        for (const [index, result] of await putWithRetries(bus, busName, batch)) results[index] = result;
      }
    }
    return results;
  }

  async function sendOne(type: DetailType, detail: object): Promise<{ id: string; eventId: string }> {
    const [result] = await sendAll([[type, detail]]);
    if (result!.status === 'sent') return { id: result!.id, eventId: result!.eventId };
    if (result!.status === 'invalid') {
      const { field, reason } = result!;
      throw new CallerError('invalid_request', `${field} ${reason}`, { field });
    }
    throw new Error(`The bus ${busName} did not take the event: ${result!.code} ${result!.message}`);
  }

  return {
    send: (request) => sendOne('notification.requested', request),
    sendMany: (requests) => sendAll(requests.map((request) => ['notification.requested', request])),
    everyone: (request) => sendOne('notification.requested', { ...request, user_id: EVERYONE }),
    topic: (topic, signal) => sendOne('notification.requested', { ...signal, topic }),
    async cancel(id) {
      await sendOne('notification.cancelled', { id });
    },
    async recall(id, userId, orgId) {
      const inbox = { ...(userId !== undefined && { user_id: userId }), ...(orgId !== undefined && { org_id: orgId }) };
      await sendOne('notification.recalled', { id, ...inbox });
    },
    async logOut(userId, orgId) {
      await sendOne('user.logged_out', { user_id: userId, ...(orgId !== undefined && { org_id: orgId }) });
    },
  };
}

/** Given to those that have none, so that one that is sent again after a lost reply arrives once. */
function idOf(detail: object): string {
  const { id } = (detail ?? {}) as { id?: unknown };
  return typeof id === 'string' ? id : randomUUID();
}

/** By the dispatcher's own parser. */
function check(type: DetailType, detail: object): { text: string } | { field: string; reason: string } {
  let text: string;
  try {
    text = JSON.stringify(detail);
  } catch (error) {
    return { field: 'detail', reason: `can't be written as JSON: ${(error as Error).message}` };
  }
  const parsed = parseEvent(`{"id":"unsent","detail-type":"${type}","detail":${text}}`);
  return 'rejection' in parsed ? parsed.rejection : { text };
}
