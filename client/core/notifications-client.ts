// The public contract of the browser client: types only, so that importing this file adds no code to a bundle.
import type { Digest } from '../../protocol/digest.ts';
import type { Notification } from '../../protocol/notification.ts';
import type { EventFrame } from '../../protocol/server-frame.ts';
import type { PresenceReporter } from './presence.ts';

export type { Digest, EventFrame, Notification };

/** How `getToken` is asked: `refresh` is true after the server refused the previous token. */
export interface TokenRequest {
  refresh: boolean;
  /** The option `orgId`: return a token of this organisation. */
  orgId?: string;
}

/** What `getTicket` returns: the reply of `POST /internal/tickets`, as the page's own back end passes it on. */
export interface SocketTicket {
  ticket: string;
  ws_url: string;
}

export interface NotificationsOptions {
  /** The stack's output `HttpUrl`, or the path of a proxy in front of it. */
  apiUrl: string;
  /**
   * The user's access token, for REST calls and tickets. Called before every request, so return a cached token. Return
   * null when nobody is signed in. Leave it out when `apiUrl` is a proxy that authenticates by cookie.
   */
  getToken?: (request: TokenRequest) => string | null | Promise<string | null>;
  /**
   * A new ticket from the page's own back end. Default: `POST {apiUrl}/api/v2/tickets`. Return null when signed out.
   */
  getTicket?: (request: { orgId?: string }) => SocketTicket | null | Promise<SocketTicket | null>;
  /**
   * Whose notifications these are: tabs of one user share one socket. Default: the token's `sub`. Without either, every
   * tab opens its own socket.
   */
  userId?: string;
  /**
   * The organisation whose inbox of the user this is, for `getToken` and `getTicket`, whose credentials must be of it;
   * tabs of different organisations share nothing.
   */
  orgId?: string;
  /** Topics to subscribe to after each connect. The credential must authorise them. */
  topics?: readonly string[];
  /** False: every tab opens its own socket. Default true. */
  shareTabs?: boolean;
  /** Seconds without a frame until a keep-alive is sent. Default 540: API Gateway closes after 600 (AWS limit). */
  pingSeconds?: number;
  /** Seconds between two polls while there is no socket. Default 60. */
  pollSeconds?: number;
  /** Closes the socket after every tab was hidden for this long, and polls instead. Default: never. */
  closeHiddenAfterSeconds?: number;
  /**
   * Reports to the server whether a person is at the page: `watchPresence()`. Requests with `deliver_when` wait for it.
   * Default: nothing is reported.
   */
  presence?: PresenceReporter;
  /** Notifications kept, newest first, until older ones are loaded. Default 50, at most 100. */
  size?: number;
  /** For requests through a proxy, with cookies, or in tests. Default: the global `fetch`. */
  fetch?: typeof fetch;
}

export type ConnectionStatus =
  /** Not started. */
  | 'idle'
  /** The first attempt, or another one, is under way. */
  | 'connecting'
  /** The socket is open and everything missed has arrived. */
  | 'online'
  /** No socket, but the list is refreshed over HTTP. */
  | 'polling'
  /** No socket, and the server does not answer. */
  | 'offline'
  /** The server refused the user; nothing is tried again until `retryNow` or `start`. */
  | 'unauthorized'
  /** Stopped by `stop`. */
  | 'closed';

/** Why the status is not `online`. */
export type ConnectionReason =
  /** The socket closed, or did not answer a ping; or the user has too many, and the server says when to come back. */
  | 'connection_lost'
  /** The ticket request or the socket failed: no answer, a 5xx, or a network that blocks WebSockets. */
  | 'server_unavailable'
  /** 429; `nextRetryAt` honours `Retry-After`. */
  | 'rate_limited'
  /** The browser reports that it has no network. */
  | 'no_network'
  /** Every tab is hidden (`closeHiddenAfterSeconds`). */
  | 'hidden'
  /** `getToken` or `getTicket` returned null. */
  | 'signed_out'
  /** The user logged out everywhere (`user.logged_out`). The list is emptied. */
  | 'logged_out'
  /** The server refused the token twice, the second time after `getToken({ refresh: true })`. */
  | 'token_refused'
  /** 403: the page's origin or the user is not allowed. */
  | 'forbidden'
  /**
   * `getToken` returned a token of another user or organisation. The list is emptied; call `stop` and create a new
   * client.
   */
  | 'user_changed';

export interface Connection {
  status: ConnectionStatus;
  reason: ConnectionReason | null;
  /** Failed attempts since the last stable connection; 0 while online. */
  attempt: number;
  /** Unix milliseconds of the next attempt; null when none is planned. */
  nextRetryAt: number | null;
}

/**
 * What failed. `code` is one of docs/protocol.md, `network` (no answer), or `http_502` and the like where a proxy
 * answered.
 */
export interface NotificationsError {
  code: string;
  /** For people who read logs; show your own words by `action` and `code`. */
  message: string;
  /** HTTP status; undefined when there was no answer. */
  status?: number;
  retryAfterSeconds?: number;
  /** Which call failed. */
  action: Action | 'load' | 'connect';
  /** The notification the action was about. */
  notificationId?: string;
}

