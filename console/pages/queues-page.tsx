// Queues: their messages, why they are there, and what to do: correct, redrive, delete.
import type { LiveQueue, QueuedMessage } from '../../protocol/local/live-state.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { Empty } from '../parts/empty.tsx';
import { useAction } from '../parts/use-action.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { useConsole } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';
import { useLoaded } from '../state/use-loaded.ts';
import { useNow } from '../state/use-now.ts';
import { plural, roughly } from '../words/format.ts';
import { QueueMessage } from './queue-message.tsx';

const ROLE_ORDER = { rejected: 0, dead_letter: 1, work: 2 };
const ABOUT = {
  rejected: 'Events that failed validation. Kept unmodified, never retried.',
  dead_letter:
    'What failed on every attempt, with the reason. Redrive it once the cause is fixed; no user receives a duplicate.',
  work: 'What waits for its function.',
};
const NOTHING = {
  rejected: 'Nothing rejected. Send without a title to see one.',
  dead_letter: 'No failed messages. Turn on a fault to see one.',
  work: 'Nothing is waiting here.',
};

export function QueuesPage({ name }: { name: string | undefined }) {
  const all = useConsole((state) => state.live?.queues ?? []);
  const queues = [...all].sort((a, b) => ROLE_ORDER[a.role] - ROLE_ORDER[b.role]);
  const chosen =
    queues.find((queue) => queue.name === name) ??
    queues.find((queue) => queue.role !== 'work' && count(queue) > 0) ??
    queues[0];
  const now = useNow(5_000);
  return (
    <section class="split" aria-labelledby="page-title">
      <ul class="split-list" aria-label="Queues" data-column>
        {queues.map((queue) => (
          <li key={queue.name}>
            <a href={linkTo('queues', queue.name)} aria-current={queue === chosen ? 'true' : undefined}>
              <span class={queue.role !== 'work' && count(queue) > 0 ? 'bold' : undefined}>{queue.label}</span>
              <span class={queue.role !== 'work' && count(queue) > 0 ? 'bad bold' : undefined}>{count(queue)}</span>
              <span class="quiet">{stateOf(queue, now)}</span>
            </a>
          </li>
        ))}
      </ul>
      <div class="split-body" data-column tabIndex={-1}>
        {chosen && <Messages key={chosen.name} queue={chosen} />}
      </div>
    </section>
  );
}

const count = ({ available, delayed, in_flight }: LiveQueue) => available + delayed + in_flight;

function stateOf(queue: LiveQueue, nowMs: number): string {
  if (queue.oldest_ms !== null) return `oldest ${roughly(nowMs - queue.oldest_ms)}`;
  const parts = [
    queue.in_flight > 0 && `${queue.in_flight} in flight`,
    queue.delayed > 0 && `${queue.delayed} delayed`,
  ];
  return parts.filter(Boolean).join(', ') || 'empty';
}

function Messages({ queue }: { queue: LiveQueue }) {
  const total = count(queue);
  const path = `queues/${encodeURIComponent(queue.name)}`;
  const { value: messages, error, reload } = useLoaded<QueuedMessage[]>(path, total, queue.oldest_ms);
  const action = useAction();
  const redrive = () =>
    action.run(async () => {
      const { moved } = await callRuntime<{ moved: number }>('POST', 'redrive', { queue: queue.name });
      reload();
      return `Redriven: ${plural(moved, 'message')}.`;
    });
  return (
    <>
      <div class="head">
        <h1 id="page-title">{queue.label}</h1>
        <p>{ABOUT[queue.role]}</p>
        {queue.role === 'dead_letter' && total > 0 && (
          <button type="button" class="button primary end" disabled={action.isRunning} onClick={redrive}>
            Redrive {plural(total, 'message')}
          </button>
        )}
      </div>
      <ActionResult action={action} />
      {error && <p class="field-error">{error}</p>}
      {messages?.length === 0 && <Empty>{NOTHING[queue.role]}</Empty>}
      {messages?.map((message) => (
        <QueueMessage key={message.id} message={message} role={queue.role} onChange={reload} />
      ))}
      {messages && total > messages.length && (
        <p class="quiet">
          The newest {messages.length} of {total} are shown.
        </p>
      )}
    </>
  );
}
