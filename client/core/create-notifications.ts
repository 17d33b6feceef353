// The browser client: one object that connects, keeps the list, and does what the user does to it. Framework-free.
import { browserPlatform } from './browser-platform.ts';
import { createClient } from './client.ts';
import type { NotificationsClient, NotificationsOptions } from './notifications-client.ts';

export { dispatchDomEvents } from './dom-events.ts';
export type * from './notifications-client.ts';
export { safeUrl } from './safe-url.ts';
export { type PresenceOptions, watchPresence } from './watch-presence.ts';

/** Does nothing until `start`, so it may be called on a server too. */
export function createNotifications(options: NotificationsOptions): NotificationsClient {
  if (typeof options?.apiUrl !== 'string') throw new TypeError('apiUrl is missing: the output HttpUrl');
  // A chunk of its own: it loads while the token is fetched, and only where tabs can share.
  return createClient(options, browserPlatform(options.fetch), () => import('./tabs.ts'));
}
