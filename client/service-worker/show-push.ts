// What a service worker does with a push: shows it, and opens its link on a click.
import { safeUrl } from '../core/safe-url.ts';

/** The parts of a service worker's global scope that are used. */
export interface WorkerScope {
  registration: Pick<ServiceWorkerRegistration, 'scope' | 'showNotification'>;
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  location: Pick<Location, 'href'>;
  addEventListener(type: string, listener: (event: any) => void): void;
}

interface WindowClient {
  url: string;
  focus(): Promise<unknown>;
}

/** What is pushed: docs/delivery.md#browsers. */
interface Pushed {
  notification_id?: string;
  title?: string;
  message?: string;
  url?: string;
  is_urgent?: boolean;
}

/** A window can be opened at these; the client's allow-list has others too, which only a page can follow. */
const SCHEMES = ['https:', 'http:'];

export function listen(scope: WorkerScope): void {
  scope.addEventListener('push', (event) => event.waitUntil(showPush(scope, event.data)));
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(open(scope, event.notification.data?.url));
  });
}

async function showPush(scope: WorkerScope, data: { json(): unknown } | null): Promise<void> {
  const { notification_id: tag, title, message, url, is_urgent: isUrgent } = read(data);
  // `service-worker.js?icon=/icon.png`: a worker has no other way to know the site's icon.
  const { searchParams } = new URL(scope.location.href);
  const [icon, badge] = [searchParams.get('icon'), searchParams.get('badge')];
  await scope.registration.showNotification(title || 'New notification', {
    body: message ?? '',
    data: { url: linkOf(url, scope.registration.scope) },
    // A repeat replaces the first.
    ...(tag && { tag }),
    ...(isUrgent && { requireInteraction: true }),
    ...(icon && { icon }),
    ...(badge && { badge }),
  });
}

/** Browsers withdraw the permission of a worker that shows nothing, so what can't be read is shown without its text. */
function read(data: { json(): unknown } | null): Pushed {
  try {
    const pushed = data?.json();
    return typeof pushed === 'object' && pushed !== null ? pushed : {};
  } catch {
    return {};
  }
}

const linkOf = (url: unknown, base: string): string | undefined =>
  typeof url === 'string' && URL.canParse(url, base) ? safeUrl(new URL(url, base).href, SCHEMES) : undefined;

/** The page that shows it already, else a new one; without a link any page of the site. */
async function open({ clients, registration }: WorkerScope, link: unknown): Promise<void> {
  const url = linkOf(link, registration.scope);
  const pages = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = url === undefined ? pages[0] : pages.find((one) => one.url === url);
  if (page) await page.focus();
  else await clients.openWindow(url ?? registration.scope);
}
