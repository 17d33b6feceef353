// A user's inbox in a tab of its own: a socket by a ticket, as a browser client opens it, and what arrives.
import { useEffect, useState } from 'preact/hooks';
import { Icon, typeIcon } from '../parts/icon.tsx';
import { callAs, sentenceOf } from '../state/call-runtime.ts';
import { clockTime, plural } from '../words/format.ts';
import { type Notification, openInbox, type WatchState } from './open-inbox.ts';

export function WatchPage({ userId }: { userId: string }) {
  const [state, setState] = useState<WatchState>({ link: 'connecting', items: [], unread: undefined, events: [] });
  const [isWanted, setWanted] = useState(true);
  const [error, setError] = useState<string | undefined>(undefined);
  useEffect(() => (isWanted ? openInbox(userId, setState) : undefined), [userId, isWanted]);
  useEffect(() => {
    document.title = `${state.unread ? `(${state.unread}) ` : ''}${userId} · Carillon local`;
  }, [state.unread, userId]);
  const read = (id: string) => {
    callAs<{ unread_count: number }>(userId, 'PUT', `/api/v2/notifications/${id}/read`).then(
      ({ unread_count: unread }) =>
        setState((before) => ({
          ...before,
          unread,
          items: before.items.map((one) => (one.id === id ? { ...one, is_read: true } : one)),
        })),
      (failure: unknown) => setError(sentenceOf(failure)),
    );
  };
  const words = !isWanted
    ? 'Closed'
    : { connecting: 'Connecting', connected: 'Connected', waiting: 'Reconnecting' }[state.link];
  return (
    <main class="watch">
      <header>
        <h1>
          <bdi>{userId}</bdi>
        </h1>
        <p class="quiet">{state.unread === undefined ? '' : `${state.unread} unread`}</p>
        <p role="status" class="end">
          <Icon name={words === 'Connected' ? 'dot' : 'ring'} tone={words === 'Connected' ? 'ok' : 'quiet'} />
          {words}
        </p>
        <button type="button" class="button" onClick={() => setWanted(!isWanted)}>
          {isWanted ? 'Close the socket' : 'Open a socket'}
        </button>
        <a href="/">Console</a>
      </header>
      {error && <p class="field-error">{error}</p>}
      {state.items.length === 0 && <p class="empty">No notifications yet. New ones appear here as they arrive.</p>}
      <ul aria-label={`Notifications of ${userId}`} aria-live="polite">
        {state.items.map((item) => (
          <Item key={item.id} item={item} onRead={() => read(item.id)} />
        ))}
      </ul>
      {state.events.length > 0 && (
        <>
          <h2>{plural(state.events.length, 'live event')}</h2>
          <ul>
            {state.events.map(({ key, text }) => (
              <li key={key}>
                <code>{text}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

function Item({ item, onRead }: { item: Notification; onRead(): void }) {
  return (
    <li class={item.is_read ? undefined : 'unread'} data-id={item.id}>
      <Icon name={typeIcon(item.notification_type, 'user')} />
      <div>
        <b>
          <bdi>{item.title}</bdi>
        </b>
        <p>
          <bdi>{item.message}</bdi>
        </p>
        <p class="quiet">
          {clockTime(Date.parse(item.created_at))} · {item.notification_type}
          {item.is_read ? '' : ' · unread'}
        </p>
      </div>
      {!item.is_read && (
        <button type="button" class="button bare" onClick={onRead}>
          Mark read
        </button>
      )}
    </li>
  );
}
