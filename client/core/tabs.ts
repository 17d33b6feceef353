// How the tabs of one user talk: the leader passes on what the socket and the list bring; the others follow it.
import type { Inbox, InboxEvent } from './inbox.ts';
import type { ArrivedNotification, Connection } from './notifications-client.ts';
import type { Platform } from './platform.ts';
import type { Frame } from './socket-driver.ts';
import { joinTabs } from './tab-link.ts';

/** Our choice: a leader that is alive answers a message at once, even in a hidden tab. */
const ANSWER_MS = 2_000;

export type WakeCause = 'online' | 'visible' | 'focus' | 'retry';
type Source = ArrivedNotification['source'];

interface Hello {
  kind: 'hello';
  from: string;
  isNew: boolean;
  isVisible: boolean;
  topics: readonly string[];
  /** How many notifications it keeps. */
  limit: number;
  cause?: WakeCause;
}
type Message = { /** The leader's; a follower's messages have none. */ term?: number } & Content;
type Content =
  /** To the leader. `isNew`: the sender needs the whole list. */
  | Hello
  | { kind: 'welcome'; to: string; connection: Connection; inbox?: Inbox }
  /** A new leader: its list is the one that counts. */
  | { kind: 'lead' }
  | { kind: 'bye'; from: string }
  | { kind: 'status'; connection: Connection }
  | { kind: 'event'; event: InboxEvent; source: Source }
  | { kind: 'frame'; frame: Frame };

export interface TabsDeps {
  platform: Platform;
  name: string;
  tabId: string;
  topics: readonly string[];
  isVisible(): boolean;
  onLead(): void;
  onFollow(): void;
  /** The leader's answer to a new tab. */
  snapshot(): { inbox: Inbox; connection: Connection };
  onSnapshot(inbox: Inbox): void;
  onConnection(connection: Connection): void;
  onEvent(event: InboxEvent, source: Source): void;
  onFrame(frame: Frame): void;
  /** The leader learns of a follower. */
  onHello(hello: Pick<Hello, 'topics' | 'limit' | 'cause'>): void;
  /** Whether another tab is visible has changed. */
  onVisibility(): void;
}
export type Tabs = ReturnType<typeof createTabs>;

export function createTabs(deps: TabsDeps) {
  const { platform, tabId, topics } = deps;
  const visible = new Set<string>();
  let isLeading = false;
  /** The whole list is asked for until it has come. */
  let isNew = true;
  let cancelAnswer = () => {};
  /** The greatest of a leader so far. One that was frozen and lost the lock has a smaller one, and is not heard. */
  let term = 0;

  const post = (message: Content) => link.post(isLeading ? { ...message, term } : message);

  function hello(cause?: WakeCause): void {
    if (isLeading) return;
    const { limit } = deps.snapshot().inbox;
    post({ kind: 'hello', from: tabId, isNew, isVisible: deps.isVisible(), topics, limit, ...(cause && { cause }) });
    cancelAnswer();
    // Frozen by the browser, or crashed in a way that kept the lock.
    cancelAnswer = platform.setTimer(() => link.takeOver(), ANSWER_MS);
  }

  function setVisible(from: string, isVisible: boolean): void {
    if (visible.has(from) === isVisible) return;
    if (isVisible) visible.add(from);
    else visible.delete(from);
    if (isLeading) deps.onVisibility();
  }

  function onMessage(message: Message): void {
    if (message.term !== undefined) {
      if (isLeading) {
        // One of the two was frozen and lost the lock without knowing it yet. That it hears of soon, and is quiet then.
        if (message.term >= term) lead(message.term);
        return;
      }
      if (message.term < term) return;
      term = message.term;
    }
    if (message.kind === 'event') deps.onEvent(message.event, message.source);
    else if (message.kind === 'frame') deps.onFrame(message.frame);
    else if (message.kind === 'bye') setVisible(message.from, false);
    else if (message.kind === 'hello') {
      if (!isLeading) return;
      const { inbox, connection } = deps.snapshot();
      post({ kind: 'welcome', to: message.from, connection, ...(message.isNew && { inbox }) });
      setVisible(message.from, message.isVisible);
      deps.onHello(message);
    } else if (message.kind === 'lead') {
      isNew = true;
      hello();
    } else {
      cancelAnswer();
      if (message.kind === 'welcome' && message.to === tabId && message.inbox && isNew) {
        isNew = false;
        deps.onSnapshot(message.inbox);
      }
      deps.onConnection(message.connection);
    }
  }

  function lead(after: number): void {
    cancelAnswer();
    isLeading = true;
    isNew = false;
    term = Math.max(after + 1, platform.now());
    post({ kind: 'lead' });
  }

  const link = joinTabs(platform, deps.name, {
    onMessage,
    onLead() {
      lead(term);
      deps.onLead();
    },
    onDethroned() {
      isLeading = false;
      isNew = true;
      deps.onFollow();
      hello();
    },
    onAlone() {
      cancelAnswer();
      isLeading = true;
      deps.onLead();
    },
  });
  hello();

  return {
    hello,
    isAnyVisible: () => visible.size > 0,
    event: (event: InboxEvent, source: Source) => post({ kind: 'event', event, source }),
    frame: (frame: Frame) => post({ kind: 'frame', frame }),
    status: (connection: Connection) => post({ kind: 'status', connection }),
    leave(): void {
      cancelAnswer();
      post({ kind: 'bye', from: tabId });
      isLeading = false;
      link.leave();
    },
  };
}
