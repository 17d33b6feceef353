// Connects as a user, keeps the connection, acknowledges what asks for it. Gives the way to stop.
import { callAs } from '../state/call-runtime.ts';

/** What is shown of a notification of the protocol. */
export interface Notification {
  id: string;
  notification_type: string;
  title: string;
  message: string;
  created_at: string;
  is_read: boolean;
  requires_ack: boolean;
  acknowledged: boolean;
}

export interface WatchState {
  link: 'connecting' | 'connected' | 'waiting';
  items: Notification[];
  unread: number | undefined;
  events: { key: string; text: string }[];
}
type Change = (update: (before: WatchState) => WatchState) => void;

/** Our choices: the gateway closes an idle connection after 10 min. */
const PING_MS = 5 * 60_000;
const RETRY_MS = 1_500;
const ITEMS_KEPT = 100;
const EVENTS_KEPT = 20;

export function openInbox(userId: string, change: Change): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let isStopped = false;
  let received = 0;

  const connect = async () => {
    change((before) => ({ ...before, link: 'connecting' }));
    try {
      const [list, ticket] = await Promise.all([
        callAs<{ notifications: Notification[]; unread_count: number }>(userId, 'GET', '/api/v2/notifications'),
        callAs<{ ticket: string; ws_url: string }>(userId, 'POST', '/api/v2/tickets'),
      ]);
      if (isStopped) return;
      change((before) => ({ ...before, items: merge(before.items, list.notifications), unread: list.unread_count }));
      // The same host as this page, which the content security policy allows.
      const url = new URL(ticket.ws_url);
      url.host = location.host;
      url.searchParams.set('ticket', ticket.ticket);
      listen(new WebSocket(url));
    } catch {
      retry();
    }
  };
  const listen = (opened: WebSocket) => {
    socket = opened;
    opened.onopen = () => {
      change((before) => ({ ...before, link: 'connected' }));
      ping = setInterval(() => opened.send('{"action":"ping"}'), PING_MS);
    };
    opened.onmessage = ({ data }) => take(String(data), opened);
    opened.onclose = () => {
      clearInterval(ping);
      retry();
    };
  };
  const retry = () => {
    if (isStopped) return;
    change((before) => ({ ...before, link: 'waiting' }));
    timer = setTimeout(() => void connect(), RETRY_MS);
  };
  const take = (text: string, from: WebSocket) => {
    const frame = JSON.parse(text) as { type: string; notification?: Notification; unread_count?: number };
    const { notification, unread_count: unread } = frame;
    if (notification?.requires_ack && !notification.acknowledged) {
      from.send(JSON.stringify({ action: 'ack', notification_id: notification.id }));
    }
    change((before) => ({
      ...before,
      ...(unread !== undefined && { unread }),
      ...(notification && { items: merge(before.items, [notification]) }),
      ...(frame.type === 'event' && {
        events: [{ key: String(++received), text }, ...before.events].slice(0, EVENTS_KEPT),
      }),
    }));
  };
  void connect();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    clearInterval(ping);
    socket?.close();
  };
}

/** By id, newest first: what comes twice is shown once. */
function merge(items: Notification[], more: Notification[]): Notification[] {
  const byId = new Map([...items, ...more].map((item) => [item.id, item]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, ITEMS_KEPT);
}
