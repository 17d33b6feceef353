// A window of a digest is closed, and what it holds is decided: once, by one of those who try.
import { type DigestContent, type DigestMember, type DigestWindow, newestOf } from './digest.ts';
import type { Deps } from './ports.ts';

/** Our choice: more are in the digest and not in its count. Their names fit one row of 400 KB (AWS limit). */
export const ENTRIES_MAX = 10_000;

/** Safe to repeat, and to do at the same time: the first decision stays. */
export async function closeDigest(
  deps: Pick<Deps, 'digests' | 'clock'>,
  userId: string,
  window: DigestWindow,
): Promise<DigestContent> {
  const { digests, clock } = deps;
  const decided = window.closing_at_ms === undefined ? undefined : await digests.content(userId, window);
  if (decided !== undefined) return decided;
  // First: what is stored from now on finds it closed.
  await digests.close(userId, window, clock.now());
  return digests.decide(userId, window, await contentOf(deps, userId, window));
}

async function contentOf(
  { digests }: Pick<Deps, 'digests'>,
  userId: string,
  window: DigestWindow,
): Promise<DigestContent> {
  const ids = new Set<string>();
  const names: string[] = [];
  let newest: DigestMember[] = [];
  let isHigh = false;
  let after: string | undefined;
  do {
    const page = await digests.entries(userId, window, after);
    for (const entry of page.entries) {
      names.push(entry.name);
      for (const id of entry.ids) ids.add(id);
      isHigh ||= entry.newest.some((member) => member.is_high);
    }
    newest = newestOf([...newest, ...page.entries.flatMap((entry) => entry.newest)]);
    after = page.next;
  } while (after !== undefined && names.length < ENTRIES_MAX);
  const isCut = after !== undefined;
  return { count: ids.size, newest, entries: names, ...(isCut && { is_cut: true }), ...(isHigh && { is_high: true }) };
}
