// What the local runtime's event stream says about the runtime itself: clock, meter, users, queues.

export interface LiveUser {
  id: string;
  /** Whose inbox of an organisation this is. */
  org_id?: string;
  /** As far as the runtime saw it on the wire; null when it saw none. */
  unread_count: number | null;
  sockets: { id: string; connected_at_ms: number }[];
  phones: { token: string; platform: string; is_enabled: boolean }[];
}

export interface LiveQueue {
  name: string;
  /** Its place in the template, in words: `Dispatch`, `Rejected`. */
  label: string;
  role: 'work' | 'rejected' | 'dead_letter';
  available: number;
  delayed: number;
  in_flight: number;
  oldest_ms: number | null;
}

export interface LiveState {
  /** Another one after a restart of the runtime. */
  run_id: string;
  now_ms: number;
  ahead_ms: number;
  next_due_ms: number | null;
  dollars: number;
  users: LiveUser[];
  queues: LiveQueue[];
  /** What waits for its time: schedules and delayed messages. */
  waiting: number;
  faults: number;
  /** Grows when phones, logs or faults change, so that a page knows when to load them again. */
  versions: { phones: number; logs: number; faults: number };
}

/** Something that waits for its time. */
export interface WaitingItem {
  /** The schedule's name or the message's id. */
  id: string;
  event_id: string | null;
  title: string;
  notification_type: string;
  audience: string;
  due_ms: number;
  held_by: 'scheduler' | 'queue';
  /** What is done then: `deliver`, `retry`, `ack_check`, `push`. */
  what: string;
  /** The request itself waits, so that it can be cancelled or moved. */
  is_request: boolean;
}

export interface QueuedMessage {
  id: string;
  body: string;
  state: string;
  sent_ms: number;
  receive_count: number;
  event_id: string | null;
  reason: string | null;
  field: string | null;
}
