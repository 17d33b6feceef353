// Send: a drawer over the right half, so that the feed stays visible; the code beside the form mirrors it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { callRuntime, sentenceOf } from '../state/call-runtime.ts';
import { nowMs, store } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';
import { dollars, plural } from '../words/format.ts';
import { type Draft, detailJson, newDraft } from './draft.ts';
import { countOf } from './field-problems.ts';
import { SendCode } from './send-code.tsx';
import { SendForm } from './send-form.tsx';
import { TEMPLATES } from './templates.ts';
import { type CostEstimate, useProblems } from './use-problems.ts';

interface PutEventsAnswer {
  FailedEntryCount: number;
  Entries: { EventId?: string; ErrorMessage?: string }[];
}
type Sent = { kind: 'sending' } | { kind: 'accepted'; eventId: string } | { kind: 'refused'; sentence: string };

export function SendDrawer({ draft }: { draft: Draft }) {
  const box = useRef<HTMLElement>(null);
  const { problems, cost, isChecked } = useProblems(draft);
  const [sent, setSent] = useState<Sent | undefined>(undefined);
  const close = useReturnOfFocus(box);
  const change = (part: Partial<Draft>) => {
    setSent(undefined);
    store.set({ sending: { ...draft, ...part } });
  };
  const wrong = countOf(problems);
  const send = async () => {
    if (wrong > 0 || sent?.kind === 'sending') return;
    setSent({ kind: 'sending' });
    setSent(await put(draft));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    }
  };
  const template = TEMPLATES.find(({ type }) => type === draft.type)?.type ?? '';
  return (
    <section class="drawer" ref={box} role="dialog" aria-labelledby="drawer-title" onKeyDown={onKeyDown}>
      <header>
        <h2 id="drawer-title">Send a notification</h2>
        <label class="template">
          <span class="quiet">Template</span>
          <select
            value={template}
            onChange={(event) => {
              const chosen = TEMPLATES.find(({ type }) => type === event.currentTarget.value);
              if (chosen)
                change({
                  ...newDraft({ to: draft.to, userId: draft.userId, userIds: draft.userIds, orgId: draft.orgId }),
                  ...chosen,
                });
            }}
          >
            {template === '' && <option value="">your own</option>}
            {TEMPLATES.map(({ type }) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        </label>
        <button type="button" class="bare-icon" aria-label="Close" onClick={close}>
          <Icon name="failed" />
        </button>
      </header>
      <SendForm draft={draft} problems={problems} onChange={change} />
      <SendCode draft={draft} problems={problems} />
      <footer>
        <button
          type="button"
          class="button primary"
          disabled={sent?.kind === 'sending'}
          aria-disabled={wrong > 0}
          onClick={() => void send()}
        >
          Send
        </button>
        <span role="status" class="sent">
          <Outcome sent={sent} wrong={wrong} formProblem={problems.form} />
        </span>
        <span class="quiet end">{isChecked && cost ? costSentence(cost) : ''}</span>
      </footer>
    </section>
  );
}

function Outcome({
  sent,
  wrong,
  formProblem,
}: {
  sent: Sent | undefined;
  wrong: number;
  formProblem: string | undefined;
}) {
  if (formProblem) return <span class="bad">{formProblem}</span>;
  if (wrong > 0) return <span class="bad">Correct {plural(wrong, 'field')} to send</span>;
  if (sent?.kind === 'sending') return <span class="quiet">Sending</span>;
  if (sent?.kind === 'refused') return <span class="bad">{sent.sentence}</span>;
  if (sent?.kind !== 'accepted') return null;
  return (
    <>
      <span class="ok">Accepted.</span>{' '}
      <a href={linkTo('live', sent.eventId)} onClick={() => store.set({ sending: undefined })}>
        See what happens
      </a>
    </>
  );
}

async function put(draft: Draft): Promise<Sent> {
  try {
    const body = { detail_type: 'notification.requested', detail_json: detailJson(draft, nowMs()) };
    const { FailedEntryCount, Entries } = await callRuntime<PutEventsAnswer>('POST', 'events', body);
    const [entry] = Entries;
    if (FailedEntryCount > 0 || entry?.EventId === undefined) {
      return { kind: 'refused', sentence: `Not sent: ${entry?.ErrorMessage ?? 'the bus refused it.'}` };
    }
    if (draft.replaces !== undefined) {
      await callRuntime('DELETE', `messages/${encodeURIComponent(draft.replaces)}`);
      store.set({ sending: { ...draft, replaces: undefined } });
    }
    return { kind: 'accepted', eventId: entry.EventId };
  } catch (error) {
    return { kind: 'refused', sentence: `Not sent: ${sentenceOf(error)}` };
  }
}

function costSentence({ dollars: amount, per_100k_sockets: many }: CostEstimate): string {
  const here = amount === null ? '' : `About ${dollars(Number(amount.toPrecision(2)))} on AWS`;
  if (many === null) return here;
  return `${here === '' ? 'About' : `${here};`} ${dollars(Number(many.toPrecision(2)))} for 100,000 open sockets`;
}

/** Takes the focus when it opens, and gives it back to what opened it. */
function useReturnOfFocus(box: { current: HTMLElement | null }): () => void {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current = document.activeElement;
    box.current?.querySelector<HTMLElement>('input[type="text"], textarea')?.focus();
  }, []);
  return () => {
    store.set({ sending: undefined });
    const target = opener.current;
    if (target instanceof HTMLElement && target.isConnected) target.focus();
  };
}
