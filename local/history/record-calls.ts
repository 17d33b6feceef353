// Records AWS calls: finds out which event each was made for, and what it did for it.
import {
  applyPost,
  applyPublish,
  applySchedule,
  applySend,
  applyStore,
  contentOf,
  errorOf,
  isExpected,
} from './apply-call.ts';
import { traceOfItem, tracesOf } from './attribution.ts';
import { isDigestEntry } from './call-content.ts';
import { byRequestId, type Recording } from './recording.ts';
import type { ObservedCall, Taps } from './taps.ts';
import { addCall, addStep, knownInboxes, type Trace } from './trace.ts';

export function recordCalls(recording: Recording): Pick<Taps, 'called'> {
  const { traces, running, changed } = recording;
  return {
    called(call) {
      const one = running.get(call.accessKeyId);
      const batch = one?.traces ?? [];
      const isPost = call.service === 'apigatewaymanagementapi';
      const inbox = isPost ? recording.inboxOf(String(call.input.ConnectionId)) : undefined;
      // A frame does not say whose it is; its connection does.
      const text = call.body.toString('utf8') + (inbox === undefined ? '' : ` "${inbox}"`);
      const owners = tracesOf(text, batch, traces);
      applyContent(recording, call, owners, batch, inbox);
      const shown = owners.length > 0 ? owners : batch;
      const error = errorOf(call);
      const { startedMs: at_ms, function: name, service, operation, ms } = call;
      const outcome = error?.code ?? 'ok';
      for (const trace of shown) {
        trace.dollars += call.dollars / shown.length;
        if (error && !isExpected(error)) {
          one?.errors.set(trace, error);
          trace.error = error;
        }
        addCall(trace, { at_ms, function: name, service, operation, outcome, ms, is_shared: shown.length > 1 });
        changed(trace);
      }
      // A phone that was registered, say: no event led to it, but the console shows it.
      if (shown.length === 0) changed();
    },
  };
}

function applyContent(
  recording: Recording,
  call: ObservedCall,
  owners: Trace[],
  batch: Trace[],
  inbox: string | undefined,
): void {
  const { traces, unread, changed } = recording;
  const { items, messages, frame, isPublish, isSchedule } = contentOf(call);
  for (const item of items) {
    const among = items.length === 1 ? owners : tracesOf(item.text, batch, traces);
    const trace = traceOfItem(item, among.length > 0 ? among : batch);
    if (!trace) continue;
    applyStore(trace, call, item, recording);
    const inboxes = knownInboxes(trace);
    if (inboxes.length === 1 && call.error === undefined) unread.stored(inboxes[0]!);
  }
  if (isDigestEntry(call) && call.error === undefined) {
    for (const trace of owners.length > 0 ? owners : batch) {
      if (!trace.isDigested) addStep(trace, { kind: 'gathered', state: 'done', at_ms: call.startedMs, ms: call.ms });
      trace.isDigested = true;
      changed(trace);
    }
  }
  for (const message of messages) {
    const among = messages.length === 1 && owners.length > 0 ? owners : tracesOf(message.body, batch, traces);
    const trace = among[0] ?? byRequestId(recording, message.body);
    if (!trace) continue;
    applySend(trace, call, message, recording);
    changed(trace);
  }
  if (frame?.unreadCount !== undefined && inbox !== undefined && call.error === undefined) {
    unread.said(inbox, frame.unreadCount);
  }
  const [owner] = owners;
  if (!owner) return;
  if (frame) for (const trace of frame.type === 'notification' ? [owner] : owners) applyPost(trace, call, recording);
  if (isPublish) applyPublish(owner, call, recording);
  if (isSchedule) applySchedule(traces.find(`schedule ${String(call.input.Name)}`) ?? owner, call, recording);
}
