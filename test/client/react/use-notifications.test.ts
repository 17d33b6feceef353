// @vitest-environment happy-dom
// The hook in StrictMode, on a server, and with a provider.
import { act, createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { NotificationsProvider, useNotifications } from '../../../client/react/use-notifications.ts';
import { SECOND, setup } from '../setup.ts';

beforeAll(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
});

function render(element: Parameters<ReturnType<typeof createRoot>['render']>[0]) {
  const place = document.createElement('div');
  const root = createRoot(place);
  act(() => root.render(element));
  return { text: () => place.textContent, unmount: () => act(() => root.unmount()) };
}

function Count({ client, onNotification }: Parameters<typeof useNotifications>[0] & object) {
  const { unreadCount, isConnected, notifications } = useNotifications({ client, onNotification });
  return `${unreadCount} ${isConnected} ${notifications.map(({ title }) => title).join()}`;
}

describe('useNotifications', () => {
  it('renders what the client has, and what arrives', async () => {
    const { server, clock, client } = setup();
    const seen: string[] = [];
    const onNotification = ({ title }: { title: string }) => seen.push(title);
    const { text, unmount } = render(createElement(StrictMode, null, createElement(Count, { client, onNotification })));
    expect(text()).toBe('0 false ');
    await act(() => {
      client.start();
      return clock.advance(SECOND);
    });
    expect(text()).toBe('0 true ');
    server.add({ title: 'Hello' });
    await act(() => clock.advance(SECOND));
    expect(text()).toBe('1 true Hello');
    // Once, although StrictMode runs effects twice.
    expect(seen).toEqual(['Hello']);
    unmount();
    server.add({ title: 'Later' });
    await clock.advance(SECOND);
    expect(seen).toEqual(['Hello']);
  });

  it('calls the onNotification of the last render', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const seen: string[] = [];
    let name = 'first';
    function Named() {
      const { unreadCount } = useNotifications({ client, onNotification: () => seen.push(`${name} ${current}`) });
      const current = unreadCount;
      return String(unreadCount);
    }
    render(createElement(Named));
    server.add();
    await act(() => clock.advance(SECOND));
    name = 'second';
    server.add();
    await act(() => clock.advance(SECOND));
    expect(seen).toEqual(['first 0', 'second 1']);
  });

  it('starts and stops a client of its own with the component', async () => {
    const asked: string[] = [];
    const options = {
      apiUrl: 'https://api.example',
      shareTabs: false,
      getToken: () => null,
      fetch: (async (url: string) => {
        asked.push(url);
        throw new TypeError('not reached');
      }) as unknown as typeof fetch,
    };
    function Status() {
      return useNotifications({ ...options, getToken: () => null }).connection.status;
    }
    const { text, unmount } = render(createElement(StrictMode, null, createElement(Status)));
    expect(text()).toBe('connecting');
    await act(() => new Promise((resolve) => setImmediate(resolve)));
    expect(text()).toBe('unauthorized');
    unmount();
    expect(asked).toEqual([]);
  });

  it('says what is missing', () => {
    const Nothing = () => useNotifications().connection.status;
    expect(() => renderToString(createElement(Nothing))).toThrow('apiUrl is missing');
  });

  it('renders on a server, and hydrates to the same', () => {
    const { client } = setup();
    client.start();
    const html = renderToString(
      createElement(NotificationsProvider, { client }, createElement(Count), createElement(Count)),
    );
    expect(html).toBe('0 false <!-- -->0 false ');
    const own = renderToString(
      createElement(NotificationsProvider, { apiUrl: 'https://api.example' }, createElement(Count)),
    );
    expect(own).toBe('0 false ');
    client.stop();
  });

  it('gives the actions, and the same object while nothing changed', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const { id } = server.add();
    await clock.advance(SECOND);
    const results: ReturnType<typeof useNotifications>[] = [];
    function Actions() {
      results.push(useNotifications({ client }));
      return null;
    }
    const place = document.createElement('div');
    const root = createRoot(place);
    act(() => root.render(createElement(Actions)));
    act(() => root.render(createElement(Actions)));
    expect(results[1]).toBe(results[0]);
    await act(async () => {
      void results[0]!.markRead(id);
      await clock.advance(SECOND);
    });
    expect(results.at(-1)!.unreadCount).toBe(0);
  });
});
