// Who receives it: one user, several, a topic, everyone.

import { presence } from '../live/users-column.tsx';
import { Choice } from '../parts/choice.tsx';
import { useConsole } from '../state/console-state.ts';
import { useTopics } from '../state/use-topics.ts';
import { plural } from '../words/format.ts';
import { userIdsOf } from './draft.ts';
import { about, FieldError, type FormProps, Labelled } from './field-parts.tsx';

const NOTES = {
  topic: 'Live only: stored nowhere, not pushed',
  everyone: 'Stored once, sent to every open socket, pushed to every phone',
};

export function Recipients({ draft, problems, onChange }: FormProps) {
  const users = useConsole((state) => state.live?.users ?? []);
  const user = users.find(({ id, org_id: orgId = '' }) => id === draft.userId && orgId === draft.orgId);
  const organisations = [...new Set(users.flatMap(({ org_id: orgId }) => orgId ?? []))];
  const { value: topics = [] } = useTopics(draft.to === 'topic');
  const subscribed = topics.find(({ topic }) => topic === draft.topic)?.sockets ?? 0;
  const sockets = users.reduce((sum, one) => sum + one.sockets.length, 0);
  const note =
    draft.to === 'user'
      ? user
        ? presence(user)
        : 'not seen yet: it will wait in the inbox'
      : draft.to === 'users'
        ? plural(userIdsOf(draft.userIds).length, 'user')
        : draft.to === 'everyone'
          ? `${NOTES.everyone}. ${plural(sockets, 'open socket')} now`
          : `${NOTES.topic}. ${subscribed === 0 ? 'No open socket subscribes' : `${plural(subscribed, 'open socket')} subscribed`} now`;
  return (
    <>
      <fieldset>
        <legend>To</legend>
        <Choice
          label="To"
          name="to"
          value={draft.to}
          options={[
            ['user', 'One user'],
            ['users', 'Several'],
            ['topic', 'Topic'],
            ['everyone', 'Everyone'],
          ]}
          onChange={(to) => onChange({ to })}
        />
        {draft.to === 'user' && (
          <input
            {...about('to', problems)}
            type="text"
            aria-label="User id"
            list="known-users"
            autocomplete="off"
            value={draft.userId}
            onInput={(event) => onChange({ userId: event.currentTarget.value })}
          />
        )}
        {draft.to === 'users' && (
          <textarea
            {...about('to', problems)}
            aria-label="User ids, separated by commas"
            rows={2}
            value={draft.userIds}
            onInput={(event) => onChange({ userIds: event.currentTarget.value })}
          />
        )}
        {draft.to === 'topic' && (
          <input
            {...about('to', problems)}
            type="text"
            aria-label="Topic"
            list="known-topics"
            autocomplete="off"
            value={draft.topic}
            onInput={(event) => onChange({ topic: event.currentTarget.value })}
          />
        )}
        <datalist id="known-topics">
          {topics.map(({ topic, sockets: count }) => (
            <option key={topic} value={topic} label={plural(count, 'socket')} />
          ))}
        </datalist>
        <datalist id="known-users">
          {[...new Set(users.map(({ id }) => id))].map((id) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        {problems.to === undefined ? <p class="note">{note}</p> : <FieldError field="to" problems={problems} />}
        <datalist id="known-organisations">
          {organisations.map((orgId) => (
            <option key={orgId} value={orgId} />
          ))}
        </datalist>
      </fieldset>
      {(draft.to === 'user' || draft.to === 'users') && (
        <Labelled field="org" label="Organisation" note="selects the inbox there" problems={problems}>
          <input
            {...about('org', problems)}
            type="text"
            list="known-organisations"
            autocomplete="off"
            placeholder="none"
            value={draft.orgId}
            onInput={(event) => onChange({ orgId: event.currentTarget.value.trim() })}
          />
        </Labelled>
      )}
    </>
  );
}
