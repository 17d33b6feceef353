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

/** Throws CallerError `unauthorized` when the user has logged out since the credential was issued. */
export async function refuseLoggedOut(deps: Pick<Deps, 'logouts'>, issued: Issued): Promise<void> {
  const refusal = await refusalOfLoggedOut(deps, issued);
  if (refusal) throw refusal;
}

/** undefined: the user has not logged out since the credential was issued. */
export async function refusalOfLoggedOut(
  deps: Pick<Deps, 'logouts'>,
  { user_id: userId, issued_at: issuedAt }: Issued,
): Promise<CallerError | undefined> {
  // Of this organisation, and of all of them.
  const noted = [...new Set([userId, userOfInbox(userId)])];
  const notes = await Promise.all(noted.map((one) => deps.logouts.loggedOutAtMs(one)));
  if (!notes.some((atMs) => atMs !== undefined && wasIssuedBefore(issuedAt, atMs))) return undefined;
  return new CallerError('unauthorized', 'The user has logged out since this was issued. Sign in again.');
}
