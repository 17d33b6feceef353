// The fan-out queue's consumer: one partition of a topic's subscribers a message.
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { broadcasts } from '../aws/broadcasts.ts';
import { openTable } from '../aws/clients.ts';
import { connections } from '../aws/connections.ts';
import { inbox } from '../aws/inbox.ts';
import { recipients } from '../aws/recipients.ts';
import { sender } from '../aws/sender.ts';
import { subscriptions } from '../aws/subscriptions.ts';
import type { FanoutTask } from '../domain/deps.ts';
import { type FanOutDeps, fanOut } from '../domain/fan-out.ts';
import { readEnvironment } from '../environment.ts';
import { type BaseDeps, withDeps } from '../start.ts';

export async function fanout(deps: BaseDeps & FanOutDeps, event: SQSEvent): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const record of event.Records) {
    try {
      await fanOut(deps, JSON.parse(record.body) as FanoutTask);
    } catch (error) {
      deps.log.error('fan-out broke off, the queue will hand it out again', error, { message_id: record.messageId });
      deps.metrics.count('retried');
      failed.push(record.messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = withDeps((base): BaseDeps & FanOutDeps => {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL');
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    subscriptions: subscriptions(table, base.clock),
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
  };
}, fanout);
