// Records what the bus, the queues and the phones report about an event.

import { PRICES } from '../../protocol/list-prices.ts';
import { isObject } from '../is-object.ts';
import { deadLettered } from './apply-call.ts';
import { add, byRequestId, newMessage, ownerOf, type Recording } from './recording.ts';
import type { Taps } from './taps.ts';
import { addStep, knownInboxes, newTrace, type Trace } from './trace.ts';

type EventTaps = Pick<Taps, 'accepted' | 'matched' | 'unmatched' | 'queued' | 'moved' | 'pushed' | 'webPushed'>;

/** https://aws.amazon.com/eventbridge/pricing/ */
const BYTES_PER_EVENT = 64 * 1024;
/** Our choices. */
const TRIM_EVERY = 100;
const PUSHES_KEPT = 10_000;
const USERS_SEEN_PER_EVENT = 20;

export function recordEvents(recording: Recording): EventTaps {
  const { traces, now, unread, changed } = recording;
  let order = 0;
  return {
    accepted(event, bytes) {
      const trace = newTrace(event, ++order, now());
      relate(recording, trace);
      trace.dollars = PRICES.eventbridge_events * Math.ceil(bytes / BYTES_PER_EVENT);
      traces.add(trace);
      if (order % TRIM_EVERY === 0) traces.trim();
      for (const inbox of knownInboxes(trace).slice(0, USERS_SEEN_PER_EVENT)) unread.seen(inbox);
      add(recording, trace, { kind: 'accepted', state: 'done', name: event.source, bytes });
    },
    matched(eventId, rule, target, messageId) {
      const trace = traces.get(eventId);
      if (!trace) return;
      const queue = recording.queue(target);
      add(recording, trace, { kind: 'matched', state: 'done', name: rule, ...(queue && { payload: queue.label }) });
      if (!queue || messageId === undefined) return;
      traces.index(messageId, trace);
      if (queue.role === 'work') {
        trace.open.set(messageId, newMessage(queue.arn));
        trace.maxAttempts = Math.max(trace.maxAttempts, queue.maxReceives);
      } else if (queue.role === 'rejected') {
        trace.rejection = unknownType(trace);
        add(recording, trace, { kind: 'rejected', state: 'failed', name: queue.label });
      } else deadLettered(trace, now(), queue.label);
      changed(trace);
    },
    unmatched(eventId) {
      const trace = traces.get(eventId);
      if (!trace) return;
      trace.rejection = unknownType(trace);
      add(recording, trace, { kind: 'unmatched', state: 'failed' });
    },
    queued(messageId, queueArn, body) {
      const trace = traces.find(`input ${body}`) ?? traces.mentionedIn(body)[0] ?? byRequestId(recording, body);
      const queue = recording.queue(queueArn);
      if (!trace || !queue || queue.role !== 'work') return changed();
      traces.index(messageId, trace);
      for (const [name, dueMs] of trace.schedules) if (dueMs <= now()) trace.schedules.delete(name);
      trace.open.set(messageId, newMessage(queueArn));
      add(recording, trace, { kind: 'queued', state: 'done', name: queue.label, payload: body });
    },
    moved(messageId, newMessageId, fromArn, toArn) {
      const trace = traces.find(messageId);
      const [from, to] = [recording.queue(fromArn), recording.queue(toArn)];
      if (!trace || !from || !to) return changed();
      trace.open.delete(messageId);
      if (to.role === 'dead_letter') deadLettered(trace, now(), to.label);
      else {
        traces.index(newMessageId, trace);
        trace.isDeadLettered = false;
        trace.open.set(newMessageId, newMessage(toArn));
        addStep(trace, { kind: 'redriven', state: 'done', at_ms: now(), name: to.label });
      }
      changed(trace);
    },
    pushed(messageId, { token, platform: name, userId }, failure) {
      const trace = traces.find(`push ${messageId}`);
      if (!trace) return changed();
      trace.dollars += PRICES.sns_mobile_deliveries;
      if (trace.pushes.size < PUSHES_KEPT) trace.pushes.set(token, failure === undefined);
      const state = failure === undefined ? 'done' : 'failed';
      const why = failure !== undefined && { payload: failure };
      add(recording, trace, { kind: 'pushed', state, name, ...ownerOf(userId), ...why });
    },
    webPushed({ message_id: id, payload }, { token, userId, sentBytes }) {
      const notificationId = isObject(payload) ? String(payload.notification_id) : '';
      const trace = traces.find(notificationId);
      if (!trace) return changed();
      traces.index(`push ${id}`, trace);
      trace.dollars += PRICES.data_out_gb * (sentBytes / 1e9);
      if (trace.pushes.size < PUSHES_KEPT) trace.pushes.set(token, true);
      add(recording, trace, { kind: 'pushed', state: 'done', name: 'web', ...ownerOf(userId) });
    },
  };
}

function unknownType({ detailType }: Trace) {
  return { field: 'detail-type', reason: `no rule on the bus matches the detail type "${detailType}"` };
}

/** By the producer's own id: a repeat of an earlier request, or what takes it back. */
function relate(recording: Recording, trace: Trace): void {
  const { traces } = recording;
  const { producerId, isRequest } = trace.facts;
  if (producerId === undefined) return;
  const key = `request ${trace.source} ${producerId}`;
  const earlier = traces.find(key);
  if (!isRequest) {
    const request = earlier ?? traces.get(producerId);
    if (request) withdraw(recording, request, trace);
  } else if (earlier && !earlier.isCancelled) trace.duplicateOf = earlier.id;
  else traces.index(key, trace);
}

function withdraw(recording: Recording, request: Trace, by: Trace): void {
  if (by.detailType === 'notification.recalled') {
    request.isRecalled = true;
    add(recording, request, { kind: 'recalled', state: 'done', name: by.source });
  }
  // What was delivered already cannot be cancelled.
  if (by.detailType !== 'notification.cancelled' || request.sent + request.stored > 0) return;
  request.isCancelled = true;
  add(recording, request, { kind: 'cancelled', state: 'done', name: by.source });
}
