// How the tabs of one user talk: the leader passes on what the socket and the list bring; the others follow it.
import type { WakeCause } from './connection-machine.ts';
import type { Inbox, InboxEvent } from './inbox.ts';
import type { ArrivedNotification, Connection } from './notifications-client.ts';
import type { Platform } from './platform.ts';
import type { Frame } from './socket-driver.ts';
import type { Store } from './store.ts';
import { holdLock } from './tab-lock.ts';

/** Our choice: a leader that is alive answers a message at once, even in a hidden tab. */
const ANSWER_MS = 2_000;
/** Our choice: when two tabs both believe they lead, the lock decides within a message or two. */
const CLAIMS_MAX = 10;

type Source = ArrivedNotification['source'];
type Content =
  /** To the leader. `isNew`: the sender needs the whole list. `limit`: how many notifications it keeps. */
  | {
      kind: 'hello';
      from: string;
      isNew: boolean;
      isVisible: boolean;
      /** A person is there. */
      isHere: boolean;
      topics: readonly string[];
      limit: number;
      cause?: WakeCause | undefined;
    }
  | { kind: 'welcome'; to: string; connection: Connection; inbox: Inbox | undefined }
  /** A new leader: its list is the one that counts. */
  | { kind: 'lead' }
  | { kind: 'bye'; from: string }
  | { kind: 'status'; connection: Connection }
  | { kind: 'event'; event: InboxEvent; source: Source }
  | { kind: 'frame'; frame: Frame };
/** `term`: the leader's; what a follower says has none. */
type Message = Content & { term?: number };

/** The client, as its tabs need it. */
export interface TabClient {
  platform: Platform;
  tabId: string;
  store: Store;
  topics: ReadonlySet<string>;
  lead(): void;
  follow(): void;
  take(event: InboxEvent, source: Source): void;
  signal(frame: Frame): unknown;
  subscribe(topics: readonly string[]): void;
  wake(cause: WakeCause): void;
  onVisibility(): void;
  presence: { isHere(): boolean; tell(): void } | undefined;
}
export interface Tabs {
  /** To the leader: this tab is here, and why it says so. */
  hello(cause?: WakeCause): void;
  /** Another tab is visible. */
  isAnyVisible(): boolean;
  /** A person is at another tab. */
  isAnyActive(): boolean;
  post(message: Content): void;
  leave(): void;
}

export function createTabs(client: TabClient, name: string): Tabs {
  const { platform, tabId, store } = client;
  const visible = new Set<string>();
  const active = new Set<string>();
  let isLeading = false;
  /** The whole list is asked for until it has come. */
  let isNew = true;
  let cancelAnswer = () => {};
  /** The greatest of a leader so far. One that was frozen and lost the lock has a smaller one, and is not heard. */
  let term = 0;
  let claims = 0;

  const channel = platform.openChannel(name);
  channel.onmessage = ({ data }) => onMessage(data);
  let isAlone = false;
  const post = (message: Content) => {
    if (!isAlone) channel.postMessage(isLeading ? { ...message, term } : message);
  };

  function hello(cause?: WakeCause): void {
    if (isLeading) return;
    const { limit } = store.inbox();
    const isVisible = !platform.isHidden();
    const isHere = !!client.presence?.isHere();
    post({ kind: 'hello', from: tabId, isNew, isVisible, isHere, topics: [...client.topics], limit, cause });
    cancelAnswer();
    // Frozen by the browser, or crashed in a way that kept the lock.
    cancelAnswer = platform.setTimer(lock.steal, ANSWER_MS);
  }

  function setVisible(from: string, isVisible: boolean): void {
    if (visible.has(from) === isVisible) return;
    if (isVisible) visible.add(from);
    else visible.delete(from);
    if (isLeading) client.onVisibility();
  }

  function setActive(from: string, isHere: boolean): void {
    if (active.has(from) === isHere) return;
    if (isHere) active.add(from);
    else active.delete(from);
    if (isLeading) client.presence?.tell();
  }

  function lead(after: number): void {
    cancelAnswer();
    isLeading = true;
    isNew = false;
    term = Math.max(after + 1, platform.now());
    post({ kind: 'lead' });
  }

  function onMessage(message: Message): void {
    if (message.term !== undefined) {
      if (isLeading) {
        // One of the two was frozen and lost the lock without knowing it yet. That it hears of soon, and is quiet then.
        if (message.term >= term && claims++ < CLAIMS_MAX) lead(message.term);
        return;
      }
      if (message.term < term) return;
      term = message.term;
    }
    switch (message.kind) {
      case 'event':
        client.take(message.event, message.source);
        break;
      case 'frame':
        client.signal(message.frame);
        break;
      case 'bye':
        setVisible(message.from, false);
        setActive(message.from, false);
        break;
      case 'lead':
        isNew = true;
        hello();
        break;
      case 'hello':
        if (isLeading) welcome(message);
        break;
      default:
        cancelAnswer();
        if (message.kind === 'welcome' && message.to === tabId && message.inbox && isNew) {
          isNew = false;
          store.adopt(message.inbox);
        }
        store.setConnection(message.connection);
    }
  }

  function welcome({ from, isNew: isAll, isVisible, isHere, topics, limit, cause }: Content & { kind: 'hello' }): void {
    const { connection } = store.getState();
    const inbox = store.inbox();
    post({ kind: 'welcome', to: from, connection, inbox: isAll ? inbox : undefined });
    setVisible(from, isVisible);
    setActive(from, isHere);
    if (limit > inbox.limit) store.adopt({ ...inbox, limit });
    client.subscribe(topics);
    if (cause) client.wake(cause);
  }

  const lock = holdLock(platform.locks!, name, {
    onHeld() {
      claims = 0;
      lead(term);
      client.lead();
    },
    onStolen() {
      isLeading = false;
      isNew = true;
      client.follow();
      hello();
    },
    onRefused() {
      channel.close();
      isAlone = true;
      lead(term);
      client.lead();
    },
  });
  hello();

  return {
    hello,
    post,
    isAnyVisible: () => visible.size > 0,
    isAnyActive: () => active.size > 0,
    leave(): void {
      cancelAnswer();
      isLeading = false;
      post({ kind: 'bye', from: tabId });
      lock.leave();
      channel.close();
    },
  };
}
