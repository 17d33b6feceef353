// What dispatch sends to its own queue: pieces of a request that stand on their own.
import type { NotificationRequest } from '../../protocol/request.ts';

/** One recipient of a request that named many: its own message, so that no recipient waits for another. */
export interface DeliverTask {
  task: 'deliver';
  request_id: string;
  accepted_at_ms: number;
  user_id: string;
  request: NotificationRequest;
}
export type Task = DeliverTask;

/** undefined when the message is no task of ours but an event of the bus. */
export function parseTask(body: string): Task | undefined {
  if (!body.startsWith('{"task":')) return undefined;
  return JSON.parse(body) as Task;
}
