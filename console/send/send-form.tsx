// The fields of Send, each with its error under it.
import { MESSAGE_MAX_CHARACTERS, PAYLOAD_MAX_BYTES, TITLE_MAX_CHARACTERS } from '../../protocol/limits.ts';
import { Choice } from '../parts/choice.tsx';
import { bytes } from '../words/format.ts';
import { about, FieldError, type FormProps, Labelled, TextField } from './field-parts.tsx';
import { Recipients } from './recipients.tsx';

export function SendForm({ draft, problems, onChange }: FormProps) {
  const payloadBytes = new TextEncoder().encode(draft.payload.trim()).length;
  return (
    <form class="send-form" onSubmit={(event) => event.preventDefault()}>
      <Recipients draft={draft} problems={problems} onChange={onChange} />
      <TextField
        field="title"
        label="Title"
        note={`${[...draft.title].length} of ${TITLE_MAX_CHARACTERS}`}
        value={draft.title}
        problems={problems}
        onInput={(title) => onChange({ title })}
      />
      <Labelled
        field="message"
        label="Message"
        note={draft.message.length > 1_000 ? `${draft.message.length} of ${MESSAGE_MAX_CHARACTERS}` : ''}
        problems={problems}
      >
        <textarea
          {...about('message', problems)}
          rows={2}
          value={draft.message}
          onInput={(event) => onChange({ message: event.currentTarget.value })}
        />
      </Labelled>
      <TextField
        field="type"
        label="Type"
        value={draft.type}
        problems={problems}
        onInput={(type) => onChange({ type })}
      />
      <div class="two">
        <fieldset>
          <legend>Priority</legend>
          <Choice
            label="Priority"
            name="priority"
            value={draft.priority}
            options={[
              ['normal', 'Normal'],
              ['high', 'High'],
              ['critical', 'Critical'],
            ]}
            onChange={(priority) => onChange({ priority })}
          />
        </fieldset>
        <fieldset>
          <legend>Deliver</legend>
          <Choice
            label="Deliver"
            name="deliver"
            value={draft.deliver}
            options={[
              ['now', 'Now'],
              ['hour', 'In 1 h'],
              ['at', 'At…'],
            ]}
            onChange={(deliver) => onChange({ deliver })}
          />
        </fieldset>
      </div>
      {draft.deliver === 'at' && (
        <Labelled field="deliver" label="Deliver at" note="UTC" problems={problems}>
          <input
            {...about('deliver', problems)}
            type="datetime-local"
            step="1"
            value={draft.deliverAt}
            onInput={(event) => onChange({ deliverAt: event.currentTarget.value })}
          />
        </Labelled>
      )}
      <Labelled
        field="payload"
        label="Payload"
        note={`JSON object, ${bytes(payloadBytes)} of ${bytes(PAYLOAD_MAX_BYTES).replace('.0', '')}`}
        problems={problems}
      >
        <textarea
          {...about('payload', problems)}
          class="mono"
          rows={4}
          spellcheck={false}
          value={draft.payload}
          onInput={(event) => onChange({ payload: event.currentTarget.value })}
        />
      </Labelled>
      <div>
        <label class="check">
          <input
            {...about('ack', problems)}
            type="checkbox"
            checked={draft.requiresAck}
            onChange={(event) => onChange({ requiresAck: event.currentTarget.checked })}
          />
          <span>
            Require acknowledgement
            <br />
            <span class="quiet">Sent up to 3 times, 5 s apart, then pushed</span>
          </span>
        </label>
        <FieldError field="ack" problems={problems} />
      </div>
      <details open={problems.expires !== undefined || problems.id !== undefined || undefined}>
        <summary>Expiry, live only, producer’s own id</summary>
        <div class="two">
          <Labelled field="expires" label="Expires at" note="UTC" problems={problems}>
            <input
              {...about('expires', problems)}
              type="datetime-local"
              step="1"
              value={draft.expiresAt}
              onInput={(event) => onChange({ expiresAt: event.currentTarget.value })}
            />
          </Labelled>
          <TextField
            field="id"
            label="Own id"
            value={draft.id}
            problems={problems}
            onInput={(id) => onChange({ id })}
          />
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={draft.isLiveOnly}
            onChange={(event) => onChange({ isLiveOnly: event.currentTarget.checked })}
          />
          <span>
            Live only
            <br />
            <span class="quiet">Not stored and not pushed: only connected users receive it</span>
          </span>
        </label>
      </details>
    </form>
  );
}
