// Messages of the fan-out queue: a frame for one segment of a topic's subscribers, or for sockets that refused it
// before.
import type { Priority } from '../../../protocol/priority.ts';
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import type { Subject } from '../model/muting.ts';
import { toNotification } from '../model/stored-notification.ts';
import { HASH_SPACE } from '../model/user-hash.ts';
import type { OpenConnection } from '../sockets/ports.ts';
import { hashesOf, type Segment } from '../sockets/segments.ts';

/** A segment, or what of it is left after a position. */
export interface FanoutRange extends Segment {
  after?: string;
}

/** The same bytes for every socket, and what decides who wants them. */
export interface FanoutContent extends Subject {
  frame: ServerFrame;
  priority?: Priority | undefined;
  expires_at?: string | undefined;
}

export function fanoutContent(
  frame: ServerFrame,
  { notification_type, topic, group_id, priority, expires_at }: Omit<FanoutContent, 'frame'>,
): FanoutContent {
  return {
    frame,
    notification_type,
    ...(topic !== undefined && { topic }),
    ...(group_id !== undefined && { group_id }),
    ...(priority !== undefined && { priority }),
    ...(expires_at !== undefined && { expires_at }),
  };
}

interface Shared {
  fanout_id: string;
  content: FanoutContent;
  /** Messages that led to this one: Lambda stops a chain of more than 16 invocations (AWS limit). */
  hops: number;
}
export interface SegmentTask extends Shared {
  task: 'segment';
  range: FanoutRange;
}
export interface RetryTask extends Shared {
  task: 'retry';
  /** Names this retry among the parts of the fan-out. */
  part: string;
  round: number;
  connections: OpenConnection[];
}
export type FanoutTask = SegmentTask | RetryTask;

export const partName = ({ partition, low, high, after }: FanoutRange): string =>
  [partition, low, high, ...(after === undefined ? [] : [after])].join('/');

/** Throws for a message that is none of ours: the queue keeps it for its dead-letter queue. */
export function parseFanoutTask(body: string): FanoutTask {
  const task = JSON.parse(body);
  if (task.task === 'segment' || task.task === 'retry') return task;
  if (typeof task.partition === 'string' && typeof task.content === 'object') return formerTask(task);
  throw new Error('This message is no fan-out task.');
}

/**
 * A message of the version before that was waiting during an upgrade: `TOPIC#{topic}` or
 * `TOPIC#global_notifications#{number}`.
 */
function formerTask({ fanout_id, partition, content }: any): SegmentTask {
  const name: string = partition.replace(/^TOPIC#/, '');
  const range = { partition: name, ...(name.startsWith(GLOBAL_TOPIC) ? hashesOf(name) : { low: 0, high: HASH_SPACE }) };
  const { event, broadcast } = content;
  const frame: ServerFrame = event
    ? { id: fanout_id, ...event }
    : { type: 'notification', notification: toNotification(broadcast, EVERYONE, []) };
  const { notification_type = event?.event_type, priority, expires_at } = broadcast ?? {};
  return { task: 'segment', fanout_id, range, hops: 0, content: { frame, notification_type, priority, expires_at } };
}
