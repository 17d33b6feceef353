// Of those who claim one notification at the same time, one has it, and every answer, frame and list agrees on who.
import type { Claim, ClaimHolder } from '../../protocol/claim.ts';
import type { ClaimCall } from './claimer.ts';
import type { Episode } from './episode.ts';
import { concerns } from './expected.ts';
import type { Violation } from './violation.ts';

export function checkClaims(episode: Episode): Violation[] {
  const { claimer, expected, tabs, finals, users } = episode;
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const keyOf = new Map<string, string>();
  const seen = new Map<string, Claim[]>();
  const see = (key: string, claim: Claim) => {
    keyOf.set(claim.id, key);
    seen.set(key, [...(seen.get(key) ?? []), claim]);
  };
  for (const { key, user, act, answer, refused } of claimer.calls) {
    if (answer) see(key, answer);
    if (act === 'claim' && answer && !answer.holder)
      fail('claimed by nobody', `${user} claimed ${key}, version ${answer.version}`, key, user);
    if (refused !== undefined) fail('claim refused', `${user} ${act}s ${key}: ${refused}`, key, user);
  }
  for (const { user, name, claims } of tabs) {
    for (const claim of claims) {
      const key = keyOf.get(claim.id);
      // A call that was not answered has the effect, and no caller knows of which request it is.
      if (key === undefined) continue;
      see(key, claim);
      if (!concerns(expected.get(key)!, user)) fail('foreign claim', `${name} is shown the claim of ${key}`, key, name);
    }
  }
  for (const [key, claims] of seen) {
    const calls = claimer.calls.filter((call) => call.key === key);
    checkHolders(claims, calls, (rule, detail) => fail(rule, `${key}: ${detail}`, key));
    const newest = Math.max(...claims.map(({ version = 0 }) => version));
    const listed = users.flatMap((user) => finals.get(user)!.list.filter(({ title }) => title === key));
    const last = listed.flatMap(({ claim }) => (claim?.version === undefined ? [] : [claim.version]));
    if (new Set(last).size > 1) fail('claims differ', `${key}: lists have versions ${last.join(', ')}`, key);
    if (last.some((version) => version < newest))
      fail('claim forgotten', `${key}: a list has version ${Math.min(...last)}, ${newest} was seen`, key);
  }
  return found;
}

function checkHolders(
  claims: readonly Claim[],
  calls: readonly ClaimCall[],
  fail: (rule: string, detail: string) => void,
): void {
  const terms = new Map<number, ClaimHolder>();
  for (const { version = 0, holder } of claims) {
    const other = terms.get(version);
    if (other && holder && other.user_id !== holder.user_id)
      fail('claimed by two', `version ${version} is of ${other.user_id} and of ${holder.user_id}`);
    if (holder) terms.set(version, holder);
    if (holder && !calls.some(({ act, user }) => act === 'claim' && user === holder.user_id))
      fail('holder never claimed', holder.user_id);
  }
  const inOrder = [...terms].sort(([a], [b]) => a - b).map(([, holder]) => holder);
  // Each with the one right before it: a claim that is tried again after a lost call still says when it was asked for,
  // and that may be before the end of a term that others have followed since.
  for (const [at, later] of inOrder.entries()) {
    const earlier = inOrder[at - 1];
    if (!earlier || earlier.user_id === later.user_id || later.claimed_at >= earlier.expires_at) continue;
    // What a release changed last, it may have changed before its answer came.
    const isReleased = calls.some(
      ({ act, user, startMs, endMs }) =>
        act === 'release' &&
        user === earlier.user_id &&
        startMs <= Date.parse(later.claimed_at) + CALL_MAX_MS &&
        endMs >= Date.parse(earlier.claimed_at),
    );
    if (!isReleased)
      fail(
        'claimed by two',
        `${earlier.user_id} until ${earlier.expires_at}, ${later.user_id} from ${later.claimed_at}`,
      );
  }
}

/** A claim has the time at which it was asked for; the call that stores it may take so long. */
const CALL_MAX_MS = 6_000;
