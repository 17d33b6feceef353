// Reads from the payload of an invocation what started it: messages of a queue, a frame of a socket, an HTTP request.
import { inboxId } from '../../protocol/inbox-id.ts';
import { parsed } from './call-content.ts';

export interface QueueRecord {
  messageId: string;
  queueArn: string;
  receives: number;
}

export type Trigger =
  | { kind: 'queue'; records: QueueRecord[] }
  | { kind: 'socket'; route: string; connectionId: string; text: string }
  | { kind: 'http'; route: string; inbox: string | undefined; text: string }
  | { kind: 'other'; text: string };

export function triggerOf(event: string): Trigger {
  const payload = parsed(event);
  const records: any[] = Array.isArray(payload?.Records) ? payload.Records : [];
  if (records[0]?.eventSource === 'aws:sqs') {
    return {
      kind: 'queue',
      records: records.map(({ messageId, eventSourceARN, attributes }) => ({
        messageId,
        queueArn: eventSourceARN,
        receives: Number(attributes.ApproximateReceiveCount),
      })),
    };
  }
  const context = payload?.requestContext;
  if (typeof context?.connectionId === 'string' && typeof context.routeKey === 'string') {
    const { routeKey: route, connectionId } = context;
    return { kind: 'socket', route, connectionId, text: String(payload.body ?? '') };
  }
  if (typeof payload?.routeKey === 'string') {
    const { sub: userId, org_id: orgId } = context?.authorizer?.jwt?.claims ?? {};
    return {
      kind: 'http',
      route: payload.routeKey,
      inbox: typeof userId === 'string' ? inboxId(userId, typeof orgId === 'string' ? orgId : undefined) : undefined,
      text: `${payload.rawPath} ${payload.body ?? ''}`,
    };
  }
  return { kind: 'other', text: event };
}

/** The messages of a batch that stay on the queue. */
export function failedMessages(records: QueueRecord[], result: { payload?: string; error?: unknown }): Set<string> {
  if (result.error) return new Set(records.map(({ messageId }) => messageId));
  const failures: unknown = parsed(result.payload ?? '')?.batchItemFailures;
  if (!Array.isArray(failures)) return new Set();
  return new Set(failures.map((failure) => String(failure?.itemIdentifier)));
}
