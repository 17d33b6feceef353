// What the local runtime's control API answers about a notification: its row in the feed, and its timeline.

/** `none`: not needed. */
export type PlaceState = 'done' | 'failed' | 'waiting' | 'none';

/** What became of one kind of place: the inbox, sockets, phones. */
export interface Place {
  state: PlaceState;
  done: number;
  failed: number;
}

export type Outcome =
  | 'queued'
  | 'sending'
  | 'delivered'
  | 'pushed'
  | 'inbox'
  | 'digested'
  | 'held'
  | 'muted'
  | 'live'
  | 'scheduled'
  | 'waiting'
  | 'snoozed'
  | 'retrying'
  | 'failed'
  | 'rejected'
  | 'cancelled'
  | 'recalled'
  | 'expired'
  | 'duplicate'
  | 'processed';

export interface Audience {
  kind: 'user' | 'users' | 'topic' | 'everyone' | 'none';
  /** The user id, the topic, or ''. */
  name: string;
  /** Of the inboxes it is for, where the request names one. */
  org_id?: string;
  count: number;
}

export interface CallError {
  service: string;
  operation: string;
  code: string;
  message: string;
  function: string;
  /** The runtime made it fail, because a fault is on. */
  is_injected: boolean;
}

export interface Rejection {
  field: string;
  reason: string;
}

/** One event of the bus. All times are Unix milliseconds on the runtime's clock. */
export interface HistoryRow {
  id: string;
  order: number;
  at_ms: number;
  source: string;
  detail_type: string;
  notification_type: string;
  title: string;
  priority: string;
  requires_ack: boolean;
  is_stored: boolean;
  audience: Audience;
  outcome: Outcome;
  inbox: Place;
  sockets: Place;
  phones: Place;
  /** From acceptance, or from its due time, to the last place that took it. */
  took_ms: number | null;
  attempts: number;
  max_attempts: number;
  /** When the next attempt starts, the push goes out, a snooze ends, or waiting for the user does. */
  next_ms: number | null;
  due_ms: number | null;
  is_acknowledged: boolean;
  /** How often the same socket got it. */
  sends: number;
  read_after_ms: number | null;
  duplicate_of: string | null;
  /** How many requests the event carries. */
  requests: number;
  /** Of the event, or of the first of its requests that is not valid while the others go on. */
  rejection: Rejection | null;
  error: CallError | null;
}

export type StepKind =
  | 'accepted'
  | 'matched'
  | 'unmatched'
  | 'queued'
  | 'invoked'
  | 'stored'
  | 'already_stored'
  | 'posted'
  | 'published'
  | 'pushed'
  | 'scheduled'
  | 'waiting'
  | 'dead_lettered'
  | 'rejected'
  | 'redriven'
  | 'gathered'
  | 'acknowledged'
  | 'claimed'
  | 'released'
  | 'seen'
  | 'read'
  | 'unread'
  | 'snoozed'
  | 'unsnoozed'
  | 'archived'
  | 'cancelled'
  | 'recalled';

export interface Step {
  kind: StepKind;
  state: 'done' | 'failed' | 'skipped' | 'running' | 'waiting';
  at_ms: number;
  ms?: number;
  /** The function, queue, rule, connection, schedule or phone. */
  name?: string;
  user_id?: string;
  org_id?: string;
  /** What a wait is for, where it is not for a time the producer named. */
  waits_for?: 'presence' | 'snooze' | 'digest';
  attempt?: number;
  max_attempts?: number;
  until_ms?: number;
  bytes?: number;
  count?: number;
  unread_count?: number;
  frame_type?: string;
  request_id?: string;
  error?: CallError;
  rejection?: Rejection;
  /** What was sent or kept, as text. */
  payload?: string;
}

export interface HistoryCall {
  at_ms: number;
  function: string;
  service: string;
  operation: string;
  outcome: string;
  ms: number;
  /** Made for several notifications of one batch at once. */
  is_shared: boolean;
}

export interface HistoryLog {
  at_ms: number;
  function: string;
  request_id: string | null;
  line: string;
}

export interface HistoryDetail {
  row: HistoryRow;
  /** The event's Detail as JSON text; cut at 64 KB. */
  detail: string;
  notification_ids: string[];
  steps: Step[];
  calls: HistoryCall[];
  logs: HistoryLog[];
  /** What one delivery costs on AWS, in dollars; null when not known. */
  dollars: number | null;
  /** Steps and calls that were not kept, because there were too many. */
  left_out: number;
}
