// The server as a client sees it: an inbox, its REST calls, its sockets. As precise as the protocol, without AWS.
import type { Notification } from '../../client/core/notifications-client.ts';
import type { FakeClock } from './fake-clock.ts';

export interface FakeReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
export interface SocketHandlers {
  onOpen(): unknown;
  onMessage(text: string): unknown;
  onClose(): unknown;
}
interface OpenSocket {
  handlers: SocketHandlers;
  openedAt: number;
  isOpen: boolean;
  received: any[];
}
export interface FakeServer {
  items: Map<string, Notification>;
  sockets: OpenSocket[];
  openSockets(): OpenSocket[];
  /** Calls by method and path, in order. */
  calls: string[];
  /** Answers instead of the server while it is set. `undefined`: the network fails. */
  intercept: ((method: string, path: string) => FakeReply | 'network' | undefined) | undefined;
  /** How a frame travels: the delays of its copies; none is lost. */
  route: (frame: any) => number[];
  /** Instead of what `sync` asks for. */
  refuseSync: object | undefined;
  /** Only HTTP gets through. */
  blocksSockets: boolean;
  onReply: ((path: string, status: number) => unknown) | undefined;
  /** Milliseconds one way: of a request, a reply, an opening socket. */
  latency: () => number;
  /** The server does what is asked; its reply gets lost. */
  losesReply: () => boolean;
  /** While false, sockets fail to open and requests fail. */
  isUp: boolean;
  /** Sockets accept, and say nothing at all. */
  isMute: boolean;
  /** How many notifications the next frame of a `sync` has. */
  packSize: () => number;
  /** The most `sync` sends. */
  syncMax: number;
  add(fields?: Partial<Notification> & { isBroadcast?: boolean }): Notification;
  /** Another device. */
  read(id: string): void;
  unread(id: string): void;
  archive(id: string): void;
  recall(id: string): void;
  readAll(): void;
  post(frame: object): void;
  cut(): void;
  list(size: number): Notification[];
  unreadCount(): number;
  unseenCount(): number;
  counts(): { unread_count: number; unseen_count: number };
  request(method: string, path: string, body: any, headers: Record<string, string>): FakeReply | 'network';
  connect(url: string, handlers: SocketHandlers): { send(text: string): void; close(): void };
}

const LATENCY_MS = 20;
const OVERLAP_MS = 5_000;

