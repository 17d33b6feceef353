// Which rows of the feed are shown: by what they need, and by what is searched for.
import type { HistoryRow } from '../../protocol/local/history.ts';
import type { Show } from '../state/console-state.ts';
import { audienceName, isProblem, isWaiting } from '../words/status.ts';

export interface Found {
  found: HistoryRow[];
  counts: Record<Show, number>;
}

export function filterRows(rows: HistoryRow[], show: Show, query: string): Found {
  const wanted = query.trim().toLowerCase();
  const matching = wanted === '' ? rows : rows.filter((row) => searchText(row).includes(wanted));
  const problems = matching.filter(isProblem);
  const waiting = matching.filter(isWaiting);
  const counts = { all: matching.length, problems: problems.length, waiting: waiting.length };
  return { found: show === 'problems' ? problems : show === 'waiting' ? waiting : matching, counts };
}

const searchText = (row: HistoryRow): string =>
  `${row.title}\n${audienceName(row)}\n${row.audience.name}\n${row.notification_type}\n${row.source}\n${row.id}`.toLowerCase();
