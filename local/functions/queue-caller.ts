// What an event source mapping asks of its queue, as the function's role.
import type { Gate } from '../gate.ts';
import type { Principal } from '../iam/principal.ts';
import type { Meter } from '../meter.ts';
import type { ReceivedMessage } from '../sqs/stored-message.ts';
import type { Mapping } from './queue-mapping.ts';

/** AWS's most per receive or delete call. */
export const MAX_PER_CALL = 10;
/** One request is billed for each 64 KB begun. https://aws.amazon.com/sqs/pricing/ */
const BYTES_PER_REQUEST = 64 * 1024;

export interface QueueCaller {
  check(): Promise<unknown>;
  receive(): Promise<ReceivedMessage[]>;
  remove(messages: ReceivedMessage[]): Promise<unknown>;
}

export interface QueueCallerDeps {
  gate: Gate;
  meter: Meter;
  /** A function acting by its role, as its own SDK calls do. */
  principalOf(functionArn: string): Principal;
}

/** A missing permission or a fault applies as on AWS. */
export function queueCaller(
  { queue, functionArn, batchSize }: Mapping,
  { gate, meter, principalOf }: QueueCallerDeps,
): QueueCaller {
  const who = principalOf(functionArn);
  const call = <T>(operation: string, action: string, run: () => T | Promise<T>): Promise<T> =>
    gate.call({
      who,
      service: 'sqs',
      operation,
      permissions: [{ action: `sqs:${action}`, resource: queue.arn, resourcePolicy: queue.resourcePolicy }],
      run: async () => run(),
    });
  const receiveOnce = (max: number) =>
    call('ReceiveMessage', 'ReceiveMessage', async () => {
      const messages = await queue.receive({ max, waitSeconds: 0 });
      const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
      meter.add('sqs_requests', Math.max(1, Math.ceil(bytes / BYTES_PER_REQUEST)), 'sqs:ReceiveMessage');
      return messages;
    });
  return {
    check: () => call('GetQueueAttributes', 'GetQueueAttributes', () => queue.attributes()),
    async receive() {
      const messages: ReceivedMessage[] = [];
      while (messages.length < batchSize && queue.available > 0) {
        const more = await receiveOnce(Math.min(MAX_PER_CALL, batchSize - messages.length));
        if (more.length === 0) break;
        messages.push(...more);
      }
      return messages;
    },
    remove: (messages) =>
      call('DeleteMessageBatch', 'DeleteMessage', () => {
        for (const { receiptHandle } of messages) queue.delete(receiptHandle);
        meter.add('sqs_requests', 1, 'sqs:DeleteMessageBatch');
      }),
  };
}
