// Scheduled: what waits for its time, with a countdown, and how to run, move or cancel it.
import type { WaitingItem } from '../../protocol/local/live-state.ts';
import { Empty } from '../parts/empty.tsx';
import { newDraft } from '../send/draft.ts';
import { store, useConsole } from '../state/console-state.ts';
import { useLoaded } from '../state/use-loaded.ts';
import { plural } from '../words/format.ts';
import { ScheduledRow } from './scheduled-row.tsx';
import { TimeAxis } from './time-axis.tsx';

export function ScheduledPage() {
  const waiting = useConsole((state) => state.live?.waiting);
  const dueMs = useConsole((state) => state.live?.next_due_ms);
  const { value: items, error, reload } = useLoaded<WaitingItem[]>('waiting', waiting, dueMs);
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="head">
        <h1 id="page-title">Scheduled</h1>
        {items && items.length > 0 && (
          <p>{plural(items.length, 'item')} waiting. Press +1 h or Next due and watch them arrive.</p>
        )}
      </div>
      {error && <p class="field-error">{error}</p>}
      {items?.length === 0 && (
        <Empty>
          Nothing is waiting. Send with Deliver set to In 1 h.{' '}
          <button
            type="button"
            class="button bare"
            onClick={() => store.set({ sending: newDraft({ deliver: 'hour' }) })}
          >
            Schedule one
          </button>
        </Empty>
      )}
      {items && items.length > 0 && (
        <>
          <TimeAxis items={items} />
          <table class="wide-table scheduled">
            <thead>
              <tr>
                <th>Due in</th>
                <th>At (UTC)</th>
                <th>Notification</th>
                <th>To</th>
                <th>Held by</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <ScheduledRow key={item.id} item={item} onChange={reload} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
