// Topics: what open sockets subscribe to, and how to send to it.
import { newDraft } from '../send/draft.ts';
import { store } from '../state/console-state.ts';
import { useTopics } from '../state/use-topics.ts';
import { plural } from '../words/format.ts';

const EVERYONE = 'global_notifications';

export function Topics() {
  const { value: topics, error } = useTopics();
  return (
    <>
      <h2>Topics</h2>
      <p class="quiet">
        What open sockets subscribe to. A request to a topic is live only: stored nowhere, not pushed.
      </p>
      {error && <p class="field-error">{error}</p>}
      {topics?.length === 0 && <p class="quiet">No open socket, so no subscription.</p>}
      {topics && topics.length > 0 && (
        <ul class="topic-list">
          {topics.map(({ topic, sockets }) => (
            <li key={topic} class="line">
              <span class="grow">
                <code>{topic}</code>{' '}
                <span class="quiet">{topic === EVERYONE ? 'everyone: each open socket has it' : ''}</span>
              </span>
              <span>{plural(sockets, 'socket')}</span>
              <button
                type="button"
                class="button bare"
                onClick={() =>
                  store.set({ sending: newDraft(topic === EVERYONE ? { to: 'everyone' } : { to: 'topic', topic }) })
                }
              >
                <span>
                  Send<span class="visually-hidden"> to {topic}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
