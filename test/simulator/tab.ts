// One open page of a user, as docs/protocol.md describes a client: connects, reconnects, syncs, shows each notification
// once, acknowledges.
import { answerFrame } from '../../lambdas/domain/answer-frame.ts';
import { authoriseConnection, type ConnectionGrant } from '../../lambdas/domain/sockets/authorise-connection.ts';
import { closeConnection, openConnection } from '../../lambdas/domain/sockets/connect.ts';
import { issueTicket } from '../../lambdas/domain/sockets/ticket.ts';
import type { Claim } from '../../protocol/claim.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import type { MemorySocket } from '../support/memory/gateway.ts';
import type { FunctionDeps, Outcome } from './containers.ts';
import type { Gateway } from './gateway.ts';
import type { Reader } from './reader.ts';
import type { World } from './world.ts';

/** What a page shows of a notification: where it came from is for the trace. */
export interface Shown {
  id: string;
  title: string;
  atMs: number;
}

/** One socket of a page, from when it asked for what it had missed. */
export interface Session {
  socketId: string;
  fromMs: number;
  /** Infinity while it lasts. */
  toMs: number;
}

export interface Tab {
  user: string;
  name: string;
  /** By id. */
  shown: Map<string, Shown>;
  sessions: Session[];
  /** Live-only frames, each once. */
  events: { title: string; atMs: number }[];
  /** As frames showed them. */
  claims: Claim[];
  lastCount: number | undefined;
  /** Open, and nothing of it is lost on the way. */
  isLive(): boolean;
  /** The page is open, whether or not it is connected right now. */
  isWanted(): boolean;
  /** Of the socket that is open and synchronised. */
  liveSocketId(): string | undefined;
  open(): void;
  close(): void;
  /** The network goes away: neither side is notified. */
  cut(): void;
  refuse(isRefusing: boolean): void;
  /** Asks what was missed, until it is answered. */
  sync(): Promise<void>;
  receive(frame: ServerFrame): void;
}

/** The gateway ends every socket after two hours (AWS); a page changes to a new one before. */
const RENEW_MS = 115 * 60_000;
const RECONNECT_MEAN_MS = 2_000;
const SYNC_TIMEOUT_MS = 12_000;
/** The gateway takes frames for a cut socket until it finds out. */
const CUT_NOTICED_MEAN_MS = 8_000;
interface Live {
  socket: MemorySocket;
  grant: ConnectionGrant;
  isCut: boolean;
  /** Frames arrive in order. */
  lastArrivalMs: number;
  syncedAtMs: number | undefined;
}

