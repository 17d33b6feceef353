// What the smoke test does with the stack: signed REST calls, PutEvents, and counting what is left in its queues.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsConfig } from './aws-config.ts';
import type { Outputs } from './find-stack.ts';
import { answerOf, signedCall } from './signed-call.ts';

const WITHIN_MS = 15_000;
const QUEUES = ['rejected', 'dead_letter', 'undelivered'] as const;

export function smokeStack(outputs: Outputs) {
  const events = new EventBridgeClient(awsConfig(outputs));
  const sqs = new SQSClient(awsConfig(outputs));

  const signed = signedCall(outputs);
  const call = async (method: string, path: string, body?: object): Promise<any> =>
    body ? signed(method, path, body) : answerOf(await fetchWithin(method, path), `${method} ${path}`);
  const fetchWithin = (method: string, path: string) =>
    fetch(new URL(outputs.http_url!.replace(/\/$/, '') + path), { method, signal: AbortSignal.timeout(WITHIN_MS) });

  return {
    health: () => call('GET', '/health'),
    async ticket(userId: string): Promise<{ url: string; ticket: string }> {
      const { ws_url: url, ticket } = await call('POST', '/internal/tickets', { user_id: userId });
      if (typeof url !== 'string' || typeof ticket !== 'string') throw new Error('The answer holds no ticket.');
      return { url, ticket };
    },
    async send(details: object[]): Promise<void> {
      const { FailedEntryCount, Entries = [] } = await events.send(
        new PutEventsCommand({
          Entries: details.map((detail) => ({
            EventBusName: outputs.event_bus_name!,
            Source: 'carillon.smoke',
            DetailType: 'notification.requested',
            Detail: JSON.stringify(detail),
          })),
        }),
      );
      const failed = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
      if (FailedEntryCount)
        throw new Error(`PutEvents refused the event: ${failed?.ErrorCode} ${failed?.ErrorMessage}`);
    },
    /** What the queues for failures hold now; a queue that can't be read says so. */
    async failures(): Promise<string> {
      const counts = await Promise.all(
        QUEUES.map(async (name) => {
          const QueueUrl = outputs[`${name}_queue_url`];
          if (QueueUrl === undefined) return `${name}: unknown`;
          const AttributeNames = ['ApproximateNumberOfMessages' as const];
          return sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })).then(
            ({ Attributes }) => `${name}: ${Attributes?.ApproximateNumberOfMessages ?? 'unknown'}`,
            (error: unknown) => `${name}: not readable (${(error as Error).name})`,
          );
        }),
      );
      return counts.join(', ');
    },
    /** Calls that IAM refused, on the local runtime only. */
    async denied(): Promise<string[]> {
      if (outputs.is_local !== 'true') return [];
      const calls: any[] = await call('GET', '/_local/calls?allowed=false&limit=20');
      return [...new Set(calls.map((one) => `${one.function} may not ${one.service}:${one.operation}`))];
    },
    close() {
      events.destroy();
      sqs.destroy();
    },
  };
}
