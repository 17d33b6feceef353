// The unread counts of users as frames and replies on the wire said them, and what was stored since.

export interface UnreadCounts {
  said(userId: string, count: number): void;
  stored(userId: string): void;
  of(userId: string): number | undefined;
  /** The users heard of, the latest last. */
  users(): string[];
  seen(userId: string): void;
  clear(): void;
}

/** Our choice: a column of users is of use up to here. */
const USERS_KEPT = 200;

export function unreadCounts(): UnreadCounts {
  const counts = new Map<string, number | undefined>();
  const put = (userId: string, count: number | undefined) => {
    counts.delete(userId);
    counts.set(userId, count);
    if (counts.size > USERS_KEPT) counts.delete(counts.keys().next().value!);
  };
  return {
    said: put,
    stored: (userId) => put(userId, (counts.get(userId) ?? 0) + 1),
    of: (userId) => counts.get(userId),
    users: () => [...counts.keys()],
    seen: (userId) => {
      if (!counts.has(userId)) put(userId, undefined);
    },
    clear: () => counts.clear(),
  };
}
