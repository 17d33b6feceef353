// The dispatch queue's consumer: each message by itself, one user's in order, a failed one alone tried again.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { broadcasts } from '../aws/broadcasts.ts';
import { openTable } from '../aws/clients.ts';
import { connections } from '../aws/connections.ts';
import { inbox } from '../aws/inbox.ts';
import { fanoutQueue, openQueues, rejectedQueue, taskQueue } from '../aws/queues.ts';
import { recipients } from '../aws/recipients.ts';
import { requests } from '../aws/requests.ts';
import { sender } from '../aws/sender.ts';
import { newBatch } from '../domain/batch.ts';
import { type DispatchDeps, dispatchMessage } from '../domain/dispatch-message.ts';
import { readEnvironment } from '../environment.ts';
import { type BaseDeps, withDeps } from '../start.ts';

type HandlerDeps = BaseDeps & DispatchDeps & { retentionDays: number };

export async function dispatch(deps: HandlerDeps, event: SQSEvent): Promise<SQSBatchResponse> {
  const batch = newBatch(deps, deps.retentionDays);
  const failed: string[] = [];
  const serve = async (record: SQSRecord) => {
    try {
      await dispatchMessage(deps, batch, {
        body: record.body,
        sentAtMs: Number(record.attributes.SentTimestamp),
        receiveCount: Number(record.attributes.ApproximateReceiveCount),
      });
    } catch (error) {
      deps.log.error('message failed, the queue will hand it out again', error, { message_id: record.messageId });
      deps.metrics.count('retried');
      failed.push(record.messageId);
    }
  };
  await Promise.all(inLanes(event.Records).map(async (lane) => {
    for (const record of lane) await serve(record);
  }));
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Messages that name the same user follow one another, so that each frame's unread count knows of the one before. */
function inLanes(records: SQSRecord[]): SQSRecord[][] {
  const lanes = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const lane = /"user_id":\s*"([^"]+)"/.exec(record.body)?.[1] ?? record.messageId;
    lanes.set(lane, [...(lanes.get(lane) ?? []), record]);
  }
  return [...lanes.values()];
}

export const handler = withDeps((base): HandlerDeps => {
  const env = readEnvironment(
    ...(['TABLE_NAME', 'CALLBACK_URL', 'DISPATCH_QUEUE_URL', 'REJECTED_QUEUE_URL', 'FANOUT_QUEUE_URL', 'RETENTION_DAYS'] as const),
  );
  const table = openTable(env.TABLE_NAME);
  const queues = openQueues();
  return {
    ...base,
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    requests: requests(table),
    sender: sender(env.CALLBACK_URL),
    tasks: taskQueue(queues, env.DISPATCH_QUEUE_URL),
    rejected: rejectedQueue(queues, env.REJECTED_QUEUE_URL),
    fanout: fanoutQueue(queues, env.FANOUT_QUEUE_URL),
    retentionDays: Number(env.RETENTION_DAYS),
  };
}, dispatch);
