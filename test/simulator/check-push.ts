// Phones get what no page could, once, and nothing of another user.
import { type Episode, hasPages, isPlain, lastingPhones, wasActedOn } from './episode.ts';
import { concerns, isKept, isOfDigest } from './expected.ts';
import type { Violation } from './violation.ts';

export function checkPush(episode: Episode): Violation[] {
  const { observed, expected, users, finals } = episode;
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const idsOf = new Map<string, string>();
  for (const { user, id, title, token, atMs } of observed.pushes) {
    if (isOfDigest(title)) continue;
    const expectation = expected.get(title);
    const other = idsOf.get(`${token} ${title}`) ?? id;
    if (other !== id && !expectation?.mayRepeat && !episode.copies.has(id))
      fail('shown twice on a phone', `${token} was pushed ${title} as ${other} and as ${id}`, title, user);
    if (!episode.copies.has(id)) idsOf.set(`${token} ${title}`, id);
    if (!expectation || !concerns(expectation, user))
      fail('foreign push', `${token} of ${user} shows ${title}`, title, user);
    else if (!isKept(expectation)) fail('live-only pushed', `${token} shows ${title}`, title);
    else if (atMs < expectation.dueMs) fail('pushed early', `${token} shows ${title} before its time`, title, user);
  }
  for (const [what, times] of episode.answeredPushes) {
    const [target, id] = what.split(' ', 2) as [string, string];
    const title = what.slice(target.length + id.length + 2);
    if (isOfDigest(title)) continue;
    // A repeat to one phone has the same id, and the phone shows it once; to everyone it costs too much.
    const isExcused = () => target !== 'everyone' && wasRepeated(episode, title);
    if (times > 1 && !isExcused())
      fail('pushed twice', `${target} was pushed ${title} ${times} times, each time with an answer`, title);
  }
  // A user who has no page that takes frames, and phones from the start, is pushed everything that stays unread.
  for (const user of users) {
    if (!isPlain(episode, user) || hasPages(episode, user)) continue;
    for (const token of lastingPhones(episode, user)) {
      const registeredMs = episode.reader.registeredAtMs.get(token) ?? Number.POSITIVE_INFINITY;
      const shown = new Set(observed.pushes.filter((push) => push.token === token).map(({ id }) => id));
      for (const { id, title, is_read: isRead, last_error: lastError } of finals.get(user)!.list) {
        if (isOfDigest(title)) continue;
        // An eventually consistent read may not show a phone that was registered a moment ago.
        if (expected.get(title)!.acceptedAtMs < registeredMs + episode.plan.staleMaxMs) continue;
        if (isRead || shown.has(id) || lastError === 'rate_limited' || wasActedOn(episode, user, id)) continue;
        // A cancellation that came meanwhile may end a delivery half way.
        if (expected.get(title)!.delivery !== 'must') continue;
        if (diedOverPush(episode, title) || episode.unanswered.has(title) || wasOvertaken(episode, title)) continue;
        fail('not pushed', `${user} has no page open and ${token} was never pushed ${title}`, title, user);
      }
    }
  }
  return found;
}

/** A message about it was received more than once. */
const wasRepeated = (episode: Episode, title: string): boolean => isNamedIn(episode, title, episode.world.repeated);

/** Its function died: what it had claimed to push to everyone is not tried again, because twice would be worse. */
const diedOverPush = (episode: Episode, title: string): boolean =>
  episode.expected.get(title)?.users === undefined && isNamedIn(episode, title, episode.world.unlucky.values());

/**
 * One copy of its message failed while another, which found it stored, was served and deleted both: only the inbox has
 * it then.
 */
export const wasOvertaken = (episode: Episode, title: string): boolean =>
  isNamedIn(episode, title, episode.world.overtaken);

export function isNamedIn({ expected, observed }: Episode, title: string, bodies: Iterable<string>): boolean {
  const { op, eventId } = expected.get(title)!;
  const ids = observed.rows.filter((row) => row.title === title).map(({ id }) => id);
  const words = [title, eventId, ...(op.id === undefined ? [] : [op.id]), ...ids].map((word) => `"${word}"`);
  return [...bodies].some((body) => words.some((word) => body.includes(word)));
}
