// The verdict: one sentence, its cause, and the button that applies the fix.
import type { HistoryDetail } from '../../protocol/local/history.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { Icon } from '../parts/icon.tsx';
import { useAction } from '../parts/use-action.ts';
import { draftOf } from '../send/draft.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { store, useConsole } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { plural } from '../words/format.ts';
import { type Verdict, verdictOf } from '../words/verdict.ts';

const GLYPH = { ok: 'done', warn: 'attention', bad: 'failed', plain: 'clock' } as const;

export function VerdictBlock({ detail }: { detail: HistoryDetail }) {
  const now = useNow();
  const wait = detail.steps.findLast(({ kind, name }) => kind === 'waiting' && name === 'retry');
  const verdict = verdictOf(detail.row, now, wait?.until_ms === undefined ? undefined : wait.until_ms - wait.at_ms);
  const [first, ...rest] = verdict.sentences;
  return (
    <div class={`verdict ${verdict.tone}`} data-outcome={detail.row.outcome}>
      <Icon name={detail.row.outcome === 'retrying' ? 'retry' : GLYPH[verdict.tone]} tone={verdict.tone} />
      <div>
        <h3>{verdict.title}</h3>
        {first && <p>{capital(first)}</p>}
        {rest.map((sentence) => (
          <p key={sentence}>{capital(sentence)}</p>
        ))}
        {verdict.fix && (
          <p>
            <b>To fix:</b> {verdict.fix.charAt(0).toLowerCase() + verdict.fix.slice(1)}
          </p>
        )}
        {detail.row.error?.is_injected && detail.row.outcome !== 'delivered' && (
          <a href={linkTo('faults')}>Open Faults</a>
        )}
        {verdict.action && <VerdictAction action={verdict.action} detail={detail} />}
      </div>
    </div>
  );
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

function VerdictAction({ action, detail }: { action: NonNullable<Verdict['action']>; detail: HistoryDetail }) {
  const running = useAction();
  const queues = useConsole((state) => state.live?.queues ?? []);
  const deadLetters = queues.filter(({ role, available }) => role === 'dead_letter' && available > 0);
  if (action === 'correct') {
    const draft = draftOf(detail.detail);
    return (
      <div class="buttons">
        {draft && (
          <button type="button" class="button primary" onClick={() => store.set({ sending: draft })}>
            Correct and send
          </button>
        )}
        <a class="button" href={linkTo('queues')}>
          Open in Queues
        </a>
      </div>
    );
  }
  if (action === 'run_now') {
    const open = detail.steps.findLast(({ kind }) => kind === 'waiting');
    return (
      <div class="buttons">
        <button
          type="button"
          class="button"
          disabled={running.isRunning || open === undefined}
          onClick={() => running.run(() => runWaiting(detail.row.id))}
        >
          Try now
        </button>
        <ActionResult action={running} />
      </div>
    );
  }
  const redrive = () =>
    running.run(async () => {
      let moved = 0;
      for (const { name } of deadLetters) {
        moved += (await callRuntime<{ moved: number }>('POST', 'redrive', { queue: name })).moved;
      }
      return `Redriven: ${plural(moved, 'message')}`;
    });
  return (
    <div class="buttons">
      <button
        type="button"
        class="button primary"
        disabled={running.isRunning || deadLetters.length === 0}
        onClick={redrive}
      >
        Redrive
      </button>
      <a class="button" href={linkTo('queues', deadLetters[0]?.name)}>
        Open in Queues
      </a>
      <ActionResult action={running} />
    </div>
  );
}

/** Makes the messages of an event that wait for their next attempt available at once. */
async function runWaiting(eventId: string): Promise<string | undefined> {
  const items = await callRuntime<{ id: string; event_id: string | null; held_by: string }[]>('GET', 'waiting');
  const own = items.filter((item) => item.event_id === eventId && item.held_by === 'queue');
  for (const { id } of own) await callRuntime('POST', `messages/${encodeURIComponent(id)}`, { visible: true });
  return own.length === 0 ? 'It is running already.' : undefined;
}
