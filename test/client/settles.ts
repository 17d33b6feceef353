// One random history of a client and its server over a bad network; at its end both must agree.
import { type FakeTab, fakeBrowser } from './fake-browser.ts';
import { fakeClock } from './fake-clock.ts';
import { type FakeServer, fakeServer } from './fake-server.ts';

export interface Outcome {
  /** What differs; empty when all is well. */
  differences: string[];
  history: string[];
}

const SIZE = 5;
const STEPS = 40;
const SETTLE_MS = 10 * 60_000;
/** What a browser reports of a page that is shown again, and what of one that was never away. */
const BAD_END = ['pageshow', 'online', 'visible', 'focus'] as const;
const GOOD_END = ['online', 'visible'] as const;

/** Mulberry32: the same seed, the same history. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `isGood`: nothing is lost, so the two must agree without anybody looking at the page. */
export async function settles(seed: number, isGood = false): Promise<Outcome> {
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const clock = fakeClock();
  const server = fakeServer(clock);
  const browser = fakeBrowser(clock, server, { random, hasLocks: random() < 0.7 });
  const history: string[] = [];
  const seen = new Map<FakeTab, string[]>();

  const open = () => {
    const tab = browser.openTab({ size: SIZE, ...(random() < 0.2 && { closeHiddenAfterSeconds: 60 }) });
    const ids: string[] = [];
    seen.set(tab, ids);
    tab.client.on('notification', ({ notification }) => ids.push(notification.id));
    tab.client.start();
    return tab;
  };
  let tabs = Array.from({ length: 1 + below(3) }, open);
  for (let n = below(9); n > 0; n--) server.add();
  if (!isGood) makeBad(server, random);

  for (let at = 0; at < STEPS; at++) {
    const [name, act] = anyStep(server, tabs, random);
    history.push(`${clock.now() % 1e9} ${name}`);
    act();
    if (name === 'crash') tabs = tabs.slice(1);
    if (name === 'open') tabs.push(open());
    const isLong = random() < 0.15;
    await clock.advance(isLong ? below(4 * 60_000) : below(3_000));
    if (tabs.length === 0) tabs.push(open());
  }

  makeGood(server);
  for (const tab of tabs) {
    tab.setFrozen(false);
    for (const signal of isGood ? GOOD_END : BAD_END) tab.page(signal);
  }
  // Frames were lost without a trace: what heals is the next connect, or a look at the page some minutes later.
  if (!isGood && random() < 0.5) server.cut();
  await clock.advance(SETTLE_MS);
  if (!isGood) for (const tab of tabs) tab.page('focus');
  await clock.advance(SETTLE_MS);
  return { differences: tabs.flatMap((tab, at) => differences(tab, at, server, seen.get(tab)!)), history };
}

function differences(tab: FakeTab, at: number, server: FakeServer, seen: string[]): string[] {
  const state = tab.client.getState();
  const short = (ids: string[]) => ids.map((id) => Number.parseInt(id.slice(-6), 16)).join(' ');
  const shown = state.notifications.map(({ id }) => id);
  const expected = server.list(shown.length);
  const found: string[] = [];
  const unlike = (what: string, is: unknown, should: unknown) => {
    if (is !== should) found.push(`tab ${at}: ${what} is ${is}, should be ${should}`);
  };
  unlike('list', short(shown), short(expected.map(({ id }) => id)));
  unlike('read', state.notifications.map((n) => n.is_read).join(), expected.map((n) => n.is_read).join());
  unlike('unreadCount', state.unreadCount, server.unreadCount());
  unlike('unseenCount', state.unseenCount, server.unseenCount());
  // It may be true without need after a clear: `loadMore` then finds nothing.
  if (!state.hasMore) unlike('hasMore', server.list(Number.POSITIVE_INFINITY).length > shown.length, false);
  unlike('status', state.connection.status, 'online');
  unlike('list is empty', shown.length === 0, server.list(1).length === 0);
  unlike('loading', state.loading, false);
  unlike('repeated notification events', seen.length - new Set(seen).size, 0);
  return found;
}