export type Action =
  | 'markRead'
  | 'markUnread'
  | 'markAllRead'
  | 'markAllSeen'
  | 'remove'
  | 'snooze'
  | 'unsnooze'
  | 'clear'
  | 'loadMore'
  | 'claim'
  | 'release'
  | 'getPreferences'
  | 'setPreferences';

/** Immutable: a new object whenever something changed, the same object otherwise. */
export interface NotificationsState {
  /** Newest first; actions that are still under way are already applied. */
  readonly notifications: readonly Notification[];
  /** From the server, less what is being marked read right now. */
  readonly unreadCount: number;
  /** Those of them that came since `markAllSeen` was called last, on any device. */
  readonly unseenCount: number;
  /** False: there are at least `unreadCount` unread notifications. */
  readonly unreadCountExact: boolean;
  /** Older notifications can be loaded with `loadMore`. */
  readonly hasMore: boolean;
  /** The first list, or older notifications, are being loaded. */
  readonly loading: boolean;
  /** Why the list could not be loaded; null once it could. Failed actions are reported by the `error` event instead. */
  readonly error: NotificationsError | null;
  readonly connection: Readonly<Connection>;
}

/** A notification this client had not seen. Not sent for the first list. */
export interface ArrivedNotification {
  notification: Notification;
  /** True in at most one tab, and on at most one device where the server chooses: make a sound here. */
  alert: boolean;
  /** `socket`: live. `catch_up`: missed while away, found by sync or polling. */
  source: 'socket' | 'catch_up';
}

export interface NotificationsEvents {
  notification: ArrivedNotification;
  /** One that came without `alert`, and that nobody has seen where it alerted: make the sound here, now. */
  alert: { notification: Notification };
  /** A live-only signal of a topic. */
  event: EventFrame;
  /** The snapshot changed. */
  change: NotificationsState;
  connection: Readonly<Connection>;
  /** An action failed and was rolled back, or the list could not be loaded. */
  error: NotificationsError;
}

export interface DelayOptions {
  /** Applied at once, sent after this many milliseconds: time for "Undo". Sent earlier when the page is closed. */
  delayMs?: number;
  /** Abort before it is sent, and it is rolled back without an error. */
  signal?: AbortSignal;
}

export interface QuietHours {
  start: string;
  end: string;
  time_zone: string;
}
export interface Preferences {
  websocket_notifications: boolean;
  push_notifications: boolean;
  email_notifications: boolean;
  muted_types: string[];
  muted_topics: string[];
  muted_groups: string[];
  quiet_hours: QuietHours | null;
  /** By notification type. What is not named comes as its producer sends it. */
  type_frequencies: Record<string, 'immediate' | 'hourly' | 'daily' | 'off'>;
  /** When daily ones come; its time zone is that of the full hours, too. */
  daily_digest: { time: string; time_zone: string };
}

/**
 * Actions change the snapshot at once. They resolve to true when the server accepted them, and to false when they were
 * rolled back; the `error` event says why. They never reject.
 */
export interface NotificationsClient {
  start(): void;
  /** Closes the socket and stops polling. Actions under way are finished. `start` begins again. */
  stop(): void;
  /** Tries at once instead of waiting for `nextRetryAt`; also after `unauthorized`. */
  retryNow(): void;
  getState(): NotificationsState;
  /** Calls `listener` at once and after every change (Svelte's store contract). Returns the way to end it. */
  subscribe(listener: (state: NotificationsState) => void): () => void;
  on<Name extends keyof NotificationsEvents>(
    name: Name,
    listener: (event: NotificationsEvents[Name]) => void,
  ): () => void;
  markRead(id: string): Promise<boolean>;
  markUnread(id: string): Promise<boolean>;
  /** Up to the newest notification in the snapshot: what arrives meanwhile stays unread. */
  markAllRead(): Promise<boolean>;
  /** The user has looked at the list: nothing is new any more, and nothing becomes read. */
  markAllSeen(): Promise<boolean>;
  remove(id: string, options?: DelayOptions): Promise<boolean>;
  /** Takes it out of the list until then: 60 s to a year ahead. It comes back as a new notification. */
  snooze(id: string, until: Date, options?: DelayOptions): Promise<boolean>;
  unsnooze(id: string): Promise<boolean>;
  /** Up to the newest notification in the snapshot. */
  clear(options?: DelayOptions): Promise<boolean>;
  loadMore(): Promise<boolean>;
  /**
   * Takes one that several users were sent: shown once the server has answered. False, with `already_claimed`, where
   * another user has it.
   */
  claim(id: string): Promise<boolean>;
  release(id: string): Promise<boolean>;
  /** Undefined when they could not be loaded. */
  getPreferences(): Promise<Preferences | undefined>;
  /** Changes the fields named. The preferences after it, or undefined when they could not be changed. */
  setPreferences(change: Partial<Preferences>): Promise<Preferences | undefined>;
}
