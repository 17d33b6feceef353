// One thing that waits: run it now, move it, or cancel it with five seconds to undo.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { WaitingItem } from '../../protocol/local/live-state.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { useAction } from '../parts/use-action.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { linkTo } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { countdown, moment } from '../words/format.ts';
import { cancelRequest, sendAgain } from './change-request.ts';

const UNDO_MS = 5_000;

const WHAT: Record<string, string> = {
  deliver: '',
  wake: '',
  retry: 'next attempt',
  ack_check: 'not acknowledged yet',
  push: 'push held back',
  snooze_end: 'snooze ends',
  digest_end: 'digest is sent',
  present: 'waits for the user to be at a page, at most until then',
  close: 'closes a socket',
};

export function ScheduledRow({ item, onChange }: { item: WaitingItem; onChange(): void }) {
  const now = useNow(500);
  const action = useAction();
  const [mode, setMode] = useState<'idle' | 'moving' | 'cancelling'>('idle');
  const [time, setTime] = useState(() => new Date(item.due_ms).toISOString().slice(0, 19));
  const { event_id: eventId } = item;
  const run = (work: () => Promise<void>) =>
    action.run(async () => {
      await work();
      onChange();
      return undefined;
    });
  const runNow = () =>
    run(async () => {
      if (item.is_request && eventId !== null) await sendAgain(eventId, undefined);
      else await callRuntime('POST', `messages/${encodeURIComponent(item.id)}`, { visible: true });
    });
  useCommit(mode === 'cancelling', () => {
    setMode('idle');
    if (eventId !== null) run(() => cancelRequest(eventId));
  });
  const canChange = item.is_request && eventId !== null;
  // A schedule of something else comes when the clock is moved.
  const canRun = canChange || item.held_by === 'queue';
  return (
    <tr data-event={eventId ?? undefined}>
      <td class="due">{countdown(item.due_ms - now)}</td>
      <td>{moment(item.due_ms, now)}</td>
      <td>
        {eventId === null ? (
          <b>{item.title}</b>
        ) : (
          <a href={linkTo('live', eventId)}>
            <bdi>{item.title}</bdi>
          </a>
        )}
        <br />
        <span class="quiet">
          {[item.notification_type, WHAT[item.what] ?? item.what].filter((text) => text !== '').join(' · ')}
        </span>
      </td>
      <td>
        <bdi>{item.audience}</bdi>
      </td>
      <td class="quiet">{item.held_by === 'queue' ? 'Queue delay' : 'Scheduler, then queue'}</td>
      <td class="actions">
        {mode === 'cancelling' ? (
          <>
            <span role="status">Cancelled</span>
            <button type="button" class="button bare" onClick={() => setMode('idle')}>
              Undo
            </button>
          </>
        ) : mode === 'moving' ? (
          <>
            <input
              type="datetime-local"
              step="1"
              aria-label="New time, UTC"
              value={time}
              onInput={(event) => setTime(event.currentTarget.value)}
            />
            <button
              type="button"
              class="button"
              onClick={() => {
                setMode('idle');
                run(() => sendAgain(eventId!, new Date(`${time}Z`).toISOString()));
              }}
            >
              Move
            </button>
            <button type="button" class="button bare" onClick={() => setMode('idle')}>
              Keep
            </button>
          </>
        ) : (
          <>
            {canRun && (
              <button type="button" class="button bare" disabled={action.isRunning} onClick={runNow}>
                Run now
              </button>
            )}
            {canChange && (
              <>
                <button type="button" class="button bare" onClick={() => setMode('moving')}>
                  Move
                </button>
                <button type="button" class="button bare" onClick={() => setMode('cancelling')}>
                  Cancel
                </button>
              </>
            )}
          </>
        )}
        <ActionResult action={action} />
      </td>
    </tr>
  );
}

/** Runs `commit` when nobody has undone it in time. */
function useCommit(isPending: boolean, commit: () => void): void {
  const latest = useRef(commit);
  latest.current = commit;
  useEffect(() => {
    if (!isPending) return;
    const timer = setTimeout(() => latest.current(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [isPending]);
}
