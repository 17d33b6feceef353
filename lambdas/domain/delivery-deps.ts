// What delivering later, again or to a phone may reach: parked requests, schedules, devices, push, closing sockets.
import type { NotificationRequest } from '../../protocol/request.ts';
import type { PushContent } from './push-content.ts';
import type { Device } from './recipient.ts';
import type { TimedTask } from './task.ts';

/** What became of a notification after it was stored, each mark set once. */
export interface DeliveryMarks {
  /** Sets the audit fields of one more try; false when that try, or a later one, was made already. */
  countRetry(userId: string, id: string, retryCount: number, at: string): Promise<boolean>;
  /** False when it was pushed before. */
  markPushed(userId: string, id: string, at: string): Promise<boolean>;
  /** False when the user has no such notification. Acknowledging twice keeps the first time. */
  acknowledge(userId: string, id: string, at: string): Promise<boolean>;
  markBroadcastPushed(id: string, at: string): Promise<void>;
}

/** Which notifications of one type had their turn with a user lately: those beyond the limit do not get one. */
export interface Turns {
  /** False when `limit` others newer than `sinceId` had theirs. Asked twice, it gives the same answer. */
  take(userId: string, notificationType: string, id: string, sinceId: string, limit: number): Promise<boolean>;
}

export interface SeenRequest {
  event_id: string;
  accepted_at_ms: number;
}

/** What is kept under a request id. Without a state it was delivered at once. */
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
  /** Remembers a producer's own id; gives what was first seen under it, which is this very request when it is new. */
  remember(requestId: string, seen: SeenRequest, ttlSeconds: number): Promise<KnownRequest>;
  /** Keeps it whole until its time; or gives what is kept under the id already. */
  park(requestId: string, parked: ParkedRequest, ttlSeconds: number): Promise<'parked' | KnownRequest>;
  load(requestId: string): Promise<(KnownRequest & { request?: NotificationRequest }) | undefined>;
  /** Of several wake-ups one gets it. The content stays, for that one's redelivery. */
  take(requestId: string, acceptedAtMs: number, takenBy: string): Promise<boolean>;
  /** Delivered: only a tombstone stays. */
  finish(requestId: string, acceptedAtMs: number, ttlSeconds: number): Promise<void>;
  /** Leaves a tombstone unless it was delivered; gives what was there. */
  cancel(
    requestId: string,
    acceptedAtMs: number,
    ttlSeconds: number,
  ): Promise<{ withdrawn: boolean; was?: KnownRequest }>;
}

/** One-time wake-ups further ahead than a queue can delay. */
export interface Schedules {
  /** 'refused': the scheduler takes no such time, as one that is past. One that exists already counts as created. */
  create(name: string, atMs: number, task: TimedTask): Promise<'created' | 'refused'>;
  /** Unknown ones are no error. */
  remove(name: string): Promise<void>;
}

export interface Devices {
  /** Who has the device, if anyone. */
  owner(deviceId: string): Promise<string | undefined>;
  /** False when it was not `from` (undefined: nobody) who had it. */
  changeOwner(deviceId: string, from: string | undefined, to: string): Promise<boolean>;
  put(userId: string, device: Device): Promise<void>;
  get(userId: string, deviceId: string): Promise<Device | undefined>;
  /** From the user's list only. `asOf`: unless it was registered again since. */
  forget(userId: string, deviceId: string, asOf?: string): Promise<'forgotten' | 'changed'>;
  /** Unless someone else has it by now. */
  disown(deviceId: string, userId: string): Promise<void>;
  list(userId: string): Promise<Device[]>;
}

/** Mobile push. */
export interface Push {
  /** 'dead': there is nobody at this endpoint any more. */
  toDevice(device: Device, content: PushContent): Promise<'pushed' | 'dead'>;
  /** To every registered device, by one call. */
  toEveryone(content: PushContent): Promise<void>;
  endpointIsDead(endpointArn: string): Promise<boolean>;
  removeEndpoint(device: Pick<Device, 'endpoint_arn' | 'subscription_arn'>): Promise<void>;
  /** Makes or revives the endpoint of a token; gives its ARN. */
  register(platform: Device['platform'], token: string, userId: string): Promise<string>;
  /** To what is pushed to everyone; gives the subscription's ARN. Again is no second one. */
  subscribe(endpointArn: string): Promise<string | undefined>;
  unsubscribe(subscriptionArn: string): Promise<void>;
  /** Whether devices of this platform can be reached at all. */
  isConfigured(platform?: Device['platform']): boolean;
}

export interface SocketCloser {
  /** One that is closed already is no error. */
  close(connectionId: string): Promise<void>;
}

export interface DeliveryDeps {
  requests: Requests;
  marks: DeliveryMarks;
  turns: Turns;
  schedules: Schedules;
  devices: Devices;
  push: Push;
  closer: SocketCloser;
}
