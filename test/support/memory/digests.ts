// Windows of digests in memory.
import type { DigestContent, DigestEntry, DigestWindow } from '../../../lambdas/domain/schedule/digest.ts';
import type { Digests } from '../../../lambdas/domain/schedule/ports.ts';
import type { Memory } from './memory.ts';

type Key = Pick<DigestWindow, 'name' | 'number'>;
/** As small as that, so that tests have windows of several pages. */
const PAGE_ENTRIES = 25;

export function memoryDigests({ table, call }: Memory): Digests {
  const windows = table<DigestWindow>('digestWindows');
  const contents = table<DigestContent>('digestContents');
  const entries = table<DigestEntry & Key>('digestEntries');
  const prefixOf = (name: string) => `${JSON.stringify(name)}#`;
  const rowOf = ({ name, number }: Key) => prefixOf(name) + String(number).padStart(9, '0');
  const window = (userId: string, key: Key) => windows.get(userId, rowOf(key));
  return {
    newest: (userId, name, limit, below) =>
      call('digests.newest', () => {
        const before = below === undefined ? `${prefixOf(name)}~` : rowOf({ name, number: below });
        const { rows } = windows.range(userId, { after: prefixOf(name), before, isDescending: true, limit });
        return rows.map(([, row]) => row);
      }),
    window: (userId, key) => call('digests.window', () => window(userId, key)),
    open: (userId, opened) =>
      call('digests.open', () => {
        if (window(userId, opened)) return false;
        windows.set(userId, rowOf(opened), opened);
        return true;
      }),
    close: (userId, key, atMs) =>
      call('digests.close', () => {
        const found = window(userId, key);
        if (found === undefined) return atMs;
        const { closing_at_ms: closingAtMs = atMs } = found;
        windows.set(userId, rowOf(key), { ...found, closing_at_ms: closingAtMs });
        return closingAtMs;
      }),
    add: (userId, { name, number }, entry) =>
      call('digests.add', () => {
        const row = { ...entry, number };
        entries.set(`${userId} ${rowOf({ name, number })}`, entry.name, row);
        entries.set(userId, `${rowOf({ name, number })} ${entry.name}`, row);
      }),
    entries: (userId, key, after) =>
      call('digests.entries', () => {
        const { rows, hasMore } = entries.range(`${userId} ${rowOf(key)}`, { after, limit: PAGE_ENTRIES });
        const found = rows.map(([, { name, ids, newest }]) => ({ name, ids, newest }));
        return { entries: found, ...(hasMore && { next: found.at(-1)!.name }) };
      }),
    content: (userId, key) => call('digests.content', () => contents.get(userId, rowOf(key))),
    decide: (userId, of, content) =>
      call('digests.decide', () => {
        const there = contents.get(userId, rowOf(of));
        if (there === undefined) contents.set(userId, rowOf(of), content);
        return there ?? content;
      }),
    holding: (userId, memberId) =>
      call('digests.holding', () => {
        const names = entries
          .range(userId)
          .rows.filter(([, { ids }]) => ids.includes(memberId))
          .map(([row]) => row.slice(0, row.lastIndexOf(' ')));
        const found = windows
          .range(userId)
          .rows.filter(([row, { leader }]) => leader === memberId || names.includes(row))
          .map(([, row]) => row);
        return found.sort((a, b) => b.opened_at_ms - a.opened_at_ms)[0];
      }),
  };
}
