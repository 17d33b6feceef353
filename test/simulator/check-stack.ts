// What operators see: queues that end empty, dead letters with a reason, short chains, no error of ours, the right
// sockets closed.
import type { Episode } from './episode.ts';
import type { SentLogout } from './producer.ts';
import type { Violation } from './violation.ts';
import { identityOf } from './world.ts';

/** Lambda stops a function that sends to its own queue after so many hops (AWS). */
const HOPS_MAX = 16;
/** What began before a credential ended may take so long: the deadline of a message and its last call. */
export const UNDER_WAY_MS = 20_000;

export function checkStack({ world, gateway, producer, deadLetters, observed }: Episode): Violation[] {
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const { queues, schedules } = world.memory;
  for (const name of ['dispatch', 'fanout', 'deadLetters'] as const) {
    const [left] = queues[name].all();
    if (left) fail('left over', `${name} still has ${left.id}: ${left.body.slice(0, 200)}`, left.id);
  }
  for (const { name } of schedules.all()) fail('left over', `schedule ${name}`, name.slice(0, 12));
  // The function put it aside with its reason, but the queue could not delete it and moved it too.
  const withReason = new Set(deadLetters.filter(({ attributes }) => attributes.reason).map(identityOf));
  for (const letter of deadLetters) {
    const id = identityOf(letter);
    // Or it was done at the last try, and the queue could not delete it.
    const isExcused = world.unluckyAtLast.has(id) || observed.servedAtMs.has(id);
    if (!withReason.has(id) && !isExcused) fail('no reason', `dead letter ${id} ${letter.body.slice(0, 200)}`, id);
  }
  if (world.mostHops() > HOPS_MAX) fail('chain too long', `${world.mostHops()} hops`);
  for (const error of new Set(world.unexpected)) fail('unexpected error', error);
  for (const [id, { user, beganMs, issuedMs, endsMs, hasOpened, closedMs, lastPostMs = 0 }] of gateway.facts) {
    const logouts = producer.logouts.filter((logout) => logout.user === user && logout.acceptedAtMs >= issuedMs);
    const hasEnded = (closedMs ?? 0) >= endsMs;
    if (closedMs !== undefined && logouts.length === 0 && !hasEnded)
      fail('closed without a reason', `${id} of ${user}`, id, user);
    if (beganMs > endsMs + UNDER_WAY_MS)
      fail('let in too late', `${id} of ${user}: its credential had ended`, id, user);
    if (lastPostMs > endsMs + UNDER_WAY_MS)
      fail('sent past its credential', `${id} of ${user}: ${lastPostMs - endsMs} ms after its end`, id, user);
    const servedMs = (logout: SentLogout) =>
      Math.min(...logout.messageIds.map((one) => observed.servedAtMs.get(one) ?? Number.POSITIVE_INFINITY));
    if (hasOpened && logouts.some((logout) => servedMs(logout) < beganMs))
      fail('let in after logout', `${id} of ${user} has a credential from before it`, id, user);
    const isOpen = world.memory.sockets.get(id)!.isOpen;
    const isLoggedOut = logouts.some(({ messageIds }) => messageIds.some((one) => observed.servedAtMs.has(one)));
    if (isOpen && isLoggedOut) fail('open after logout', `${id} of ${user} has a credential from before it`, id, user);
  }
  for (const { body, attributes } of deadLetters) {
    const title = observed.rows.find((row) => body.includes(`"title":"${row.title}"`))?.title;
    if (title !== undefined && attributes.reason?.includes('LimitExceededException'))
      fail('dead-lettered though stored', `${title}: ${attributes.reason}`, title);
  }
  return found;
}
