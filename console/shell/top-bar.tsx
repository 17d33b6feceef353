// The bar on top: the runtime's clock and how to move it, search, the meter, Reset and Send.
import { useRef } from 'preact/hooks';
import { ActionResult } from '../parts/action-result.tsx';
import { Icon } from '../parts/icon.tsx';
import { useAction } from '../parts/use-action.ts';
import { newDraft } from '../send/draft.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { store, useConsole } from '../state/console-state.ts';
import { goTo, readRoute } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { clockTime, dollars, moment, roughly } from '../words/format.ts';

export const openSend = () => store.set({ sending: store.get().sending ?? newDraft() });

export async function advanceClock(seconds: number): Promise<undefined> {
  await callRuntime('POST', 'clock', { advance_seconds: Math.max(0, seconds) });
}

/** To the moment at which the next thing falls due. */
export async function advanceToNextDue(): Promise<undefined> {
  const { live, skewMs } = store.get();
  if (live?.next_due_ms) await advanceClock((live.next_due_ms - Date.now() - skewMs) / 1_000);
}

export function TopBar() {
  const clock = useAction();
  return (
    <header class="top">
      <Clock />
      <button type="button" class="button" onClick={() => clock.run(() => advanceClock(60))}>
        +1 min
      </button>
      <button type="button" class="button" onClick={() => clock.run(() => advanceClock(3_600))}>
        +1 h
      </button>
      <NextDue onClick={() => clock.run(advanceToNextDue)} />
      {clock.error && <ActionResult action={clock} />}
      <Search />
      <Meter />
      <Reset />
      <button type="button" class="button primary" onClick={openSend}>
        Send<kbd class="wide">S</kbd>
      </button>
    </header>
  );
}

function Clock() {
  const now = useNow(250);
  const aheadMs = useConsole((state) => state.live?.ahead_ms ?? 0);
  return (
    <div class="clock">
      <time dateTime={new Date(now).toISOString()}>{clockTime(now)}</time>
      <span class="quiet wide">UTC</span>
      <span class="quiet ahead">{aheadMs < 1_000 ? 'real time' : `${roughly(aheadMs)} ahead`}</span>
    </div>
  );
}

function NextDue({ onClick }: { onClick(): void }) {
  const dueMs = useConsole((state) => state.live?.next_due_ms ?? null);
  const now = useNow();
  const when = dueMs === null ? 'nothing' : moment(dueMs, now);
  return (
    <button
      type="button"
      class="button next-due"
      disabled={dueMs === null}
      title={dueMs === null ? 'Nothing is waiting' : `Moves the clock ${roughly(dueMs - now)} ahead`}
      onClick={onClick}
    >
      Next due<span class="wide">{when}</span>
    </button>
  );
}

function Search() {
  const query = useConsole((state) => state.query);
  const search = (text: string) => {
    store.set({ query: text });
    const { page } = readRoute();
    if (text !== '' && page !== 'live' && page !== 'notifications') goTo('notifications');
  };
  return (
    <label class="search">
      <Icon name="search" />
      <span class="visually-hidden">Search notifications by title, user, type or id</span>
      <input
        id="search"
        type="search"
        placeholder="Title, user or id"
        value={query}
        onInput={(event) => search(event.currentTarget.value)}
      />
      <kbd>/</kbd>
    </label>
  );
}

function Meter() {
  const amount = useConsole((state) => state.live?.dollars ?? 0);
  return (
    <div class="meter" title="What AWS would bill for this run: list prices of us-east-1, without free tiers">
      <b>{dollars(Number(amount.toPrecision(2)))}</b>
      <span class="quiet">this run</span>
    </div>
  );
}

function Reset() {
  const dialog = useRef<HTMLDialogElement>(null);
  const reset = useAction();
  const run = () =>
    reset.run(async () => {
      await callRuntime('POST', 'reset');
      store.set({ rows: [], query: '' });
      dialog.current?.close();
      return undefined;
    });
  return (
    <>
      <button type="button" class="button wide" onClick={() => dialog.current?.showModal()}>
        Reset
      </button>
      <dialog ref={dialog} class="confirm" aria-labelledby="reset-title">
        <h2 id="reset-title">Delete all data and messages?</h2>
        <p>
          Empties the table, queues, schedules and phones, turns faults off and closes every socket. The clock stays.
        </p>
        <div class="buttons">
          <button type="button" class="button danger" disabled={reset.isRunning} onClick={run}>
            Delete everything
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <ActionResult action={reset} />
        </div>
      </dialog>
    </>
  );
}
