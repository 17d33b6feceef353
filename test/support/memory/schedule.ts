// Memory ports of the room `schedule`: the dispatch queue, one-time schedules, requests by their ids.
import type { KnownRequest, Requests, Schedules, TaskQueue } from '../../../lambdas/domain/schedule/ports.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { Memory } from './memory.ts';

export function memorySchedule(memory: Memory) {
  return {
    tasks: memoryTaskQueue(memory),
    schedules: memorySchedules(memory),
    requests: memoryRequests(memory),
    wait: (milliseconds: number) => memory.wait(milliseconds),
  };
}

/** SQS takes ten messages in a call (AWS limit): a call in between may fail, so a send may be done in part. */
const BATCH_MESSAGES = 10;

function memoryTaskQueue({ queues, call }: Memory): TaskQueue {
  return {
    maxDelayMs: 900_000,
    async send(tasks, delaySeconds = 0) {
      const bodies = tasks.map((task) => JSON.stringify(task));
      for (let at = 0; at < bodies.length; at += BATCH_MESSAGES) {
        const batch = bodies.slice(at, at + BATCH_MESSAGES);
        await call('tasks.send', () => {
          for (const body of batch) queues.dispatch.send(body, { delaySeconds });
        });
      }
    },
  };
}

function memorySchedules({ schedules, call, clock }: Memory): Schedules {
  return {
    precisionMs: 60_000,
    create: (name, atMs, task) =>
      call('schedules.create', () => {
        if (atMs <= clock.now()) return { refused: 'ScheduleExpression is in the past.' };
        // To the second, as the scheduler's expressions are.
        schedules.create({ name, atMs: Math.floor(atMs / 1000) * 1000, body: JSON.stringify(task) });
        return 'created';
      }),
    remove: (name) => call('schedules.remove', () => void schedules.delete(name)),
  };
}

type RequestRow = KnownRequest & { request?: NotificationRequest; cancelled_at_ms?: number; ttlSeconds: number };

function memoryRequests({ table, call }: Memory): Requests {
  const rows = table<RequestRow>('requests');
  const get = (requestId: string) => rows.get(requestId, 'request');
  const set = (requestId: string, row: RequestRow) => rows.set(requestId, 'request', row);
  /** What is there gives way only to a request accepted after its cancellation. */
  const putIfFree = (requestId: string, row: RequestRow): KnownRequest | undefined => {
    const there = get(requestId);
    const isFree = !there || (there.state === 'cancelled' && there.cancelled_at_ms! < row.accepted_at_ms);
    if (!isFree) return known(there);
    set(requestId, row);
    return undefined;
  };
  return {
    remember: (requestId, seen, ttlSeconds) =>
      call('requests.remember', () => putIfFree(requestId, { ...seen, ttlSeconds }) ?? seen),

    park: (requestId, parked, ttlSeconds) =>
      call('requests.park', () => putIfFree(requestId, { ...parked, state: 'parked', ttlSeconds }) ?? 'parked'),

    load: (requestId) =>
      call('requests.load', () => {
        const row = get(requestId);
        return row && { ...known(row), ...(row.request && { request: row.request }) };
      }),

    take: (requestId, acceptedAtMs, takenBy) =>
      call('requests.take', () => {
        const row = get(requestId);
        if (row?.accepted_at_ms !== acceptedAtMs) return false;
        if (row.state !== 'parked' && row.taken_by !== takenBy) return false;
        set(requestId, { ...row, state: 'delivered', taken_by: takenBy });
        return true;
      }),

    finish: (requestId, acceptedAtMs, ttlSeconds) =>
      call('requests.finish', () => {
        const row = get(requestId);
        if (row?.accepted_at_ms !== acceptedAtMs || row.state === 'cancelled') return;
        const { request: _delivered, ...rest } = row;
        set(requestId, { ...rest, state: 'delivered', ttlSeconds });
      }),

    cancel: (requestId, acceptedAtMs, ttlSeconds) =>
      call('requests.cancel', () => {
        const row = get(requestId);
        const tombstone = { state: 'cancelled' as const, cancelled_at_ms: acceptedAtMs, ttlSeconds };
        if (!row) {
          set(requestId, { event_id: '', accepted_at_ms: acceptedAtMs, ...tombstone });
          return { withdrawn: false };
        }
        const isRepeat = row.state === 'cancelled' && row.cancelled_at_ms === acceptedAtMs;
        if (row.state !== 'parked' || row.accepted_at_ms > acceptedAtMs)
          return { withdrawn: isRepeat && row.deliver_at_ms !== undefined, was: known(row) };
        const { request: _withdrawn, ...rest } = row;
        set(requestId, { ...rest, ...tombstone });
        return { withdrawn: true, was: known(row) };
      }),
  };
}

function known({ request: _request, ttlSeconds: _ttl, ...row }: RequestRow): KnownRequest {
  return row;
}
