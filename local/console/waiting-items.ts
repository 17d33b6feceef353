// What waits for its time: schedules, and delayed or failed messages of the queues.
import type { HistoryRow } from '../../protocol/local/history.ts';
import type { WaitingItem } from '../../protocol/local/live-state.ts';
import { parsed } from '../history/call-content.ts';
import type { History } from '../history/history.ts';
import { intervalMs } from '../scheduler/schedule-time.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { QueueFacts } from './queue-facts.ts';

export interface WaitingDeps {
  history: History;
  scheduler: Scheduler;
  queues: QueueFacts[];
}

/** Our choice: a page of what is due next. */
const SHOWN = 500;

/** The earliest first. */
export function waitingItems({ history, scheduler, queues }: WaitingDeps): WaitingItem[] {
  const scheduled = scheduler.list().flatMap((schedule): WaitingItem[] => {
    // What recurs is the stack’s own sweep: nobody sent it, and the clock does not stop there.
    if (schedule.dueMs === undefined || intervalMs(schedule.ScheduleExpression) !== undefined) return [];
    const row = history.eventOf(`schedule ${schedule.Name}`);
    // It wakes a queue message in the minute before.
    const { task, due_at_ms: atMs } = parsed(schedule.Target.Input ?? '') ?? {};
    const isOwn = task === undefined || task === 'wake';
    const dueMs = Math.max(schedule.dueMs, (isOwn ? dueOf(row) : Number(atMs)) || 0);
    const what = !isOwn ? String(task) : row?.outcome === 'waiting' ? 'present' : 'deliver';
    return [{ id: schedule.Name, ...about(row), due_ms: dueMs, held_by: 'scheduler', what, is_request: isOwn }];
  });
  const hidden = queues.flatMap(({ queue, role }) => {
    if (role !== 'work') return [];
    return queue.peek().flatMap(({ message, state, visibleAtMs }): WaitingItem[] => {
      const { messageId: id, body } = message;
      const row = history.eventOf(id);
      const isRetry = state === 'in flight' && row?.outcome === 'retrying';
      if (state !== 'delayed' && !isRetry) return [];
      const task: unknown = parsed(body)?.task;
      const what = isRetry
        ? 'retry'
        : row?.outcome === 'waiting'
          ? 'present'
          : typeof task === 'string'
            ? task
            : 'deliver';
      const isRequest = !isRetry && (row?.outcome === 'scheduled' || row?.outcome === 'waiting');
      const dueMs = isRequest ? Math.max(visibleAtMs, row?.due_ms ?? 0) : visibleAtMs;
      return [{ id, ...about(row), due_ms: dueMs, held_by: 'queue', what, is_request: isRequest }];
    });
  });
  return [...scheduled, ...hidden].sort((a, b) => a.due_ms - b.due_ms).slice(0, SHOWN);
}

const dueOf = (row: HistoryRow | undefined) => (row?.outcome === 'waiting' ? row.next_ms : row?.due_ms);

function about(row: HistoryRow | undefined) {
  const { kind, name, count, org_id: orgId } = row?.audience ?? { kind: 'none', name: '', count: 0 };
  const whom = kind === 'everyone' ? 'everyone' : kind === 'users' ? `${count} users` : name;
  const audience = orgId === undefined ? whom : `${whom} in ${orgId}`;
  const { title = 'A message of an earlier run', notification_type = '' } = row ?? {};
  return { event_id: row?.id ?? null, title, notification_type, audience };
}
