// One row of the feed: type, title, audience and status, a glyph for each place, and how long it took.
import type { HistoryRow, Place } from '../../protocol/local/history.ts';
import { Icon, typeIcon } from '../parts/icon.tsx';
import { linkTo, type PageName } from '../state/route.ts';
import { clockTime, duration, roughly, shortId } from '../words/format.ts';
import { audienceName, statusOf } from '../words/status.ts';

export function FeedRow({
  row,
  now,
  page,
  isSelected,
  isTabStop,
}: {
  row: HistoryRow;
  /** One clock for all rows. */
  now: number;
  page: PageName;
  isSelected: boolean;
  isTabStop: boolean;
}) {
  const status = statusOf(row, now);
  const audience = audienceName(row);
  return (
    <a
      class="row"
      href={linkTo(page, row.id)}
      data-id={row.id}
      data-outcome={row.outcome}
      aria-current={isSelected ? 'true' : undefined}
      tabIndex={isTabStop ? 0 : -1}
    >
      <Icon name={row.outcome === 'rejected' ? 'unknown' : typeIcon(row.notification_type, row.audience.kind)} />
      <bdi class="title">{row.title}</bdi>
      <span class="status">
        {audience !== '' && (
          <>
            <bdi class="audience" title={audience}>
              {shortId(audience)}
            </bdi>
            {' · '}
          </>
        )}
        <span class={status.tone}>{status.word}</span>
        {status.rest}
      </span>
      <PlaceCell name="Inbox" place={row.inbox} isCounted={false} />
      <PlaceCell name="Socket" place={row.sockets} isCounted />
      <PlaceCell name="Phone" place={row.phones} isCounted />
      <span class="took">{tookOf(row, now)}</span>
      <time dateTime={new Date(row.at_ms).toISOString()}>{clockTime(row.at_ms)}</time>
    </a>
  );
}

const SAID = { done: 'done', failed: 'failed', waiting: 'waiting', none: 'not needed' } as const;

function PlaceCell({ name, place, isCounted }: { name: string; place: Place; isCounted: boolean }) {
  const all = place.done + place.failed;
  const count =
    !isCounted || all < 1
      ? ''
      : place.failed > 0
        ? `${place.done} of ${all}`
        : place.done > 1
          ? String(place.done)
          : '';
  return (
    <span class={`cell ${place.state}`}>
      <Icon name={place.state} />
      <span class="visually-hidden">
        {name}: {SAID[place.state]}
      </span>
      <span class="count">{count}</span>
    </span>
  );
}

function tookOf(row: HistoryRow, nowMs: number): string {
  // One unit above a minute: the column is narrow.
  if (row.took_ms !== null) return row.took_ms < 60_000 ? duration(row.took_ms) : roughly(row.took_ms);
  if (row.outcome === 'queued' || row.outcome === 'sending') return '…';
  const dueMs = row.outcome === 'scheduled' ? (row.due_ms ?? row.next_ms) : row.next_ms;
  return dueMs !== null && dueMs > nowMs ? roughly(dueMs - nowMs) : '';
}
