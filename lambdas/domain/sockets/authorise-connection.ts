// Whether a socket may open, for whom, and with which topics.
import { CallerError } from '../../../protocol/error-codes.ts';
import { authorisedTopics } from '../../../protocol/topic.ts';
import { EVERYONE, isUserId } from '../../../protocol/user-id.ts';
import { inboxOfCredential } from '../model/addressed-request.ts';
import type { Deps } from './ports.ts';
import { redeemTicket } from './ticket.ts';

/** What the opening handshake said, nothing of it verified. */
export interface Handshake {
  ticket?: string | undefined;
  token?: string | undefined;
  /** The query's optional `user_id`: it must be the credential's own. */
  userId?: string | undefined;
  origin?: string | undefined;
}

export interface ConnectionGrant {
  /** Of a connection: the inbox. */
  user_id: string;
  org_id?: string;
  topics: string[];
  issued_at?: string;
  /** A socket ends with the token it was opened with, or that its ticket was made with. */
  expires_at?: string;
}

/**
 * Throws CallerError `unauthorized` (401) or `forbidden` (403). A logout is looked for when the socket opens, once its
 * rows are there: openConnection.
 */
export async function authoriseConnection(
  deps: Pick<Deps, 'tickets' | 'tokens' | 'clock' | 'inboxRules'>,
  handshake: Handshake,
  allowedOrigins: readonly string[],
): Promise<ConnectionGrant> {
  // Before the ticket is spent: a page of a foreign origin must not burn a user's ticket.
  if (!isAllowedOrigin(handshake.origin, allowedOrigins)) {
    throw new CallerError('forbidden', 'This origin may not connect. Add it to allowedOrigins.');
  }
  const grant = await verifiedGrant(deps, handshake);
  if (grant === undefined || !isUserId(grant.user_id) || grant.user_id === EVERYONE) {
    throw new CallerError('unauthorized', 'A valid ticket or token is needed.');
  }
  if (handshake.userId !== undefined && handshake.userId !== grant.user_id) {
    throw new CallerError('forbidden', 'user_id is not the user of this credential.');
  }
  const topics = authorisedTopics(grant.user_id, grant.org_id, grant.topics);
  return { ...grant, user_id: inboxOfCredential(grant, deps.inboxRules), topics };
}

async function verifiedGrant(
  deps: Pick<Deps, 'tickets' | 'tokens' | 'clock'>,
  handshake: Handshake,
): Promise<ConnectionGrant | undefined> {
  if (handshake.ticket !== undefined) {
    const ticket = await redeemTicket(deps, handshake.ticket);
    if (ticket === undefined) return undefined;
    const { expires_at: _ticketOnly, credential_expires_at: endsAt, ...grant } = ticket;
    return { ...grant, ...(endsAt !== undefined && { expires_at: endsAt }) };
  }
  if (handshake.token !== undefined) return deps.tokens.verify(handshake.token);
  return undefined;
}

/** `http://localhost:*`: for development, where a page's port is whatever was free. */
const ANY_PORT = ':*';

/** Only browsers send Origin, and only they can be tricked into connecting; other clients are not bound by the list. */
function isAllowedOrigin(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  if (allowedOrigins.length === 0 || origin === undefined) return true;
  const withAnyPort = origin.replace(/:\d+$/, '') + ANY_PORT;
  return allowedOrigins.some((allowed) => allowed === origin || allowed === withAnyPort);
}
