// Tickets: made from 256 random bits, kept only as a hash, good for one socket.
import { createHash, randomBytes } from 'node:crypto';
import type { Ticket } from '../../../protocol/ticket.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { Deps, TicketGrant } from './ports.ts';

const TICKET_BYTES = 32;
/** 32 bytes in base64url, so that anything else is refused without a read. */
const TICKET_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** Never outlives the token it is made with. */
export async function issueTicket(
  deps: Pick<Deps, 'tickets' | 'clock'>,
  grant: Omit<TicketGrant, 'expires_at'>,
  ttlSeconds: number,
  wsUrl: string,
): Promise<Ticket> {
  const ticket = randomBytes(TICKET_BYTES).toString('base64url');
  const nowMs = deps.clock.now();
  const { credential_expires_at: endsAt } = grant;
  const endsAtMs = endsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endsAt);
  const expiresAt = toTimestamp(Math.min(nowMs + ttlSeconds * 1000, endsAtMs));
  await deps.tickets.put(hashOf(ticket), { ...grant, expires_at: expiresAt });
  return { ticket, ws_url: wsUrl, expires_at: expiresAt };
}

/** undefined: never issued, used before, or too late. */
export async function redeemTicket(
  deps: Pick<Deps, 'tickets' | 'clock'>,
  unverifiedTicket: string,
): Promise<TicketGrant | undefined> {
  if (!TICKET_PATTERN.test(unverifiedTicket)) return undefined;
  const grant = await deps.tickets.take(hashOf(unverifiedTicket));
  if (grant === undefined || Date.parse(grant.expires_at) <= deps.clock.now()) return undefined;
  return grant;
}

const hashOf = (ticket: string): string => createHash('sha256').update(ticket).digest('hex');
