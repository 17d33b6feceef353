// Records invocations: which messages one takes up, how it ended for each, and when a failed one is received again.

import { PRICES } from '../../protocol/list-prices.ts';
import type { CallError, Step } from '../../protocol/local/history.ts';
import { failedMessages, type QueueRecord, triggerOf } from './invocations.ts';
import { newMessage, type Recording, type Running } from './recording.ts';
import type { ObservedInvocation, ObservedResult, Taps } from './taps.ts';
import { addStep, type Trace } from './trace.ts';
import { applyRequest } from './user-actions.ts';

/** A wait that is cut short by less counts as over. */
const ROUNDING_MS = 1_000;

export function recordInvocations(recording: Recording): Pick<Taps, 'started' | 'ended'> {
  const { running, changed } = recording;
  return {
    started(invocation) {
      const trigger = triggerOf(invocation.event);
      const one: Running = { invocation, trigger, records: [], traces: [], steps: new Map(), errors: new Map() };
      running.set(invocation.accessKeyId, one);
      if (trigger.kind === 'queue') for (const record of trigger.records) takeUp(recording, one, record);
      one.traces = [...one.steps.keys()];
    },
    ended(invocation, result) {
      const one = running.get(invocation.accessKeyId);
      running.delete(invocation.accessKeyId);
      if (!one) return;
      const { trigger } = one;
      if (trigger.kind === 'queue') finish(recording, one, result);
      if (trigger.kind === 'socket' || trigger.kind === 'http') {
        for (const trace of applyRequest(trigger, result, recording)) changed(trace);
      }
      changed();
    },
  };
}

function takeUp(recording: Recording, one: Running, record: QueueRecord): void {
  const { traces, now, changed } = recording;
  const trace = traces.find(record.messageId);
  if (!trace) return;
  one.records.push({ record, trace });
  const { requestId, function: name } = one.invocation;
  trace.attempts = Math.max(trace.attempts, record.receives);
  trace.running.add(requestId);
  trace.requestIds.add(requestId);
  trace.open.set(record.messageId, { ...newMessage(record.queueArn), receives: record.receives });
  if (one.steps.has(trace)) return;
  for (const step of trace.steps) {
    const isOver = step.until_ms !== undefined && step.until_ms <= now() + ROUNDING_MS;
    if (step.state === 'waiting' && isOver) step.state = 'done';
  }
  const attempt = { attempt: record.receives, max_attempts: recording.queue(record.queueArn)?.maxReceives ?? 0 };
  const step: Step = { kind: 'invoked', state: 'running', at_ms: now(), name, request_id: requestId, ...attempt };
  one.steps.set(trace, addStep(trace, step));
  changed(trace);
}

function finish(recording: Recording, one: Running, result: ObservedResult): void {
  const { records, steps, errors, trigger, invocation } = one;
  if (trigger.kind !== 'queue') return;
  const failed = failedMessages(trigger.records, result);
  const broken = result.error && crash(invocation, result.error);
  const dollars = dollarsOf(result) / Math.max(1, steps.size);
  for (const [trace, step] of steps) {
    const own = records.filter((record) => record.trace === trace);
    const isFailed = own.some(({ record }) => failed.has(record.messageId));
    // The function itself put it into the dead-letter queue: for Lambda the invocation went well.
    const wasPutAside = trace.isDeadLettered && errors.has(trace);
    const error = errors.get(trace) ?? broken;
    Object.assign(step, { ms: result.durationMs, state: isFailed || wasPutAside ? 'failed' : 'done' });
    if (error && step.state === 'failed') {
      step.error = error;
      trace.error = error;
    }
    trace.dollars += dollars;
    trace.running.delete(invocation.requestId);
    for (const { record } of own) settle(recording, trace, record, failed.has(record.messageId));
    recording.changed(trace);
  }
}

function settle(recording: Recording, trace: Trace, record: QueueRecord, isFailed: boolean): void {
  const { messageId, queueArn, receives } = record;
  if (!isFailed) {
    trace.open.delete(messageId);
    return;
  }
  const queue = recording.queue(queueArn);
  const now = recording.now();
  const until = queue?.hiddenUntil(messageId) ?? now;
  trace.open.set(messageId, { queueArn, hiddenUntilMs: until, receives, hasFailed: true });
  const next = { attempt: receives + 1, max_attempts: queue?.maxReceives ?? 0 };
  addStep(trace, { kind: 'waiting', state: 'waiting', at_ms: now, until_ms: until, name: 'retry', ...next });
}

/** The invocation itself, and the receive and the delete of its batch. */
function dollarsOf({ durationMs, memoryMb }: ObservedResult): number {
  const gbSeconds = (Math.ceil(durationMs) / 1000) * (memoryMb / 1024);
  return PRICES.lambda_requests + PRICES.lambda_gb_seconds * gbSeconds + 2 * PRICES.sqs_requests;
}

function crash(invocation: ObservedInvocation, error: NonNullable<ObservedResult['error']>): CallError {
  const { errorType: code, errorMessage: message } = error;
  const about = { service: 'lambda', operation: 'Invoke', function: invocation.function };
  return { ...about, code, message, is_injected: false };
}
