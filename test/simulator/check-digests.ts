// Each request for a digest is in exactly one: the counts of all digests together are the number of requests.
import type { Episode } from './episode.ts';
import type { Expectation } from './expected.ts';
import type { SeenDigest } from './observed.ts';
import type { Violation } from './violation.ts';

export function checkDigests(episode: Episode): Violation[] {
  const { expected, observed, users } = episode;
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const asked = [...expected.values()].filter(({ op }) => op.digest !== undefined);
  for (const user of users) {
    const ofUser = asked.filter((one) => one.users?.includes(user));
    for (const key of new Set(ofUser.map(({ op }) => op.digest!.key))) {
      const wanted = ofUser.filter(({ op }) => op.digest!.key === key);
      const digests = observed.digests.filter((digest) => digest.user === user && digest.key === key);
      checkKey({ episode, user, key }, wanted, digests, fail);
    }
    const listed = observed.digests.filter((digest) => digest.user === user).flatMap(({ ids }) => ids);
    for (const id of new Set(listed.filter((one, at) => listed.indexOf(one) !== at)))
      fail('in two digests', `${user}: ${id}`, user);
  }
  return found;
}

function checkKey(
  { episode, user, key }: { episode: Episode; user: string; key: string },
  wanted: readonly Expectation[],
  digests: readonly SeenDigest[],
  fail: (rule: string, detail: string, ...about: string[]) => void,
): void {
  const alone = new Map<string, number>();
  for (const row of episode.observed.rows) {
    const expectation = episode.expected.get(row.title);
    if (row.user !== user || expectation?.op.digest?.key !== key) continue;
    alone.set(row.title, (alone.get(row.title) ?? 0) + 1);
    if (!expectation.op.digest.isLeading && !wanted.some(({ op }) => op.digest!.isLeading))
      fail('delivered beside its digest', `${user} has ${row.title} by itself`, row.title);
  }
  for (const [title, times] of alone) if (times > 1) fail('stored twice', `${user} has ${title} ${times} times`, title);
  for (const { id, atMs, count, titles } of digests) {
    for (const title of titles) {
      const expectation = wanted.find((one) => one.key === title);
      if (expectation === undefined) fail('foreign in a digest', `${user}, ${key}: ${title} in ${id}`, title);
      else if (atMs < expectation.dueMs) fail('digested early', `${user}: ${title} in ${id}`, title);
      if (alone.has(title)) fail('delivered beside its digest', `${user}: ${title} and ${id}`, title);
    }
    if (new Set(titles).size !== Math.min(count, 10)) fail('digest lists too few', `${user}: ${id} of ${count}`, id);
  }
  const counted = digests.reduce((sum, { count }) => sum + count, 0) + alone.size;
  if (counted !== wanted.length)
    fail('digests do not count exactly', `${user}, ${key}: ${counted} of ${wanted.length} requests`, key, user);
}
