// Every check of an episode, in the order in which a reader wants to know.
import { checkClaims } from './check-claims.ts';
import { checkCounts } from './check-counts.ts';
import { checkDigests } from './check-digests.ts';
import { checkInbox } from './check-inbox.ts';
import { checkPages } from './check-pages.ts';
import { checkPush } from './check-push.ts';
import { checkSnoozes } from './check-snoozes.ts';
import { checkStack } from './check-stack.ts';
import type { Episode } from './episode.ts';
import type { Violation } from './violation.ts';

export const runChecks = (episode: Episode): Violation[] =>
  [checkInbox, checkDigests, checkPages, checkPush, checkCounts, checkSnoozes, checkClaims, checkStack].flatMap(
    (check) => check(episode),
  );
