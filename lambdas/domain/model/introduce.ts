// A user counts as known from the first time they open a socket, the inbox or the app.
import { momentKey } from './notification-id.ts';
import type { Deps } from './ports.ts';
import { NEVER_SEEN, type Recipient } from './recipient.ts';

/** Loads a user who is there in person; one write for each user ever. */
export const loadPresent = async (deps: Pick<Deps, 'recipients' | 'clock'>, userId: string): Promise<Recipient> =>
  introduced(deps, await deps.recipients.load(userId, { consistent: true }));

export async function introduced(
  { recipients, clock }: Pick<Deps, 'recipients' | 'clock'>,
  recipient: Recipient,
): Promise<Recipient> {
  if (recipient.known_since !== NEVER_SEEN) return recipient;
  const since = momentKey(clock.now());
  await recipients.introduce(recipient.user_id, since);
  return { ...recipient, known_since: since };
}
