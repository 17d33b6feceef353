// Notifications: the whole list with search, and the selected one beside it.
import { Detail } from '../live/detail.tsx';
import { Feed } from '../live/feed.tsx';

export function NotificationsPage({ selected }: { selected: string | undefined }) {
  return (
    <section class={`live no-users${selected === undefined ? '' : ' has-selection'}`} aria-label="Notifications">
      <h1 class="visually-hidden">Notifications</h1>
      <Feed page="notifications" selected={selected} />
      <div class="column detail-column" data-column tabIndex={-1}>
        {selected === undefined ? (
          <div class="hint">
            <h2>Every notification of this run</h2>
            <p class="quiet">The newest 5,000 are kept. Search by title, user, type, source or id.</p>
          </div>
        ) : (
          <Detail id={selected} page="notifications" />
        )}
      </div>
    </section>
  );
}
