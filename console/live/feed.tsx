// The feed: one row per notification, newest on top. Nothing moves under the pointer: new rows wait behind "3 new".
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { HistoryRow } from '../../protocol/local/history.ts';
import { Choice } from '../parts/choice.tsx';
import { Empty } from '../parts/empty.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { type Show, store, useConsole } from '../state/console-state.ts';
import { goTo, type PageName } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { FeedRow } from './feed-row.tsx';
import { filterRows } from './filter-rows.ts';
import { useRowHeight } from './use-row-height.ts';

export function Feed({ page, selected }: { page: PageName; selected: string | undefined }) {
  const rows = useConsole((state) => state.rows);
  const show = useConsole((state) => state.show);
  const query = useConsole((state) => state.query);
  const isPaused = useConsole((state) => state.isPaused);
  const { shown, waiting, release, hold } = useHeldRows(rows, isPaused);
  const { found, counts } = useMemo(() => filterRows(shown, show, query), [shown, show, query]);
  const rowHeight = useRowHeight();
  const now = useNow();
  const at = found.findIndex(({ id }) => id === selected);
  useFeedKeys(found, at, page);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer over the list only holds new rows back
    <div
      class="column feed-column"
      data-column
      onMouseEnter={() => hold('hover', true)}
      onMouseLeave={() => hold('hover', false)}
    >
      <div class="bar feed-bar">
        <div class="filters">
          <Choice<Show>
            label="Show"
            name={`show-${page}`}
            value={show}
            options={[
              ['all', `All ${counts.all}`],
              ['problems', `Problems ${counts.problems}`],
              ['waiting', `Waiting ${counts.waiting}`],
            ]}
            onChange={(value) => store.set({ show: value })}
          />
          <span class="new" role="status">
            {waiting > 0 && (
              <button type="button" class="button bare" onClick={release}>
                {waiting} new
              </button>
            )}
          </span>
          <button
            type="button"
            class="button bare pause"
            aria-pressed={isPaused}
            onClick={() => store.set({ isPaused: !isPaused })}
          >
            {isPaused ? 'Go on' : 'Pause'}
          </button>
        </div>
        <div class="heads" aria-hidden="true">
          <span />
          <span>Inbox</span>
          <span>Socket</span>
          <span>Phone</span>
          <span>Time</span>
        </div>
      </div>
      {found.length === 0 && <NothingFound show={show} query={query} />}
      <VirtualList
        items={found}
        rowHeight={rowHeight}
        label="Notifications, newest first"
        keyOf={(row) => row.id}
        scrollTo={at < 0 ? undefined : at}
        onScroll={(top) => hold('scroll', top > rowHeight)}
        render={(row, index) => (
          <FeedRow
            row={row}
            now={now}
            page={page}
            isSelected={row.id === selected}
            isTabStop={at < 0 ? index === 0 : index === at}
          />
        )}
      />
    </div>
  );
}

function NothingFound({ show, query }: { show: Show; query: string }) {
  if (query !== '') {
    return (
      <Empty>
        No notification matches “<bdi>{query}</bdi>”.{' '}
        <button type="button" class="button bare" onClick={() => store.set({ query: '' })}>
          Clear search
        </button>
      </Empty>
    );
  }
  if (show === 'problems') return <Empty>No problems. Send without a title to see one.</Empty>;
  if (show === 'waiting') return <Empty>Nothing is waiting. Send with Deliver set to In 1 h.</Empty>;
  return null;
}

/** Keeps new rows back while the list is hovered, scrolled or paused; known rows change in their place. */
function useHeldRows(rows: HistoryRow[], isPaused: boolean) {
  const holds = useRef({ hover: false, scroll: false });
  const [newest, setNewest] = useState(Number.POSITIVE_INFINITY);
  const newestOrder = rows[0]?.order ?? 0;
  const isHeld = isPaused || newest !== Number.POSITIVE_INFINITY;
  const hold = (why: 'hover' | 'scroll', on: boolean) => {
    if (holds.current[why] === on) return;
    holds.current[why] = on;
    const { hover, scroll } = holds.current;
    setNewest((before) => {
      if (!hover && !scroll && !isPaused) return Number.POSITIVE_INFINITY;
      return before === Number.POSITIVE_INFINITY ? newestOrder : before;
    });
  };
  useEffect(() => {
    if (isPaused) setNewest((before) => (before === Number.POSITIVE_INFINITY ? newestOrder : before));
    else if (!holds.current.hover && !holds.current.scroll) setNewest(Number.POSITIVE_INFINITY);
  }, [isPaused]);
  // After a reset everything is new.
  const limit = isHeld && newest > newestOrder ? newestOrder : newest;
  const shown = useMemo(
    () => (limit >= newestOrder ? rows : rows.filter(({ order }) => order <= limit)),
    [rows, limit, newestOrder],
  );
  return { shown, waiting: rows.length - shown.length, hold, release: () => setNewest(newestOrder) };
}

/** J, K and the arrows move the selection; the row that has it is the feed's one tab stop. */
function useFeedKeys(rows: HistoryRow[], at: number, page: PageName): void {
  const latest = useRef({ rows, at });
  // The address changes later than the key, so that a key pressed meanwhile goes on from `at` as it is set below.
  latest.current = { rows, at };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key } = event;
      const isInFeed = target instanceof HTMLElement && target.closest('.feed-column .virtual') !== null;
      const isFree =
        target === document.body || isInFeed || (target instanceof HTMLElement && target.closest('.row') !== null);
      const isLetter = /^[jk]$/i.test(key);
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      if (!isFree || (isLetter && !store.get().areShortcutsOn) || (!isLetter && !isInFeed)) return;
      const step = /^(j|ArrowDown)$/i.test(key) ? 1 : /^(k|ArrowUp)$/i.test(key) ? -1 : 0;
      if (step === 0) return;
      event.preventDefault();
      const { rows: current, at: from } = latest.current;
      const to = Math.min(current.length - 1, Math.max(0, from + step));
      const next = current[to];
      if (!next) return;
      latest.current.at = to;
      goTo(page, next.id);
      focusRow(next.id);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [page]);
}

/** A row that was out of view is in the document a few frames after the list scrolled to it. */
const FRAMES_TO_TRY = 10;

function focusRow(id: string, framesLeft = FRAMES_TO_TRY): void {
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`.row[data-id="${id}"]`);
    if (row) row.focus({ preventScroll: true });
    else if (framesLeft > 0) focusRow(id, framesLeft - 1);
  });
}
