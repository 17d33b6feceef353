// What pages show: every notification of the inbox once, of no other user, never early; live-only frames at most once.

import { wasOvertaken } from './check-push.ts';
import { UNDER_WAY_MS } from './check-stack.ts';
import { type Episode, isPlain, wasActedOn } from './episode.ts';
import { concerns } from './expected.ts';
import type { Violation } from './violation.ts';

export function checkPages(episode: Episode): Violation[] {
  const { tabs, expected, before, finals, gateway } = episode;
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  for (const tab of tabs) {
    const { user, name } = tab;
    const idsOf = new Map<string, string>();
    for (const { id, title, atMs } of tab.shown.values()) {
      const other = idsOf.get(title);
      if (other !== undefined && !expected.get(title)?.mayRepeat)
        fail('shown twice', `${name} shows ${title} as ${other} and ${id}`, title);
      idsOf.set(title, id);
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
      if (tab.isLive() && !tab.shown.has(id))
        fail('not recovered', `after sync ${name} does not show ${title} ${id}`, title, name);
    }
    // Before anything was asked for once more: a page that is open and synchronised has been sent all that is unread.
    const shownBefore = before.get(tab);
    if (shownBefore === undefined || !isPlain(episode, user)) continue;
    for (const { id, title, is_read: isRead, last_error: lastError, created_at: createdAt } of final.list) {
      const isEveryones = expected.get(title)?.users === undefined;
      const isExcused = isRead || wasActedOn(episode, user, id) || lastError === 'rate_limited';
      if (isExcused || shownBefore.shown.has(id)) continue;
      if (expected.get(title)?.delivery !== 'must' || wasOvertaken(episode, title)) continue;
      // Its socket refused, or its credential had ended: a fan-out leaves that to the next frame or `sync`.
      const { hasFailed, endsMs } = gateway.facts.get(shownBefore.socketId)!;
      if (isEveryones && (hasFailed || endsMs <= Date.parse(createdAt) + UNDER_WAY_MS)) continue;
      fail('open page not sent', `${name} was open and was never sent ${title} ${id}`, title, name);
    }
  }
  return found;
}
