// A logout ends what was issued before it: tickets, tokens, and the sockets opened with them.
import { CallerError } from '../../../protocol/error-codes.ts';
import { userOfInbox } from '../../../protocol/inbox-id.ts';
import type { Deps } from './ports.ts';

/** Our choice: no token should live longer than this. */
const REMEMBERED_SECONDS = 365 * 24 * 60 * 60;

export const noteLogout = (deps: Pick<Deps, 'logouts'>, userId: string, atMs: number): Promise<void> =>
  deps.logouts.note(userId, atMs, Math.floor(atMs / 1000) + REMEMBERED_SECONDS);

/** A credential that does not say when it was issued counts as issued before. */
export const wasIssuedBefore = (issuedAt: string | undefined, loggedOutAtMs: number): boolean =>
  issuedAt === undefined || Date.parse(issuedAt) <= loggedOutAtMs;

interface Issued {
  user_id: string;
  issued_at?: string | undefined;
}

/**
 * Throws CallerError `unauthorized` when the user has logged out since the credential was issued, by reads that may be
 * a second behind: what opens a socket is looked at again when it opens.
 */
export async function refuseLoggedOut(deps: Pick<Deps, 'logouts'>, issued: Issued): Promise<void> {
  const inboxes = [...new Set([issued.user_id, userOfInbox(issued.user_id)])];
  const noted = await Promise.all(inboxes.map((inbox) => deps.logouts.loggedOutAtMs(inbox, { consistent: false })));
  const refusal = refusalOf(issued, noted);
  if (refusal) throw refusal;
}

/** Of an organisation's inbox: when its user logged out of all of them, which is noted with the user's own inbox. */
export async function loggedOutEverywhereAtMs(
  { logouts }: Pick<Deps, 'logouts'>,
  inbox: string,
): Promise<number | undefined> {
  const userId = userOfInbox(inbox);
  return userId === inbox ? undefined : logouts.loggedOutAtMs(userId, { consistent: true });
}

/** undefined: the user has not logged out since the credential was issued. */
export function refusalOf({ issued_at: issuedAt }: Issued, noted: (number | undefined)[]): CallerError | undefined {
  if (!noted.some((atMs) => atMs !== undefined && wasIssuedBefore(issuedAt, atMs))) return undefined;
  return new CallerError('unauthorized', 'The user has logged out since this was issued. Sign in again.');
}
