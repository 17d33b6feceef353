// What pages show: every notification of the inbox once, of no other user, never early; live-only frames at most once.

import { isNamedIn, wasOvertaken } from './check-push.ts';
import { UNDER_WAY_MS } from './check-stack.ts';
import { type Episode, isPlain, wasActedOn } from './episode.ts';
import { concerns, isOfDigest } from './expected.ts';
import type { Tab } from './tab.ts';
import type { Violation } from './violation.ts';

export function checkPages(episode: Episode): Violation[] {
  const { tabs, expected, before, finals, gateway } = episode;
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  for (const tab of tabs) {
    const { user, name } = tab;
    const idsOf = new Map<string, string>();
    for (const { id, title, atMs } of tab.shown.values()) {
      if (isOfDigest(title)) continue;
      const other = idsOf.get(title);
      const isCopy = episode.copies.has(id);
      if (!isCopy && other !== undefined && !expected.get(title)?.mayRepeat)
        fail('shown twice', `${name} shows ${title} as ${other} and ${id}`, title);
      if (!isCopy) idsOf.set(title, id);
      const expectation = expected.get(title);
      if (!expectation || !concerns(expectation, user)) fail('foreign frame', `${name} shows ${title}`, title, name);
      else if (atMs < expectation.dueMs) fail('shown early', `${name} shows ${title} before its time`, title, name);
    }
    const titles = tab.events.map((event) => event.title);
    for (const title of new Set(titles)) {
      const times = titles.filter((one) => one === title).length;
      if (times > 1) fail('event shown twice', `${name} shows the live-only ${title} ${times} times`, title, name);
      const expectation = expected.get(title);
      if (!expectation || !concerns(expectation, user)) fail('foreign event', `${name} shows ${title}`, title, name);
    }
    const final = finals.get(user)!;
    for (const { id, title } of final.list) {
      // What it never saw, because it was put aside before, was taken back: that is below its cursor.
      if (wasUnsnoozed(episode, user, id)) continue;
      if (tab.isLive() && !tab.shown.has(id))
        fail('not recovered', `after sync ${name} does not show ${title} ${id}`, title, name);
    }
    checkSessions(episode, tab, fail);
    // Before anything was asked for once more: a page that is open and synchronised has been sent all that is unread.
    const shownBefore = before.get(tab);
    if (shownBefore === undefined || !isPlain(episode, user)) continue;
    for (const { id, title, is_read: isRead, acknowledged: isAcknowledged, ...item } of final.list) {
      const { last_error: lastError, created_at: createdAt } = item;
      // Seen in another page.
      const isExcused = isRead || isAcknowledged || wasActedOn(episode, user, id) || lastError === 'rate_limited';
      if (isExcused || shownBefore.shown.has(id)) continue;
      if (expected.get(title)?.delivery !== 'must' || wasOvertaken(episode, title)) continue;
      // Its socket refused twice, or its credential had ended: the next frame or `sync` brings it.
      const { hasFailed, endsMs } = gateway.facts.get(shownBefore.socketId)!;
      if (hasFailed || endsMs <= Date.parse(createdAt) + UNDER_WAY_MS) continue;
      if (openedDuring(episode, tab, shownBefore.socketId, id)) continue;
      fail('open page not sent', `${name} was open and was never sent ${title} ${id}`, title, name);
    }
  }
  return found;
}

const wasUnsnoozed = ({ reader }: Episode, user: string, id: string): boolean =>
  reader.acts.some((act) => act.act === 'unsnooze' && act.user === user && act.id === id);

/** All tries of a message, functions that are killed included. */
const ALL_TRIES_MS = 20 * 60_000;

/** What was stored while a socket was open came to it within the time of all tries, without another `sync`. */
function checkSessions(
  episode: Episode,
  tab: Tab,
  fail: (rule: string, ...detail: [string, ...string[]]) => void,
): void {
  const { user, name, sessions, shown } = tab;
  if (!isPlain(episode, user)) return;
  for (const { fromMs, toMs, socketId } of sessions) {
    if (toMs - fromMs < ALL_TRIES_MS) continue;
    const { hasFailed, endsMs } = episode.gateway.facts.get(socketId)!;
    if (hasFailed || endsMs < toMs) continue;
    for (const row of episode.observed.rows) {
      if (row.user !== user || row.atMs < fromMs || row.atMs > toMs - ALL_TRIES_MS) continue;
      if ((shown.get(row.id)?.atMs ?? Number.POSITIVE_INFINITY) <= row.atMs + ALL_TRIES_MS) continue;
      if (episode.expected.get(row.title)?.delivery !== 'must' || wasOvertaken(episode, row.title)) continue;
      const final = episode.finals.get(user)!.list.find(({ id }) => id === row.id);
      if (
        final === undefined ||
        final.acknowledged ||
        final.last_error === 'rate_limited' ||
        wasActedOn(episode, user, row.id)
      )
        continue;
      if (openedDuring(episode, tab, socketId, row.id)) continue;
      const deadLetters = episode.deadLetters.map(({ body }) => body);
      if (isNamedIn(episode, row.title, deadLetters)) continue;
      fail(
        'open page not sent',
        `${name} had ${socketId} open and was not sent ${row.title} ${row.id}`,
        row.title,
        name,
      );
    }
  }
}

/**
 * It opened while the user had another socket: one eventually consistent read did not show it yet, and no second one
 * was made.
 */
function openedDuring({ plan, gateway, observed }: Episode, tab: Tab, socketId: string, id: string): boolean {
  const storedMs = observed.rows.find((row) => row.id === id)?.atMs ?? 0;
  const earliestMs = storedMs - plan.staleMaxMs - UNDER_WAY_MS;
  if (gateway.facts.get(socketId)!.beganMs < earliestMs) return false;
  return [...gateway.facts].some(([other, { user, beganMs, leftMs, closedMs }]) => {
    const lastMs = Math.min(leftMs ?? Number.POSITIVE_INFINITY, closedMs ?? Number.POSITIVE_INFINITY);
    return other !== socketId && user === tab.user && beganMs < storedMs && lastMs > earliestMs;
  });
}
