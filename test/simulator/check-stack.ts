// What operators see: queues that end empty, dead letters with a reason, short chains, no error of ours, the right sockets closed.
import type { Episode } from './episode.ts';
import type { Violation } from './violation.ts';

/** Lambda stops a function that sends to its own queue after so many hops (AWS). */
const HOPS_MAX = 16;
/** As lambdas/domain/sockets/close-sockets.ts has it: clocks of two services differ. */
const CLOCKS_DIFFER_MS = 2_000;

export function checkStack({ world, gateway, producer, deadLetters, observed }: Episode): Violation[] {
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const { queues, schedules } = world.memory;
  for (const name of ['dispatch', 'fanout', 'deadLetters'] as const) {
    const [left] = queues[name].all();
    if (left) fail('left over', `${name} still has ${left.id}: ${left.body.slice(0, 200)}`, left.id);
  }
  for (const { name } of schedules.all()) fail('left over', `schedule ${name}`, name.slice(0, 12));
  for (const { id, body, attributes } of deadLetters) {
    if (attributes.reason === undefined && !world.unlucky.has(attributes.original_id ?? id))
      fail('no reason', `dead letter ${body.slice(0, 200)}`, id);
  }
  if (world.mostHops() > HOPS_MAX) fail('chain too long', `${world.mostHops()} hops`);
  for (const error of new Set(world.unexpected)) fail('unexpected error', error);
  for (const [id, { user, beganMs, closedMs }] of gateway.facts) {
    const logouts = producer.logouts.filter((logout) => logout.user === user);
    const mayClose = logouts.some(({ acceptedAtMs }) => beganMs <= acceptedAtMs + CLOCKS_DIFFER_MS + 20_000);
    if (closedMs !== undefined && !mayClose) fail('closed without a logout', `${id} of ${user}`, id, user);
    const isOpen = world.memory.sockets.get(id)!.isOpen;
    for (const { acceptedAtMs, messageIds } of logouts) {
      const isServed = messageIds.some((messageId) => observed.servedAtMs.has(messageId));
      if (isOpen && isServed && beganMs < acceptedAtMs - 20_000)
        fail('open after logout', `${id} of ${user} is open though it began before the logout`, id, user);
    }
  }
  return found;
}
