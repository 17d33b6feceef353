// A server, a browser and a started client on one fake clock.
import type { NotificationsClient, NotificationsOptions } from '../../client/core/notifications-client.ts';
import { type BrowserOptions, type FakeBrowser, type FakeTab, fakeBrowser } from './fake-browser.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type FakeServer, fakeServer } from './fake-server.ts';

export interface Setup {
  clock: FakeClock;
  server: FakeServer;
  browser: FakeBrowser;
  tab: FakeTab;
  client: NotificationsClient;
  /** Titles of the `notification` events, in order. */
  arrived: string[];
  errors: string[];
  status(): string;
  /** Opened and settled. */
  online(): Promise<void>;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export function setup(options: Partial<NotificationsOptions> = {}, browserOptions: BrowserOptions = {}): Setup {
  const clock = fakeClock();
  const server = fakeServer(clock);
  const browser = fakeBrowser(clock, server, browserOptions);
  const tab = browser.openTab(options);
  const { client } = tab;
  const arrived: string[] = [];
  const errors: string[] = [];
  client.on('notification', ({ notification }) => arrived.push(notification.title));
  client.on('error', ({ action, code }) => errors.push(`${action} ${code}`));
  return {
    clock,
    server,
    browser,
    tab,
    client,
    arrived,
    errors,
    status: () => client.getState().connection.status,
    async online() {
      client.start();
      await clock.advance(SECOND);
      if (client.getState().connection.status !== 'online') throw new Error('It should be online.');
    },
  };
}

/** How often a call was made. */
export const count = (server: FakeServer, call: string): number =>
  server.calls.filter((made) => made.startsWith(call)).length;

export const titles = (client: NotificationsClient): string[] =>
  client.getState().notifications.map(({ title }) => title);