function makeBad(server: FakeServer, random: () => number): void {
  const lost = random() * 0.3;
  const doubled = random() * 0.3;
  const late = random() * 0.5;
  const failing = random() * 0.4;
  server.latency = () => 5 + random() * 400;
  server.syncMax = 1 + Math.floor(random() * 30);
  server.route = () => {
    if (random() < lost) return [];
    const delay = () => (random() < late ? random() * 3_000 : 0);
    return random() < doubled ? [delay(), delay()] : [delay()];
  };
  server.losesReply = () => random() < failing / 2;
  server.intercept = () => {
    if (random() >= failing) return undefined;
    const kind = random();
    if (kind < 0.4) return 'network';
    if (kind < 0.6) return { status: 429, body: { code: 'rate_limited' }, headers: { 'retry-after': '3' } };
    if (kind < 0.7) return { status: 502 };
    return { status: 500, body: { code: 'internal_error', detail: 'Our fault.' } };
  };
}

function makeGood(server: FakeServer): void {
  server.isUp = true;
  server.isMute = false;
  server.intercept = undefined;
  server.latency = () => 20;
  server.losesReply = () => false;
  server.route = () => [0];
}

function anyStep(server: FakeServer, tabs: FakeTab[], random: () => number): [string, () => unknown] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const awake = tabs.filter((one) => !one.isFrozen());
  if (awake.length === 0) return ['thaw', () => pick(tabs).setFrozen(false)];
  // A frozen page runs nothing.
  const tab = pick(awake);
  const { client } = tab;
  const shown = client.getState().notifications;
  const anyId = [...server.items.keys()];
  const steps: [string, () => unknown][] = [
    ['add', () => server.add()],
    ['add', () => server.add({ requires_ack: true })],
    ['burst', () => Array.from({ length: 12 }, () => server.add())],
    ['broadcast', () => server.add({ isBroadcast: true })],
    ['readAll elsewhere', () => server.readAll()],
    ['markAllRead', () => client.markAllRead()],
    ['markAllSeen', () => client.markAllSeen()],
    ['clear', () => client.clear(random() < 0.5 ? {} : { delayMs: 4_000 })],
    ['loadMore', () => client.loadMore()],
    ['retryNow', () => client.retryNow()],
    ['cut', () => server.cut()],
    ['away', () => Object.assign(server, { isUp: false })],
    ['back', () => Object.assign(server, { isUp: true })],
    ['mute', () => Object.assign(server, { isMute: random() < 0.5 })],
    ['freeze', () => tab.setFrozen(true)],
    ['thaw', () => pick(tabs).setFrozen(false)],
    ['crash', () => tabs[0]!.crash()],
    ['open', () => undefined],
    ['restart', () => [client.stop(), client.start()]],
    [`page`, () => tab.page(pick(['online', 'offline', 'visible', 'hidden', 'focus']))],
    ['back and forth', () => [tab.page('pagehide'), tab.page('pageshow')]],
  ];
  if (anyId.length > 0) {
    const id = pick(anyId);
    steps.push(
      ['read elsewhere', () => server.read(id)],
      ['unread elsewhere', () => !server.items.get(id)!.is_archived && server.unread(id)],
      ['archive elsewhere', () => server.archive(id)],
      ['recall', () => server.recall(id)],
    );
  }
  if (shown.length > 0) {
    const { id } = pick(shown);
    const aborting = new AbortController();
    steps.push(
      [`markRead`, () => client.markRead(id)],
      ['markUnread', () => client.markUnread(id)],
      ['remove', () => client.remove(id)],
      ['remove, undone', () => [client.remove(id, { delayMs: 5_000, signal: aborting.signal }), aborting.abort()]],
    );
  }
  return pick(steps);
}
