// Counts equal what the list shows, and marks reach what they were meant for and nothing else.
import type { Episode } from './episode.ts';
import type { ReaderAct } from './reader.ts';
import type { Violation } from './violation.ts';

const COUNT_BOUND = 100;

export function checkCounts(episode: Episode): Violation[] {
  const { finals, tabs, users, reader, observed } = episode;
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  for (const user of users) {
    const { list, count, unseen, unreadIds } = finals.get(user)!;
    const unread = list.filter((item) => !item.is_read).map(({ id }) => id);
    if (Math.min(count, COUNT_BOUND) !== Math.min(unread.length, COUNT_BOUND))
      fail('count differs from list', `${user}: counted ${count}, listed ${unread.length} unread`, user);
    if (unreadIds.join() !== unread.join())
      fail(
        'unread list differs',
        `${user}: is_read=false lists ${unreadIds.length}, the list has ${unread.length}`,
        user,
      );
    if (list.some(({ id }, at) => at > 0 && id >= list[at - 1]!.id)) fail('out of order', `${user}: the list`, user);
    const looks = reader.looks.filter((look) => look.user === user);
    const rows = observed.rows.filter(({ id }) => unread.includes(id));
    const fresh = rows.filter(({ atMs }) => looks.every(({ endMs }) => atMs > endMs));
    const seen = rows.filter(({ atMs }) => looks.some(({ isDone, startMs }) => isDone && startMs > atMs));
    if (unseen < Math.min(fresh.length, COUNT_BOUND) || unseen > unread.length - seen.length)
      fail(
        'unseen count is wrong',
        `${user}: ${unseen}, of ${unread.length} unread ${fresh.length} are new, ${seen.length} seen`,
        user,
      );
    for (const tab of tabs) {
      if (tab.user !== user || !tab.isLive() || tab.lastCount === undefined) continue;
      if (Math.min(tab.lastCount, COUNT_BOUND) !== Math.min(unread.length, COUNT_BOUND))
        fail('synced count differs', `${tab.name}: ${tab.lastCount}, listed ${unread.length}`, user);
    }
    const shown = new Map(list.map((item) => [item.id, item]));
    const acts = reader.acts.filter((act) => act.user === user);
    for (const row of observed.rows) {
      if (row.user !== user && row.user !== undefined) continue;
      const item = shown.get(row.id);
      const state = stateOf(acts, row.id, row.atMs);
      const is = item === undefined ? 'archived' : item.is_read ? 'read' : 'unread';
      if (!state.includes(is) && episode.expected.get(row.title)?.op.expiresInMs === undefined)
        fail(`${is} though it is ${state.join(' or ')}`, `${user}: ${row.title} ${row.id}`, row.title, user);
    }
  }
  return found;
}

type State = 'unread' | 'read' | 'archived';

/**
 * What an item may be after these acts: each took effect somewhere between its start and its end, or not at all if it
 * failed.
 */
function stateOf(acts: readonly ReaderAct[], id: string, storedAtMs: number): State[] {
  const possible = acts.filter((act) => isAbout(act, id) && act.endMs >= storedAtMs);
  const certain = possible.filter((act) => act.isDone && act.startMs > storedAtMs);
  const isTakenBack = (snooze: ReaderAct) =>
    possible.some((act) => act.act === 'unsnooze' && act.endMs >= snooze.startMs);
  // What was put aside has come back as another one by now.
  const archives = ({ act }: ReaderAct) => act === 'archive' || act === 'clearAll' || act === 'snooze';
  if (certain.some((act) => archives(act) && !(act.act === 'snooze' && isTakenBack(act)))) return ['archived'];
  const states: State[] = possible.some(archives) ? ['archived'] : [];
  const others = possible.filter((act) => !archives(act));
  // The last that certainly had its effect, and all that may have come after it.
  const last = certain
    // Taking back what is not put aside changes nothing.
    .filter((act) => !archives(act) && act.act !== 'unsnooze')
    .reduce<ReaderAct | undefined>((a, b) => (a && a.startMs > b.startMs ? a : b), undefined);
  const after = others.filter((act) => last === undefined || act.endMs >= last.startMs);
  const ends = new Set<State>(after.map((act) => (act.act === 'unread' || act.act === 'unsnooze' ? 'unread' : 'read')));
  if (last === undefined) ends.add('unread');
  return [...states, ...ends];
}

function isAbout(act: ReaderAct, id: string): boolean {
  if (act.act === 'clearAll') return true;
  if (act.act === 'markAll') return act.id === undefined || id <= act.id;
  return act.id === id;
}
