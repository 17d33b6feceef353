// The client's events as DOM events, for htmx and other pages that listen instead of calling.
import type { NotificationsClient } from './notifications-client.ts';

/** Dispatched on the target, bubbling. */
export const DOM_EVENTS = {
  received: 'notification:received',
  changed: 'notifications:changed',
  connection: 'notifications:connection',
  event: 'notifications:event',
} as const;

export interface DomEventOptions {
  /** Default: `document.body`, so that `hx-trigger="sync_notify from:body"` works. */
  target?: EventTarget;
  /** Dispatched whenever the list or the count changed: the event htmx elements wait for. Default `sync_notify`. */
  refreshEvent?: string;
}

/** Returns the way to end it. */
export function dispatchDomEvents(client: NotificationsClient, options: DomEventOptions = {}): () => void {
  const { target = document.body, refreshEvent = 'sync_notify' } = options;
  const dispatch = (name: string, detail: unknown) =>
    target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  let { notifications, unreadCount } = client.getState();
  const ends = [
    client.on('notification', (arrived) => dispatch(DOM_EVENTS.received, arrived)),
    client.on('event', (frame) => dispatch(DOM_EVENTS.event, frame)),
    client.on('connection', (connection) => dispatch(DOM_EVENTS.connection, connection)),
    client.on('change', (state) => {
      dispatch(DOM_EVENTS.changed, state);
      if (state.notifications === notifications && state.unreadCount === unreadCount) return;
      ({ notifications, unreadCount } = state);
      dispatch(refreshEvent, { unreadCount });
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
