// What became, or would become, of a request, in one sentence each: the same words in `POST /internal/explain`, in the
// audit trail and in the local console.

export const OUTCOME_REASONS = {
  delivered: 'A socket is open, and takes it.',
  delivered_and_pushed: 'Critical: socket and push.',
  pushed: 'No socket is open, so a push is sent.',
  sent: 'A socket or the push service accepted it.',
  digested: 'It waits for others: one notification for all of them is sent when the window of its digest ends.',
  held: 'Quiet hours hold the push back.',
  muted: 'The user has muted its type or group: it is stored, and neither sent nor pushed.',
  waiting: 'Nobody is at a page of the user: it waits until somebody is, at most until its deliver_when.until.',
  rate_limited: 'Too many came within a minute: it is stored, and a summary is sent in its place a minute later.',
  inbox: 'It waits in the inbox until the user connects.',
  failed: 'A socket or the push service refused it; it is in the inbox.',
  live: 'It is live only, and no connection of this audience is open. Nothing is stored.',
  expired: 'Its expires_at passes before its delivery.',
  duplicate: 'The same source sent the same id before, so no user receives it twice.',
  scheduled: 'Audience and preferences are those of that time.',
  rejected: 'Nothing is stored or sent.',
} as const;
