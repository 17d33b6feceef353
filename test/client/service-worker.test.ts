// The service worker: what it shows of a push, and what a click opens.
import { expect, it } from 'vitest';
import { listen, type WorkerScope } from '../../client/service-worker/show-push.ts';

function worker(href = 'https://app.example.com/sw.js', pages: string[] = []) {
  const listeners: Record<string, (event: any) => void> = {};
  const shown: { title: string; options: any }[] = [];
  const opened: string[] = [];
  const focused: string[] = [];
  const scope: WorkerScope = {
    registration: {
      scope: 'https://app.example.com/',
      async showNotification(title, options) {
        shown.push({ title, options });
      },
    },
    clients: {
      matchAll: async () => pages.map((url) => ({ url, focus: async () => void focused.push(url) })),
      openWindow: async (url) => void opened.push(url),
    },
    location: { href },
    addEventListener(type, listener) {
      listeners[type] = listener;
    },
  };
  listen(scope);
  const dispatch = async (type: string, event: object) => {
    const work: Promise<unknown>[] = [];
    listeners[type]!({ ...event, waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    await Promise.all(work);
  };
  return {
    shown,
    opened,
    focused,
    push: (payload: unknown) => dispatch('push', { data: { json: () => payload } }),
    pushBroken: () => dispatch('push', { data: { json: () => JSON.parse('{') } }),
    pushEmpty: () => dispatch('push', { data: null }),
    async click(url: unknown) {
      let isClosed = false;
      const notification = { data: { url }, close: () => (isClosed = true) };
      await dispatch('notificationclick', { notification });
      return isClosed;
    },
  };
}

it('shows title and message, so that a repeat replaces the first, with the icon of its own URL', async () => {
  const { push, shown } = worker('https://app.example.com/sw.js?icon=/icon.png');
  await push({ notification_id: 'n1', title: 'Paid', message: 'Order 1', url: '/orders/1', is_urgent: true });
  expect(shown).toEqual([
    {
      title: 'Paid',
      options: {
        body: 'Order 1',
        tag: 'n1',
        icon: '/icon.png',
        requireInteraction: true,
        data: { url: 'https://app.example.com/orders/1' },
      },
    },
  ]);
});

it('shows something of a push that it cannot read, because browsers ask for that', async () => {
  const { pushBroken, pushEmpty, push, shown } = worker();
  await pushBroken();
  await pushEmpty();
  await push('text');
  expect(shown.map(({ title }) => title)).toEqual(['New notification', 'New notification', 'New notification']);
});

it.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,x',
  'blob:https://x/1',
  'file:///etc/passwd',
  'mailto:a@b.co',
  7,
])('never keeps %j as a link', async (url) => {
  const { push, shown } = worker();
  await push({ title: 'T', url });
  expect(shown[0]!.options.data).toEqual({ url: undefined });
});

it('a click focuses the page that shows the link already', async () => {
  const pages = ['https://app.example.com/', 'https://app.example.com/orders/1'];
  const { click, focused, opened } = worker(undefined, pages);
  expect(await click('https://app.example.com/orders/1')).toBe(true);
  expect([focused, opened]).toEqual([['https://app.example.com/orders/1'], []]);
});

it('a click opens the link where no page shows it, and no other scheme even then', async () => {
  const { click, opened, focused } = worker(undefined, ['https://app.example.com/']);
  await click('https://app.example.com/orders/1');
  expect(opened).toEqual(['https://app.example.com/orders/1']);
  await click('javascript:alert(1)');
  expect([opened.length, focused]).toEqual([1, ['https://app.example.com/']]);
});

it('a click without a link opens the site, where no page of it is open', async () => {
  const { click, opened } = worker();
  await click(undefined);
  expect(opened).toEqual(['https://app.example.com/']);
});
