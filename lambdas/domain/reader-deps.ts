// What the reader's side of the inbox may reach: walking through it, marking what was read, preferences, limits, statistics.
import type { BroadcastState, Preferences } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';
import type { Watermark } from './watermark.ts';

/** Ids between the two, both exclusive; '' and OPEN_END leave a side open. */
export interface IdRange {
  after: string;
  before: string;
}
/** Later than every id. */
export const OPEN_END = '~';

/** Newest first. `lookedDownTo`: there may be more, with smaller ids than this one. */
export interface Slice<Item> {
  items: Item[];
  lookedDownTo?: string;
}

export interface History {
  own(userId: string, range: IdRange, limit: number): Promise<Slice<StoredNotification>>;
  everyones(range: IdRange, limit: number): Promise<Slice<StoredNotification>>;
  /** Ids of what was never read, by the index. */
  neverRead(userId: string, range: IdRange, limit: number): Promise<Slice<string>>;
  newestUnreadAgain(userId: string): Promise<string | undefined>;
  /** The newest id present, expired or archived ones too. */
  newestOwn(userId: string): Promise<string | undefined>;
  newestOfEveryones(): Promise<string | undefined>;
  /** Own and everyone's by id, in any order; those that are gone are left out. */
  many(userId: string, ownIds: readonly string[], broadcastIds: readonly string[]): Promise<StoredNotification[]>;
  /** A broadcast with the second it ends, which is the end of each user's state of it. */
  broadcast(id: string): Promise<{ item: StoredNotification; ttlSeconds: number } | undefined>;
}

export interface ItemChange {
  unread_key?: string | undefined;
  read_at?: string | undefined;
  archived_at?: string;
  updated_at?: string;
}

export interface ReadMarks {
  /** 'unchanged': it is gone, or archived meanwhile where `unlessArchived` is asked. */
  changeOwn(
    userId: string,
    id: string,
    change: ItemChange,
    options?: { unlessArchived?: boolean },
  ): Promise<'changed' | 'unchanged'>;
  changeBroadcast(
    userId: string,
    id: string,
    change: Omit<BroadcastState, 'id'>,
    ttlSeconds: number,
    options?: { unlessArchived?: boolean },
  ): Promise<'changed' | 'unchanged'>;
}

/** What a user decided about the whole inbox. */
export interface UserState {
  watermarks: Watermark[];
  cleared_before: string;
  preferences: Preferences;
}

export interface UserStates {
  read(userId: string): Promise<UserState>;
  /** Reads, applies `change`, writes once; when another writer came between, all over again. Gives what was written. */
  change(userId: string, change: (state: UserState) => Partial<UserState>): Promise<UserState>;
}

export interface RateLimits {
  /** Takes one of `limit` calls in the window; false when none is left. */
  take(userId: string, bucket: string, window: number, limit: number, ttlSeconds: number): Promise<boolean>;
}

export interface Audience {
  /** Everybody connected now, over all shards. */
  count(): Promise<{ users: number; connections: number }>;
}

export interface ReaderDeps {
  history: History;
  readMarks: ReadMarks;
  userStates: UserStates;
  rateLimits: RateLimits;
  audience: Audience;
}
