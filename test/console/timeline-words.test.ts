import { expect, it } from 'vitest';
import { timelineOf } from '../../console/words/timeline-words.ts';
import type { Step } from '../../protocol/local/history.ts';
import { AT_MS } from './history-rows.ts';

const says = (step: Partial<Step>) => {
  const { text } = timelineOf([{ kind: 'stored', state: 'done', at_ms: AT_MS, ...step }], AT_MS)[0]!;
  return text;
};
const untilMs = AT_MS + 900_000;

it.each<[Partial<Step>, string]>([
  [{ kind: 'claimed', user_id: 'alice', until_ms: untilMs }, 'Claimed by alice until 14:47:05'],
  [{ kind: 'claimed', user_id: 'alice', org_id: 'acme' }, 'Claimed by alice in acme'],
  [{ kind: 'released', user_id: 'alice' }, 'Claim given back by alice'],
  [{ kind: 'seen', user_id: 'alice' }, 'Seen in the list by alice'],
  [{ kind: 'unread', user_id: 'alice' }, 'Marked unread by alice'],
  [{ kind: 'snoozed', user_id: 'alice', until_ms: untilMs }, 'Snoozed by alice until 14:47:05'],
  [{ kind: 'unsnoozed', user_id: 'alice' }, 'Snooze taken back by alice'],
  [{ kind: 'archived', user_id: 'alice' }, 'Removed from the list by alice'],
  [{ kind: 'gathered' }, 'Added to a digest'],
  [{ kind: 'waiting', waits_for: 'snooze', until_ms: untilMs }, 'Waits 15 min, until the snooze ends'],
  [{ kind: 'scheduled', waits_for: 'digest', until_ms: untilMs }, 'Waits 15 min, until the window of its digest ends'],
  [
    { kind: 'scheduled', waits_for: 'presence', until_ms: untilMs },
    'Waits until the user is at a page, at most until 14:47:05',
  ],
  [{ kind: 'scheduled', until_ms: untilMs }, 'EventBridge Scheduler holds it until 14:47:05'],
])('says of %j what happened', (step, text) => {
  expect(says(step)).toBe(text);
});
