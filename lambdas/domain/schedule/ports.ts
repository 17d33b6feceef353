// What delivering later may reach: the dispatch queue, one-time schedules, parked requests.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type * as model from '../model/ports.ts';
import type { Task, TimedTask } from './task.ts';

/** The dispatch queue, as a place to send tasks to. */
export interface TaskQueue {
  /** The longest delay the queue takes. */
  readonly maxDelayMs: number;
  send(tasks: readonly Task[], delaySeconds?: number): Promise<void>;
}

/** The scheduler takes no such schedule: its time is past, or something else is wrong, in its own words. */
export interface ScheduleRefusal {
  refused: string;
}

/** One-time wake-ups further ahead than a queue can delay. */
export interface Schedules {
  /** How late a wake-up may come after its time. */
  readonly precisionMs: number;
  /** A schedule that exists counts as created. */
  create(name: string, atMs: number, task: TimedTask): Promise<'created' | ScheduleRefusal>;
  /** Unknown names are no error. */
  remove(name: string): Promise<void>;
}

export interface SeenRequest {
  event_id: string;
  accepted_at_ms: number;
}

/** What is stored under a request id. Without a state the request was delivered at once. */
export interface KnownRequest extends SeenRequest {
  state?: 'parked' | 'delivered' | 'cancelled';
  deliver_at_ms?: number;
  /** The queue message that carries out a live-only request: a second wake-up must not show it twice. */
  taken_by?: string;
}

export interface ParkedRequest extends SeenRequest {
  deliver_at_ms: number;
  request: NotificationRequest;
}

/** A cancellation withdraws what was accepted no later than itself, so a tombstone gives way to a later request. */
export interface Requests {
  /** Remembers a producer's own id. Returns what was first seen under it: this very request when the id is new. */
  remember(requestId: string, seen: SeenRequest, ttlSeconds: number): Promise<KnownRequest>;
  /** Stores the request whole until its time, or returns what is stored under the id already. */
  park(requestId: string, parked: ParkedRequest, ttlSeconds: number): Promise<'parked' | KnownRequest>;
  load(requestId: string): Promise<(KnownRequest & { request?: NotificationRequest }) | undefined>;
  /** Of several wake-ups one gets it. The content stays, for that one's redelivery. */
  take(requestId: string, acceptedAtMs: number, takenBy: string): Promise<boolean>;
  /** Delivered: only a tombstone stays. */
  finish(requestId: string, acceptedAtMs: number, ttlSeconds: number): Promise<void>;
  /** Leaves a tombstone unless the request was delivered. Returns what was there. */
  cancel(
    requestId: string,
    acceptedAtMs: number,
    ttlSeconds: number,
  ): Promise<{ withdrawn: boolean; was?: KnownRequest }>;
}

export interface Deps extends model.Deps {
  tasks: TaskQueue;
  schedules: Schedules;
  requests: Requests;
  /** Waits less than a second. */
  wait(milliseconds: number): Promise<void>;
}
