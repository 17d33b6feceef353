// What functions send to the dispatch queue: pieces of a request that stand on their own, and reminders to ourselves.
import type { AddressedRequest } from '../model/addressed-request.ts';

/** One of several requests that came in one event. */
export interface RequestTask {
  task: 'request';
  source: string;
  /** The event's id and the request's place in it. */
  event_id: string;
  accepted_at_ms: number;
  request: AddressedRequest;
}
/** One recipient of a request that named many: its own message, so that no recipient waits for another. */
export interface DeliverTask {
  task: 'deliver';
  source: string;
  request_id: string;
  accepted_at_ms: number;
  user_id: string;
  /** Absent where it is large: then it is stored once, under this audience. */
  request?: AddressedRequest;
  audience?: string;
  /** The audience, where ids of notifications are made from it too. */
  among?: string;
  /** Of a request with a claim: the same for every recipient. */
  claim_id?: string;
}
/** A parked request's time has come. It carries only the key: what, to whom and how is decided then. */
export interface WakeTask {
  task: 'wake';
  source: string;
  request_id: string;
  audience: string;
  accepted_at_ms: number;
  due_at_ms: number;
  /** The sweep sent it: an earlier wake-up was lost, or broke off somewhere. */
  is_overdue?: boolean;
}
/** Every quarter of an hour: are there parked requests whose wake-up was lost? */
export interface SweepTask {
  task: 'sweep';
}
/** Has the user acknowledged? `attempt` 1 comes 5 s after the notification was first sent. */
export interface AckCheckTask {
  task: 'ack_check';
  user_id: string;
  notification_id: string;
  attempt: 1 | 2;
}
/** Has somebody seen the alert? 10 s after it. */
export interface AlertCheckTask {
  task: 'alert_check';
  user_id: string;
  notification_id: string;
  /** The connection that was alerted: the others are next. Absent where all were: a push is next. */
  alerted?: string;
}
/** What phones show is read, acknowledged or removed: this one, or everything up to one. */
export interface WithdrawTask {
  task: 'withdraw';
  user_id: string;
  notification_id?: string;
  up_to?: string;
}
/** A push that follows the delivery: after sends nobody acknowledged, or when quiet hours have ended. */
export interface PushTask {
  task: 'push';
  user_id: string;
  notification_id: string;
  due_at_ms: number;
}
/** A notification that its reader had put aside comes back. */
export interface SnoozeEndTask {
  task: 'snooze_end';
  user_id: string;
  notification_id: string;
  due_at_ms: number;
  /** The sweep knows of it. */
  is_noted?: true;
}
/** The window of a digest ends. */
export interface DigestEndTask {
  task: 'digest_end';
  user_id: string;
  name: string;
  number: number;
  due_at_ms: number;
  is_noted?: true;
}
/** The second part of a broadcast that went to a share of the users first. */
export interface RolloutTask {
  task: 'rollout';
  broadcast_id: string;
  due_at_ms: number;
}
export type TimedTask = WakeTask | PushTask | SnoozeEndTask | DigestEndTask | RolloutTask;
export type Task = SweepTask | RequestTask | DeliverTask | AckCheckTask | AlertCheckTask | WithdrawTask | TimedTask;

/** What each task must have: a message that lacks one of them is none of ours. */
const FIELDS: Record<Task['task'], readonly string[]> = {
  sweep: [],
  request: ['source', 'event_id', 'accepted_at_ms', 'request'],
  deliver: ['source', 'request_id', 'accepted_at_ms', 'user_id'],
  wake: ['source', 'request_id', 'audience', 'accepted_at_ms', 'due_at_ms'],
  ack_check: ['user_id', 'notification_id', 'attempt'],
  alert_check: ['user_id', 'notification_id'],
  withdraw: ['user_id'],
  push: ['user_id', 'notification_id', 'due_at_ms'],
  snooze_end: ['user_id', 'notification_id', 'due_at_ms'],
  digest_end: ['user_id', 'name', 'number', 'due_at_ms'],
  rollout: ['broadcast_id', 'due_at_ms'],
};

/** undefined when the message is no task of ours: then it is an event of the bus, or refused as one. */
export function parseTask(body: string): Task | undefined {
  if (!body.startsWith('{"task":')) return undefined;
  let task: Task;
  try {
    task = JSON.parse(body) as Task;
  } catch {
    return undefined;
  }
  const fields = Object.hasOwn(FIELDS, task.task) ? FIELDS[task.task] : undefined;
  return fields?.every((field) => field in task) ? task : undefined;
}

export const isTimed = (task: Task): task is TimedTask => 'due_at_ms' in task;
