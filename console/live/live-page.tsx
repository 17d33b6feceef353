// Live: users, the feed, and what happened to the selected notification.
import { useConsole } from '../state/console-state.ts';
import { Detail } from './detail.tsx';
import { EmptyLive } from './empty-live.tsx';
import { Feed } from './feed.tsx';
import { UsersColumn } from './users-column.tsx';

export function LivePage({ selected }: { selected: string | undefined }) {
  const isEmpty = useConsole((state) => state.areRowsLoaded && state.rows.length === 0);
  return (
    <section class={`live${selected === undefined ? '' : ' has-selection'}`} aria-label="Live">
      <h1 class="visually-hidden">Live</h1>
      <UsersColumn />
      {isEmpty ? <EmptyLive /> : <Feed page="live" selected={selected} />}
      <div class="column detail-column" data-column tabIndex={-1}>
        {selected === undefined ? <NothingSelected /> : <Detail id={selected} page="live" />}
      </div>
    </section>
  );
}

function NothingSelected() {
  return (
    <div class="hint">
      <h2>What happened to it?</h2>
      <p class="quiet">
        Select a notification. This column shows where it went, how long each step took, and what to do if it failed.
      </p>
    </div>
  );
}
