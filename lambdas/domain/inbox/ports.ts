// What the inbox may reach: notifications, broadcasts, read state, preferences.
import type { ClaimHolder } from '../../../protocol/claim.ts';
import type { Refiled } from '../model/filing.ts';
import type { BroadcastState, Preferences } from '../model/recipient.ts';
import type { SeenMark } from '../model/seen-mark.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import type { Watermark } from '../model/watermark.ts';
import type * as sockets from '../sockets/ports.ts';

export interface UnreadKey {
  id: string;
  unread_key: string;
  expires_at?: string;
}

/** `nextAfterId`: where the next page starts; absent at the end. Expired rows are left out. */
export interface NewerPage {
  items: StoredNotification[];
  nextAfterId?: string;
}

export interface Inbox {
  /** 'created', or the row that was already there: the same request, delivered again. Takes at most PUT_MAX_MS. */
  put(userId: string, item: StoredNotification, ttlSeconds: number): Promise<'created' | StoredNotification | Refiled>;
  /**
   * Takes an id for good, so that nothing is stored under it: 'created', or the row that was already there. No read
   * returns it.
   */
  refile(
    userId: string,
    id: string,
    filedAtMs: number,
    ttlSeconds: number,
  ): Promise<'created' | StoredNotification | Refiled>;
  get(userId: string, id: string): Promise<StoredNotification | undefined>;
  /** When the request that gave up this id was filed anew; undefined when none did. */
  refiledAtMs(userId: string, id: string): Promise<number | undefined>;
  /** Records how the delivery differed from the plan. */
  update(userId: string, id: string, changes: Partial<StoredNotification>): Promise<void>;
  /**
   * Keys of what may be unread above the floor and has not expired, at most `limit`: first what was marked unread
   * again, then what was never read, both newest first.
   */
  unreadKeys(userId: string, floor: string, limit: number, options?: { consistent?: boolean }): Promise<UnreadKey[]>;
  /** Everything marked unread again after `floor`. */
  unreadAgain(userId: string, floor: string): Promise<UnreadKey[]>;
  /** Keys of what is newer than `afterId` and was never read, newest first, at most `limit`. */
  neverReadKeys(userId: string, afterId: string, limit: number): Promise<UnreadKey[]>;
  /** Newer than `afterId`, oldest first, one page of at most `limit`. */
  newerThan(userId: string, afterId: string, limit: number): Promise<NewerPage>;
}

/** `version` grows with every change. Without a holder it was released. */
export interface ClaimState {
  version: number;
  holder?: ClaimHolder;
}

/** Who may claim: the users the request named; and until when that is kept, in Unix seconds. */
export interface ClaimAudience {
  user_ids: string[];
  ttl_seconds: number;
}

/** Of several users one has it. */
export interface Claims {
  /** Idempotent. */
  keepAudience(id: string, audience: ClaimAudience): Promise<void>;
  audience(id: string): Promise<ClaimAudience | undefined>;
  /**
   * Takes it where nobody has it, where its holder's time is over, or for its holder anew, unless that was done later
   * already. The state after it.
   */
  take(id: string, holder: ClaimHolder, ttlSeconds: number): Promise<ClaimState>;
  /** The state after it; undefined where the user is not the holder. */
  release(id: string, userId: string): Promise<ClaimState | undefined>;
  /** The user no longer holds it, nor may: others do as before. Idempotent. */
  leave(id: string, userId: string): Promise<void>;
  /** Of those that were ever claimed. */
  states(ids: readonly string[]): Promise<Map<string, ClaimState>>;
}

export interface BroadcastKey {
  id: string;
  expires_at?: string;
  canary_percent?: number;
}

export interface Broadcasts {
  /** Ids of all stored broadcasts newer than `afterId`, oldest first. */
  keysNewerThan(afterId: string): Promise<BroadcastKey[]>;
  /** As a user's own: see Inbox. */
  put(item: StoredNotification, ttlSeconds: number): Promise<'created' | StoredNotification | Refiled>;
  refile(id: string, filedAtMs: number, ttlSeconds: number): Promise<'created' | StoredNotification | Refiled>;
  get(id: string): Promise<StoredNotification | undefined>;
  newerThan(afterId: string, limit: number): Promise<NewerPage>;
  /** undefined removes. A row that is not there stays away. */
  update(id: string, changes: Partial<StoredNotification>): Promise<void>;
  /** Under which id a request was stored, for those who know the request only. Idempotent. */
  nameRequest(requestId: string, id: string, ttlSeconds: number): Promise<void>;
  ofRequest(requestId: string): Promise<string | undefined>;
}

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
  /** The newest id present, including expired and archived rows. */
  newestOwn(userId: string): Promise<string | undefined>;
  newestOfEveryones(): Promise<string | undefined>;
  /** The user's own and broadcasts by id, in any order; deleted ones are left out. */
  many(userId: string, ownIds: readonly string[], broadcastIds: readonly string[]): Promise<StoredNotification[]>;
  /** A broadcast with the second it expires, which is also when each user's state of it expires. */
  broadcast(id: string): Promise<{ item: StoredNotification; ttlSeconds: number } | undefined>;
}

export interface ItemChange {
  unread_key?: string | undefined;
  read_at?: string | undefined;
  archived_at?: string;
  snoozed_until?: string | undefined;
  snooze_ended?: string;
  updated_at?: string;
}

/** Conditions, and how long the user's own row is kept from now on. */
export interface ChangeOptions {
  unlessArchived?: boolean;
  /** null: only while it is not snoozed. */
  ifSnoozedUntil?: string | null;
  ttlSeconds?: number;
}

export interface ReadMarks {
  /** 'unchanged': the row was deleted, or is not as `options` say. */
  changeOwn(userId: string, id: string, change: ItemChange, options?: ChangeOptions): Promise<'changed' | 'unchanged'>;
  changeBroadcast(
    userId: string,
    id: string,
    change: Omit<BroadcastState, 'id'>,
    ttlSeconds: number,
    options?: ChangeOptions,
  ): Promise<'changed' | 'unchanged'>;
}

/** What a user decided about the whole inbox. */
export interface UserState {
  watermarks: Watermark[];
  cleared_before: string;
  /** What the user has seen. */
  seen: SeenMark;
  /** As in Recipient. */
  known_since: string;
  preferences: Preferences;
  /** Grows with each change. */
  version: number;
}

export interface UserStates {
  read(userId: string): Promise<UserState>;
  /**
   * Reads, applies `change`, writes once; retries when another writer came between. Returns what was written. A user
   * who was never seen is known from then on.
   */
  change(userId: string, change: (state: UserState) => Partial<UserState>): Promise<UserState>;
}

export interface Deps extends sockets.Deps {
  claims: Claims;
  inbox: Inbox;
  broadcasts: Broadcasts;
  history: History;
  readMarks: ReadMarks;
  userStates: UserStates;
}