export function fakeServer(clock: FakeClock): FakeServer {
  let made = 0;
  let tickets = 0;
  let seenUpTo = '';
  const valid = new Set<string>();
  const now = () => new Date(clock.now()).toISOString();

  const sorted = () =>
    [...server.items.values()]
      .filter((item) => !item.is_archived && (item.expires_at === null || item.expires_at > now()))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
  const send = (socket: OpenSocket, frame: any) => {
    for (const delayMs of server.route(frame)) {
      clock.setTimer(() => socket.isOpen && socket.handlers.onMessage(JSON.stringify(frame)), LATENCY_MS + delayMs);
    }
  };
  const counted = (changed: object) =>
    server.post({ type: 'unread_count', ...server.counts(), changed: { at: now(), ...changed } });
  const change = (id: string, fields: Partial<Notification>) => {
    const item = server.items.get(id);
    if (!item) return undefined;
    const next = { ...item, ...fields, updated_at: now() };
    server.items.set(id, next);
    counted({ notifications: [{ id, is_read: next.is_read, is_archived: next.is_archived }] });
    return { notification: next, ...server.counts() };
  };
  const upTo = (id: string | null, fields: Partial<Notification>) => {
    const reach = id ?? sorted()[0]?.id ?? '';
    for (const item of server.items.values()) {
      if (item.id <= reach) server.items.set(item.id, { ...item, ...fields });
    }
    counted(fields.is_archived ? { cleared_up_to: reach } : { read_up_to: reach });
    return { ...server.counts() };
  };

  function answer(socket: OpenSocket, frame: any): void {
    if (server.isMute) return;
    if (frame.action === 'ping') send(socket, { type: 'pong' });
    if (frame.action === 'ack') {
      for (const id of frame.notification_ids) {
        const item = server.items.get(id);
        if (item) server.items.set(id, { ...item, acknowledged: true, acknowledged_at: now() });
      }
      send(socket, { type: 'acked', notification_ids: frame.notification_ids });
    }
    if (frame.action === 'subscribe') send(socket, { type: 'subscribed', topics: frame.topics });
    if (frame.action !== 'sync') return;
    if (server.refuseSync) {
      send(socket, server.refuseSync);
      return;
    }
    const total = { ...server.counts() };
    if (frame.since === undefined) {
      send(socket, { type: 'synced', ...total, recovered: true });
      return;
    }
    const from = idAt(idTimeMs(frame.since) - OVERLAP_MS, 0);
    const missed = sorted()
      .reverse()
      .filter(({ id }) => id > from && id !== frame.since);
    const sent = missed.slice(0, server.syncMax);
    for (let at = 0; at < sent.length; ) {
      const pack = sent.slice(at, at + server.packSize());
      at += pack.length;
      if (pack.length === 1) send(socket, { type: 'notification', notification: pack[0], ...total });
      else send(socket, { type: 'notifications', notifications: pack, ...total });
    }
    send(socket, {
      type: 'synced',
      ...total,
      recovered: sent.length === missed.length && server.items.has(frame.since),
    });
  }

  const server: FakeServer = {
    items: new Map(),
    sockets: [],
    openSockets: () => server.sockets.filter((socket) => socket.isOpen),
    calls: [],
    intercept: undefined,
    refuseSync: undefined,
    blocksSockets: false,
    onReply: undefined,
    route: () => [0],
    latency: () => LATENCY_MS,
    losesReply: () => false,
    isUp: true,
    isMute: false,
    packSize: () => 20,
    syncMax: 100,
    add({ isBroadcast = false, ...fields } = {}) {
      const item = { ...notification(idAt(clock.now(), ++made), now()), ...fields };
      server.items.set(item.id, item);
      server.post({
        type: 'notification',
        notification: item,
        ...(!isBroadcast && { ...server.counts() }),
      });
      return item;
    },
    read: (id) => void change(id, { is_read: true, read_at: now() }),
    unread: (id) => void change(id, { is_read: false, read_at: null }),
    archive: (id) => void change(id, { is_read: true, is_archived: true }),
    recall(id) {
      server.items.delete(id);
      server.post({ type: 'notification_removed', notification_id: id, ...server.counts() });
    },
    readAll: () => void upTo(null, { is_read: true, read_at: now() }),
    post(frame) {
      for (const socket of server.openSockets()) send(socket, frame);
    },
    cut() {
      for (const socket of server.openSockets()) {
        socket.isOpen = false;
        socket.handlers.onClose();
      }
    },
    list: (size) => sorted().slice(0, size),
    unreadCount: () => sorted().filter((item) => !item.is_read).length,
    unseenCount: () => sorted().filter((item) => !item.is_read && item.id > seenUpTo).length,
    counts: () => ({ unread_count: server.unreadCount(), unseen_count: server.unseenCount() }),
    request(method, path, body, headers) {
      server.calls.push(`${method} ${path}`);
      if (!server.isUp) return 'network';
      const reply = answerRequest(method, path, body, headers);
      if (reply !== 'network') server.onReply?.(path, reply.status);
      return reply;
    },
    connect(url, handlers) {
      const socket: OpenSocket = { handlers, openedAt: clock.now(), isOpen: false, received: [] };
      let isClosed = false;
      const ticket = new URL(url).searchParams.get('ticket') ?? '';
      clock.setTimer(() => {
        if (isClosed) return;
        if (!server.isUp || server.blocksSockets || !valid.delete(ticket)) return handlers.onClose();
        socket.isOpen = true;
        server.sockets.push(socket);
        handlers.onOpen();
      }, server.latency());
      return {
        send(text) {
          socket.received.push(JSON.parse(text));
          const isLost = !socket.isOpen || server.route(JSON.parse(text)).length === 0;
          if (!isLost) clock.setTimer(() => socket.isOpen && answer(socket, JSON.parse(text)), LATENCY_MS);
        },
        close() {
          isClosed = true;
          socket.isOpen = false;
        },
      };
    },
  };

  function answerRequest(
    method: string,
    path: string,
    body: any,
    headers: Record<string, string>,
  ): FakeReply | 'network' {
    const instead = server.intercept?.(method, path);
    if (instead !== undefined) return instead;
    const url = new URL(path, 'http://server');
    const [, id = '', act] = /^\/api\/v2\/notifications\/([^/]+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    if (url.pathname === '/api/v2/tickets') {
      valid.add(`ticket-${++tickets}`);
      return { status: 201, body: { ticket: `ticket-${tickets}`, ws_url: 'wss://server/v1', expires_at: now() } };
    }
    if (url.pathname === '/api/v2/notifications') return listReply(url.searchParams, headers['if-none-match']);
    if (url.pathname === '/api/v2/preferences') return { status: 200, body: { muted_types: [], ...body } };
    if (id === 'mark-all-read')
      return { status: 200, body: upTo(body?.up_to ?? null, { is_read: true, read_at: now() }) };
    if (id === 'mark-all-seen') {
      seenUpTo = body.up_to > seenUpTo ? body.up_to : seenUpTo;
      server.post({ type: 'unread_count', ...server.counts() });
      return { status: 200, body: server.counts() };
    }
    if (id === 'clear-all') {
      return { status: 200, body: upTo(url.searchParams.get('up_to'), { is_read: true, is_archived: true }) };
    }
    if (!server.items.has(id)) return { status: 404, body: { code: 'not_found', detail: 'There is nothing here.' } };
    if (act === 'snooze') {
      const isSnoozed = method === 'PUT';
      return { status: 200, body: change(id, { is_read: isSnoozed, is_archived: isSnoozed }) };
    }
    if (method === 'DELETE') return { status: 200, body: change(id, { is_read: true, is_archived: true }) };
    if (act === 'unread' && server.items.get(id)!.is_archived)
      return { status: 200, body: { notification: server.items.get(id), ...server.counts() } };
    return {
      status: 200,
      body: change(id, act === 'read' ? { is_read: true, read_at: now() } : { is_read: false, read_at: null }),
    };
  }

  function listReply(query: URLSearchParams, ifNoneMatch: string | undefined): FakeReply {
    const size = Number(query.get('size'));
    const before = query.get('cursor');
    const until = query.get('end_date');
    const found = sorted().filter(
      ({ id }) => (before === null || id < before) && (until === null || idTimeMs(id) <= Date.parse(until)),
    );
    const page = found.slice(0, size);
    const body = {
      notifications: page,
      next_cursor: found.length > size ? page.at(-1)!.id : null,
      page: 1,
      size,
      ...server.counts(),
    };
    const etag = `"${JSON.stringify(body)}"`;
    if (ifNoneMatch === etag) return { status: 304 };
    return { status: 200, body, headers: { etag } };
  }
  return server;
}

/** A UUIDv7: the time, then a number. */
export function idAt(unixMs: number, n: number): string {
  const time = unixMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
const idTimeMs = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

export function notification(id: string, at: string): Notification {
  return {
    id,
    user_id: 'alice',
    notification_type: 'system',
    title: `Title ${id.slice(-4)}`,
    message: 'Message',
    payload: {},
    priority: 'normal',
    is_read: false,
    read_at: null,
    is_archived: false,
    requested_at: at,
    created_at: at,
    updated_at: at,
    deliver_at: null,
    expires_at: null,
    requires_ack: false,
    acknowledged: false,
    acknowledged_at: null,
    sent_at: at,
    retry_count: 0,
    last_retry_at: null,
    is_processed: true,
    error_count: 0,
    last_error: null,
  };
}
