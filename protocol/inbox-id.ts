// Which inbox: a user's own, or the user's in one organisation. As one text, so that every key made of it carries the
// organisation.

/**
 * No id has white space, so user and organisation can be separated again; and keys are joined by `#`, so no part of
 * one is taken for another.
 */
const SEPARATOR = ' ';

export interface InboxOwner {
  user_id: string;
  org_id?: string;
}

/** Without an organisation it is the user's id. */
export const inboxId = (userId: string, orgId: string | undefined): string =>
  orgId === undefined ? userId : `${userId}${SEPARATOR}${orgId}`;

export function inboxOwner(inbox: string): InboxOwner {
  const at = inbox.indexOf(SEPARATOR);
  return at === -1 ? { user_id: inbox } : { user_id: inbox.slice(0, at), org_id: inbox.slice(at + SEPARATOR.length) };
}

export const userOfInbox = (inbox: string): string => inboxOwner(inbox).user_id;

/** The user's own inbox, or the user's in any organisation. */
export const isInboxOf = (inbox: unknown, userId: string): boolean =>
  typeof inbox === 'string' && userOfInbox(inbox) === userId;