export function createTab(world: World, reader: Reader, user: string, name: string, gateway: Gateway): Tab {
  const { time, containers, trace } = world;
  const random = world.random.fork(name);
  const invoke = <Result>(
    of: 'inbox' | 'authorize' | 'socket',
    work: (deps: FunctionDeps) => Promise<Result>,
  ): Promise<Outcome<Result>> => containers.invoke(of, `${name} ${time.now()}`, work);
  let live: Live | undefined;
  let isWanted = false;
  let isConnecting = false;
  let since: string | undefined;
  const events = new Set<string>();
  let onSynced: ((recovered: boolean) => void) | undefined;
  let refusal: string | undefined;

  const endSession = ({ socket }: Live) => {
    const session = tab.sessions.find(({ socketId }) => socketId === socket.id);
    if (session?.toMs === Number.POSITIVE_INFINITY) session.toMs = time.now();
  };

  const reconnect = () => {
    if (!isWanted || isConnecting) return;
    isConnecting = true;
    time.after(random.exponential(RECONNECT_MEAN_MS), () => {
      isConnecting = false;
      if (isWanted && live === undefined) void connect();
    });
  };

  const connect = async (): Promise<void> => {
    isConnecting = true;
    const opened = await handshake();
    isConnecting = false;
    if (opened === undefined) return live ? void time.after(1_000, () => void connect()) : reconnect();
    if (!isWanted) return void disconnect(opened);
    const before = live;
    if (before) endSession(before);
    live = opened;
    gateway.open(opened.socket, { frame: arrive(opened), closed: closed(opened) });
    opened.socket.refusal = refusal;
    trace.note(() => `${name} is open as ${opened.socket.id}`);
    if (before) time.after(1_000, () => disconnect(before));
    time.after(RENEW_MS, () => {
      if (live === opened && isWanted) void connect();
    });
    await tab.sync();
  };

  /** Ticket, authorizer, `$connect`; the socket opens a moment after. */
  const handshake = async (): Promise<Live | undefined> => {
    const { endsMs, holdMs } = drawCredential();
    const endsAt = endsMs < Number.POSITIVE_INFINITY && { credential_expires_at: toTimestamp(endsMs) };
    let issuedMs = 0;
    const ticket = await invoke('inbox', (deps) => {
      issuedMs = time.now();
      return issueTicket(
        deps,
        { user_id: user, topics: [], issued_at: toTimestamp(deps.clock.now()), ...endsAt },
        60,
        'wss://test',
      );
    });
    if (ticket.status !== 'done') return undefined;
    await time.sleep(holdMs);
    const grant = await invoke('authorize', (deps) => authoriseConnection(deps, { ticket: ticket.result!.ticket }, []));
    if (grant.status !== 'done') return undefined;
    const socket = gateway.begin(user, { issuedMs, endsMs });
    const connected = await invoke('socket', (deps) => openConnection(deps, socket.id, grant.result!));
    if (connected.status !== 'done') return undefined;
    await time.sleep(random.exponential(10));
    return { socket, grant: grant.result!, isCut: false, lastArrivalMs: 0, syncedAtMs: undefined };
  };

  /** Most tokens outlive the page; some end while it is open, and some pages use their ticket only later. */
  const drawCredential = () => ({
    endsMs: random.chance(0.15)
      ? time.now() + 1_000 + random.exponential(random.pick([20_000, 300_000]))
      : Number.POSITIVE_INFINITY,
    holdMs: random.chance(0.15) ? random.exponential(20_000) : 0,
  });

  const arrive = (of: Live) => (frame: ServerFrame) => {
    if (of.isCut) return;
    of.lastArrivalMs = Math.max(of.lastArrivalMs, time.now() + random.exponential(10));
    time.after(of.lastArrivalMs - time.now(), () => {
      if (!of.isCut) tab.receive(frame);
    });
  };

  /** The gateway closed it, as a function asked. */
  const closed = (of: Live) => () => {
    endSession(of);
    void invoke('socket', (deps) => closeConnection(deps, { connection_id: of.socket.id, user_id: of.grant.user_id }));
    if (live !== of) return;
    live = undefined;
    reconnect();
  };

  const disconnect = ({ socket, grant }: Live) => {
    gateway.leave(socket);
    // Best effort: the function may fail, and is not called again.
    void invoke('socket', (deps) => closeConnection(deps, { connection_id: socket.id, user_id: grant.user_id }));
  };

  const send = async (of: Live, body: object): Promise<void> => {
    const answer = await invoke('socket', (deps) => answerFrame(deps, of.grant, of.socket.id, JSON.stringify(body)));
    // None when its credential has ended.
    if (answer.status === 'done' && answer.result) gateway.answer(of.socket, answer.result);
  };

  const show = (id: string, title: string) => {
    if (!tab.shown.has(id)) tab.shown.set(id, { id, title, atMs: time.now() });
  };

  /** The newest it knows becomes the cursor only here, so that what is under way now is asked for again. */
  const finishSync = async (of: Live, recovered: boolean, fromMs: number) => {
    // Without a cursor nothing was sent: the list is all there is.
    if (!recovered || since === undefined) {
      const listed = await reader.list(user);
      if (listed === undefined) {
        await time.sleep(1_000);
        if (live === of) await tab.sync();
        return;
      }
      for (const { id, title } of listed) show(id, title);
    }
    if (live !== of) return;
    since = [...tab.shown.keys()].sort().at(-1);
    if (of.syncedAtMs === undefined)
      tab.sessions.push({ socketId: of.socket.id, fromMs, toMs: Number.POSITIVE_INFINITY });
    of.syncedAtMs = time.now();
  };

  const tab: Tab = {
    user,
    name,
    shown: new Map(),
    sessions: [],
    events: [],
    claims: [],
    lastCount: undefined,
    isWanted: () => isWanted,
    isLive: () => live !== undefined && !live.isCut && live.socket.isOpen && live.socket.refusal === undefined,
    liveSocketId: () => (tab.isLive() && live?.syncedAtMs !== undefined ? live.socket.id : undefined),
    open() {
      isWanted = true;
      if (live === undefined && !isConnecting) void connect();
    },
    close() {
      isWanted = false;
      if (live === undefined) return;
      trace.note(() => `${name} closes`);
      endSession(live);
      disconnect(live);
      live = undefined;
    },
    cut() {
      const was = live;
      if (was === undefined) return;
      trace.note(() => `${name} is cut`);
      was.isCut = true;
      endSession(was);
      live = undefined;
      time.after(random.exponential(CUT_NOTICED_MEAN_MS), () => disconnect(was));
      reconnect();
    },
    refuse(isRefusing) {
      refusal = isRefusing ? 'LimitExceededException' : undefined;
      if (live) live.socket.refusal = refusal;
    },
    async sync() {
      const of = live;
      while (of !== undefined && live === of) {
        const fromMs = time.now();
        const answered = new Promise<boolean | undefined>((resolve) => {
          onSynced = resolve;
          time.after(SYNC_TIMEOUT_MS, () => resolve(undefined));
        });
        void send(of, { action: 'sync', ...(since !== undefined && { since }) });
        const recovered = await answered;
        if (recovered !== undefined) return finishSync(of, recovered, fromMs);
      }
    },
    receive(frame) {
      trace.note(() => `${name} receives ${describe(frame)}`);
      if ('unread_count' in frame) tab.lastCount = frame.unread_count;
      if (frame.type === 'notification' || frame.type === 'notifications') {
        const arrived = frame.type === 'notification' ? [frame.notification] : frame.notifications;
        for (const { id, title, requires_ack: requiresAck } of arrived) {
          show(id, title);
          // One in three never acknowledges.
          if (requiresAck && live && !title.endsWith('3')) void send(live, { action: 'ack', notification_id: id });
        }
      } else if (frame.type === 'event') {
        // One that comes twice has the same id.
        if (!events.has(frame.id)) tab.events.push({ title: frame.title ?? '', atMs: time.now() });
        events.add(frame.id);
      } else if (frame.type === 'claim') {
        tab.claims.push(frame.claim);
      } else if (frame.type === 'synced') {
        onSynced?.(frame.recovered);
      } else if (frame.type === 'error' && frame.code === 'logged_out') {
        isWanted = false;
      }
    },
  };
  return tab;
}

function describe(frame: ServerFrame): string {
  if (frame.type === 'notification')
    return `${frame.notification.title} ${frame.notification.id} (${frame.unread_count})`;
  if (frame.type === 'notifications') return `${frame.notifications.length} (${frame.unread_count})`;
  if (frame.type === 'unread_count') return `count ${frame.unread_count}`;
  if (frame.type === 'synced') return `synced ${frame.unread_count} ${frame.recovered ? '' : 'not recovered'}`;
  return frame.type;
}
