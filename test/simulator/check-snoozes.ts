// What a reader puts aside comes back once: not before its time, not after it was taken back, and to nobody else.
import type { Episode } from './episode.ts';
import type { ReaderAct } from './reader.ts';
import type { Violation } from './violation.ts';

export function checkSnoozes({ observed, reader, copies, plan, expected }: Episode): Violation[] {
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const times = new Map<string, number>();
  const nameOf = ({ user, id, untilMs }: { user: string; id: string | undefined; untilMs?: number }) =>
    `${user} ${id} ${untilMs}`;
  for (const { user, id, title, atMs } of observed.rows) {
    const snooze = copies.get(id);
    if (snooze === undefined) continue;
    times.set(nameOf(snooze), (times.get(nameOf(snooze)) ?? 0) + 1);
    if (user !== snooze.user) fail('came back to another user', `${title} ${id} to ${user}`, title, snooze.user);
    if (atMs < snooze.untilMs)
      fail('came back early', `${title} for ${user}: ${snooze.untilMs - atMs} ms`, title, snooze.user);
    if (times.get(nameOf(snooze))! > 1) fail('came back twice', `${title} for ${user} as ${id}`, title, snooze.user);
    const ends = reader.acts.filter((act) => act.user === user && act.id === snooze.id && endsSnooze(act));
    const starts = reader.acts.filter((act) => act.act === 'snooze' && nameOf(act) === nameOf(snooze));
    const isTakenBack = ends.some(({ act, isDone, startMs, endMs }) => {
      // What is archived is not put aside either: the order of the two does not matter.
      const isAfter = act === 'archive' || starts.every((start) => start.endMs < startMs);
      return isDone && isAfter && endMs < snooze.untilMs;
    });
    if (isTakenBack) fail('came back though taken back', `${title} for ${user} as ${id}`, title, snooze.user);
  }
  for (const act of reader.acts) {
    const { user, id, act: kind, isDone, startMs } = act;
    if (kind !== 'snooze' || !isDone || times.has(nameOf(act))) continue;
    const title = observed.rows.find((row) => row.id === id)?.title ?? '';
    // What has an end of its own may end before, and so may what was withdrawn meanwhile.
    if (expected.get(title)?.delivery !== 'must') continue;
    // Another act on it at the same time, or later: that one decides. Its list may have been a moment old.
    const isDisturbed = reader.acts.some((other) => {
      if (other === act || other.user !== user || other.endMs < startMs - plan.staleMaxMs) return false;
      if (other.act === 'clearAll') return other.startMs <= act.endMs;
      return other.id === id && (endsSnooze(other) || (other.act === 'snooze' && other.untilMs !== act.untilMs));
    });
    if (!isDisturbed) fail('did not come back', `${title} ${id} of ${user} was snoozed`, title, user);
  }
  return found;
}

const endsSnooze = ({ act }: ReaderAct): boolean => act === 'unsnooze' || act === 'archive';
