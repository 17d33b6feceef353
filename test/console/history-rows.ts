// Rows of the feed for tests: delivered to one user unless said otherwise.
import type { HistoryRow } from '../../protocol/local/history.ts';

export const AT_MS = Date.parse('2026-11-21T14:32:05.000Z');

export function row(change: Partial<HistoryRow> = {}): HistoryRow {
  const none = { state: 'none', done: 0, failed: 0 } as const;
  return {
    id: '01a1fe85-8305-7c1e-9b0a-5f27e4d17d31',
    order: 1,
    at_ms: AT_MS,
    source: 'my.app',
    detail_type: 'notification.requested',
    notification_type: 'system',
    title: 'A title',
    priority: 'normal',
    requires_ack: false,
    is_stored: true,
    audience: { kind: 'user', name: 'alice', count: 1 },
    outcome: 'delivered',
    inbox: { state: 'done', done: 1, failed: 0 },
    sockets: { state: 'done', done: 1, failed: 0 },
    phones: none,
    took_ms: 12,
    attempts: 1,
    max_attempts: 5,
    next_ms: null,
    due_ms: null,
    is_acknowledged: false,
    sends: 1,
    read_after_ms: null,
    duplicate_of: null,
    requests: 1,
    rejection: null,
    error: null,
    ...change,
  };
}

export const THROTTLED = {
  service: 'dynamodb',
  operation: 'PutItem',
  code: 'ProvisionedThroughputExceededException',
  message: 'Rate exceeded',
  function: 'dispatch',
  is_injected: true,
};
