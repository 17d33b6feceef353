// What the recording parts share: where traces are kept, who is notified of a change, and what runs at the moment.
import { inboxOwner } from '../../protocol/inbox-id.ts';
import type { CallError, Step } from '../../protocol/local/history.ts';
import { parsed } from './call-content.ts';
import type { HistoryDeps } from './history-deps.ts';
import type { QueueRecord, Trigger } from './invocations.ts';
import type { ObservedInvocation } from './taps.ts';
import { addStep, type Trace } from './trace.ts';
import type { UnreadCounts } from './unread-counts.ts';

/** An invocation that has not ended. */
export interface Running {
  invocation: ObservedInvocation;
  trigger: Trigger;
  records: { record: QueueRecord; trace: Trace }[];
  traces: Trace[];
  steps: Map<Trace, Step>;
  /** The latest call that failed for good, by what it was made for. */
  errors: Map<Trace, CallError>;
}

export interface Recording extends HistoryDeps {
  unread: UnreadCounts;
  /** By access key: every sandbox has its own and runs one invocation at a time. */
  running: Map<string, Running>;
  changed(trace?: Trace): void;
}

export function add(recording: Recording, trace: Trace, step: Omit<Step, 'at_ms'>): Step {
  const added = addStep(trace, { at_ms: recording.now(), ...step });
  recording.changed(trace);
  return added;
}

/** The user and organisation of a step; nothing where the inbox is not known. */
export const ownerOf = (inbox: string | undefined): Pick<Step, 'user_id' | 'org_id'> =>
  inbox === undefined || inbox === '' ? {} : inboxOwner(inbox);

/** A task that only names its request, by the event's id or the producer's own. */
export function byRequestId({ traces }: Recording, body: string): Trace | undefined {
  const task = parsed(body);
  // Several tasks in one message have what they share beside them.
  const id: unknown = task?.request_id ?? task?.of?.request_id;
  if (typeof id !== 'string') return undefined;
  return traces.get(id) ?? traces.latest(traces.size).find(({ facts }) => facts.producerId === id);
}

/** A message that no function has received yet. */
export const newMessage = (queueArn: string) => ({
  queueArn,
  hiddenUntilMs: undefined,
  receives: 0,
  hasFailed: false,
});
