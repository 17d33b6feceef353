// Memory ports of the room `schedule`: the dispatch queue, one-time schedules, requests by their ids.
import type {
  BulkRequests,
  DueEntry,
  DueRequests,
  HeldRequest,
  HeldRequests,
  KnownRequest,
  NotedRejection,
  Requests,
  Schedules,
  TaskQueue,
} from '../../../lambdas/domain/schedule/ports.ts';
import type { RequestKey } from '../../../lambdas/domain/schedule/request-key.ts';
import { hourOf } from '../../../lambdas/domain/schedule/sweep.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import { memoryDigests } from './digests.ts';
import type { Memory } from './memory.ts';

export function memorySchedule(memory: Memory) {
  return {
    tasks: memoryTaskQueue(memory),
    schedules: memorySchedules(memory),
    requests: memoryRequests(memory),
    bulk: memoryBulk(memory),
    dueRequests: memoryDueRequests(memory),
    digests: memoryDigests(memory),
    held: memoryHeld(memory),
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

function memoryHeld({ table, call }: Memory): HeldRequests {
  const rows = table<HeldRequest>('held');
  return {
    note: (userId, held) => call('held.note', () => rows.set(userId, partitionOf(held.key), held)),
    of: (userId, limit) =>
      call('held.of', () =>
        rows
          .range(userId)
          .rows.slice(0, limit)
          .map(([, row]) => row),
      ),
    forget: (userId, key) => call('held.forget', () => rows.set(userId, partitionOf(key), undefined)),
  };
}

type RequestRow = KnownRequest & { request?: NotificationRequest; ttlSeconds: number };

const partitionOf = ({ source, id }: Pick<RequestKey, 'source' | 'id'>): string => JSON.stringify([source, id]);

function memoryRequests({ table, call }: Memory): Requests {
  const rows = table<RequestRow>('requests');
  const rejections = table<NotedRejection>('rejections');
  const cancellations = table<{ atMs: number }>('cancellations');
  const get = (key: RequestKey) => rows.get(partitionOf(key), key.audience);
  const set = (key: RequestKey, row: RequestRow) => rows.set(partitionOf(key), key.audience, row);
  const due = table<DueEntry>('dueRequests');
  const forgetDue = (key: RequestKey, { deliver_at_ms: atMs }: KnownRequest) => {
    if (atMs !== undefined) due.set(String(hourOf(atMs)), dueName(key, atMs), undefined);
  };
  /** What is there gives way only to a request accepted after its cancellation. */
  const putIfFree = (key: RequestKey, row: RequestRow): KnownRequest | undefined => {
    const there = get(key);
    const isFree = !there || (there.state === 'cancelled' && there.cancelled_at_ms! < row.accepted_at_ms);
    if (!isFree) return known(there);
    set(key, row);
    return undefined;
  };
  return {
    remember: (key, seen, ttlSeconds) =>
      call('requests.remember', () => putIfFree(key, { ...seen, ttlSeconds }) ?? seen),

    park: (key, parked, ttlSeconds) =>
      call('requests.park', () => {
        const { accepted_at_ms, deliver_at_ms: atMs } = parked;
        due.set(String(hourOf(atMs)), dueName(key, atMs), { key, accepted_at_ms, deliver_at_ms: atMs });
        return putIfFree(key, { ...parked, state: 'parked', ttlSeconds }) ?? 'parked';
      }),

    load: (key) =>
      call('requests.load', () => {
        const row = get(key);
        return row && { ...known(row), ...(row.request && { request: row.request }) };
      }),

    state: (key) =>
      call('requests.state', () => {
        const row = get(key);
        return row && known(row);
      }),

    take: (key, acceptedAtMs, takenBy) =>
      call('requests.take', () => {
        const row = get(key);
        if (row?.accepted_at_ms !== acceptedAtMs) return false;
        if (row.state !== 'parked' && row.taken_by !== takenBy) return false;
        set(key, { ...row, state: 'delivered', taken_by: takenBy });
        return true;
      }),

    finish: (key, acceptedAtMs, ttlSeconds) =>
      call('requests.finish', () => {
        const row = get(key);
        if (row?.accepted_at_ms !== acceptedAtMs || row.state === 'cancelled') return;
        const { request: _delivered, ...rest } = row;
        set(key, { ...rest, state: 'delivered', ttlSeconds });
        forgetDue(key, row);
      }),

    askAgain: (key, acceptedAtMs, askedAtMs) =>
      call('requests.askAgain', () => {
        const row = get(key);
        if (row?.accepted_at_ms !== acceptedAtMs || row.state !== 'parked') return false;
        set(key, { ...row, asked_at_ms: askedAtMs });
        return true;
      }),

    withdraw: (key, acceptedAtMs, cancelledAtMs, ttlSeconds) =>
      call('requests.withdraw', () => {
        const row = get(key);
        if (row?.accepted_at_ms !== acceptedAtMs || (row.asked_at_ms ?? 0) > cancelledAtMs) return false;
        const { request: _withdrawn, ...rest } = row;
        if (row.state === 'delivered') return false;
        if (row.state === 'cancelled' && row.cancelled_at_ms !== cancelledAtMs) return false;
        set(key, { ...rest, state: 'cancelled', cancelled_at_ms: cancelledAtMs, ttlSeconds });
        forgetDue(key, row);
        return true;
      }),

    cancel: (id, atMs) =>
      call('requests.cancel', () => {
        const before = cancellations.get(partitionOf(id), 'cancelled')?.atMs ?? atMs;
        cancellations.set(partitionOf(id), 'cancelled', { atMs: Math.max(before, atMs) });
      }),

    cancelledAtMs: (id) => call('requests.cancelledAtMs', () => cancellations.get(partitionOf(id), 'cancelled')?.atMs),

    reject: (id, rejection) => call('requests.reject', () => rejections.set(partitionOf(id), 'rejected', rejection)),

    rejection: (id) => call('requests.rejection', () => rejections.get(partitionOf(id), 'rejected')),

    ofId: (id) =>
      call('requests.ofId', () =>
        rows.range(partitionOf(id)).rows.map(([audience, row]) => ({ ...known(row), audience })),
      ),
  };
}

function known({ request: _request, ttlSeconds: _ttl, ...row }: RequestRow): KnownRequest {
  return row;
}

/** The rows of the hours are those of the requests themselves here: an index that is never behind. */
function memoryDueRequests({ table, call }: Memory): DueRequests {
  const entries = table<DueEntry>('dueRequests');
  const marks = table<{ atMs: number }>('sweeps');
  return {
    inHour: (hourMs, limit) =>
      call('dueRequests.inHour', () => {
        const found = entries.range(String(hourMs)).rows.map(([, entry]) => entry);
        return found.sort((a, b) => a.deliver_at_ms - b.deliver_at_ms).slice(0, limit);
      }),
    note: (entry) =>
      call('dueRequests.note', () => {
        const { key, deliver_at_ms: atMs } = entry;
        entries.set(String(hourOf(atMs)), dueName(key, atMs), entry);
      }),
    forget: ({ key, deliver_at_ms: atMs }) =>
      call('dueRequests.forget', () => entries.set(String(hourOf(atMs)), dueName(key, atMs), undefined)),
    noteWoken: ({ key, deliver_at_ms: atMs }, woken, wokenAtMs) =>
      call('dueRequests.noteWoken', () => {
        const entry = entries.get(String(hourOf(atMs)), dueName(key, atMs));
        if (entry) entries.set(String(hourOf(atMs)), dueName(key, atMs), { ...entry, woken, woken_at_ms: wokenAtMs });
      }),
    sweptToMs: () => call('dueRequests.sweptToMs', () => marks.get('sweep', 'sweep')?.atMs),
    setSweptToMs: (atMs) => call('dueRequests.setSweptToMs', () => marks.set('sweep', 'sweep', { atMs })),
  };
}

const dueName = (key: RequestKey, atMs: number): string => JSON.stringify([atMs, key.source, key.id, key.audience]);

function memoryBulk({ table, call }: Memory): BulkRequests {
  const contents = table<{ request: NotificationRequest }>('bulkContents');
  const counts = table<{ count: number }>('bulkSent');
  return {
    keepContent: (key, request) =>
      call('bulk.keepContent', () => contents.set(partitionOf(key), key.audience, { request })),
    content: (key) => call('bulk.content', () => contents.get(partitionOf(key), key.audience)?.request),
    sent: (key) => call('bulk.sent', () => counts.get(partitionOf(key), key.audience)?.count ?? 0),
    saveSent: (key, count) => call('bulk.saveSent', () => counts.set(partitionOf(key), key.audience, { count })),
  };
}
