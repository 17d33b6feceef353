// One message of a queue: what it is, why it is here, and what to do about it.
import type { LiveQueue, QueuedMessage } from '../../protocol/local/live-state.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { CodeBox } from '../parts/code-box.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Icon } from '../parts/icon.tsx';
import { indented } from '../parts/json-block.tsx';
import { useAction } from '../parts/use-action.ts';
import { draftOf, newDraft } from '../send/draft.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { store } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';
import { preciseTime } from '../words/format.ts';
import { rejectionSentence } from '../words/verdict.ts';
import { eventIn } from './event-in-message.ts';

export function QueueMessage({
  message,
  role,
  onChange,
}: {
  message: QueuedMessage;
  role: LiveQueue['role'];
  onChange(): void;
}) {
  const action = useAction();
  const event = eventIn(message.body);
  const correct = () => {
    const draft = event?.detail === undefined ? undefined : draftOf(JSON.stringify(event.detail));
    store.set({ sending: { ...(draft ?? newDraft()), replaces: message.id } });
  };
  const remove = () =>
    action.run(async () => {
      await callRuntime('DELETE', `messages/${encodeURIComponent(message.id)}`);
      onChange();
      return undefined;
    });
  return (
    <article class="message" data-message={message.id}>
      <h2 class={role === 'work' ? undefined : 'bad'}>
        <Icon name={role === 'work' ? 'tray' : 'failed'} />
        <span>{titleOf(message, event)}</span>
      </h2>
      {message.reason && <p>{rejectionSentence({ field: message.field, reason: message.reason })}</p>}
      <dl class="facts">
        <dt>Received</dt>
        <dd>
          {preciseTime(message.sent_ms)} UTC
          {event?.source && (
            <>
              {' from '}
              <code>{event.source}</code>
            </>
          )}
        </dd>
        {event?.id && (
          <>
            <dt>Event id</dt>
            <dd>
              <code>{event.id}</code>
            </dd>
          </>
        )}
        <dt>State</dt>
        <dd>
          {message.state}
          {message.receive_count > 0 ? `, received ${message.receive_count} times` : ''}
        </dd>
      </dl>
      <CodeBox label="The message">{markedLines(event?.shown ?? indented(message.body), message.field)}</CodeBox>
      <div class="buttons">
        {role === 'rejected' && (
          <button type="button" class="button primary" onClick={correct}>
            Correct and send
          </button>
        )}
        {message.event_id !== null && (
          <a class="button" href={linkTo('live', message.event_id)}>
            See what happened
          </a>
        )}
        <CopyButton text={event?.shown ?? message.body} what="the event" label="Copy event" />
        <button type="button" class="button" disabled={action.isRunning} onClick={remove}>
          Delete
        </button>
        <ActionResult action={action} />
      </div>
      {role === 'rejected' && <p class="note">Redriving is off: the same event would be rejected again.</p>}
    </article>
  );
}

type EventIn = ReturnType<typeof eventIn>;

function titleOf(message: QueuedMessage, event: EventIn): string {
  if (message.field === 'detail-type') return `Unknown detail type “${event?.detailType ?? ''}”`;
  if (message.field !== null) return `${message.field} is not valid`;
  if (message.reason !== null) return message.reason.split(':')[0]!;
  return event?.title ?? event?.detailType ?? 'Message';
}

/** The line of the field at fault is marked. */
function markedLines(text: string, field: string | null) {
  const name = field?.split(/[.[]/)[0];
  return text.split('\n').map((line, at) => {
    const isWrong = name !== undefined && line.trimStart().startsWith(`"${name}"`);
    return isWrong ? <mark key={at}>{`${line}\n`}</mark> : <span key={at}>{`${line}\n`}</span>;
  });
}
