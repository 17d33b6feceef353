// What a wake-up is for, and when: what a wait in the timeline says.
import type { Step } from '../../protocol/local/history.ts';
import { parsed } from './call-content.ts';
import type { Trace } from './trace.ts';

/** The end of a snooze or digest, or the last moment to wait for a user; nothing for a time that the producer named. */
export function waitOf({ stored, facts }: Trace, body: unknown): Pick<Step, 'waits_for' | 'until_ms'> {
  const { task, due_at_ms: dueAtMs }: { task?: unknown; due_at_ms?: unknown } =
    (typeof body === 'string' ? parsed(body) : undefined) ?? {};
  // A schedule wakes a queue message in the minute before.
  const until = typeof dueAtMs === 'number' ? { until_ms: dueAtMs } : {};
  if (task === 'snooze_end') return { waits_for: 'snooze', ...until };
  if (task === 'digest_end') return { waits_for: 'digest', ...until };
  if (stored > 0 || facts.presentUntilMs === undefined) return {};
  return { waits_for: 'presence', until_ms: facts.presentUntilMs };
}
