// The programs for clients and producers that documents print run as printed, against the stack.
import { transform } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { NotificationsState } from '../../client/core/notifications-client.ts';
import * as producer from '../../producer/create-sender.ts';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi, hasTokens } from '../support/target.ts';
import { blocks, readDocument } from './markdown.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

/** Every socket a program opened. */
const sockets: WebSocket[] = [];
class Socket extends WebSocket {
  constructor(url: string) {
    super(url);
    sockets.push(this);
  }
}
afterEach(() => {
  vi.unstubAllGlobals();
  for (const socket of sockets.splice(0)) socket.terminate();
});

const WAIT = { timeout: 20_000 };

/** The one program of a document that holds `text`. */
function program(path: string, text: string): string {
  const found = blocks(readDocument(path)).filter((block) => block.language === 'js' && block.text.includes(text));
  expect(found, `one program of ${path} with ${text}`).toHaveLength(1);
  return found[0]!.text.replaceAll('http://127.0.0.1:4280', stack.outputs.http_url!);
}

/** Runs it with what its document says is yours, and gives what it declares first. */
async function run(text: string, given: Record<string, unknown>): Promise<any> {
  const modules: Record<string, object> = {
    // By its URL: the compiler sees the client with a browser's types, and this test with those of Node.js.
    'carillon/client': await import(new URL('../../client/core/create-notifications.ts', import.meta.url).href),
    'carillon/producer': producer,
  };
  const { code } = await transform(text, { loader: 'js', target: 'es2022' });
  const body = code.replace(/^import \{([^}]+)\} from "([^"]+)";$/gm, 'const {$1} = modules["$2"];');
  const declared = /^(?:const|let) (\w+)/m.exec(body)![1];
  const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: any[]) => Promise<any>;
  const act = new AsyncFunction('modules', ...Object.keys(given), `${body}\nreturn ${declared};`);
  return act(modules, ...Object.values(given));
}

describe.skipIf(!hasTokens)('with the client (needs tokens)', () => {
  it.each([
    ['README.md', 'createNotifications({'],
    ['docs/client.md', 'playSound'],
  ])('%s: the program shows what arrives', async (path, text) => {
    vi.stubGlobal('WebSocket', Socket);
    const user = newUser('client');
    const shown: NotificationsState['notifications'][] = [];
    const show = (first: NotificationsState['notifications'] | NotificationsState) =>
      shown.push('notifications' in first ? first.notifications : first);
    const notifications = await run(program(path, text), {
      show,
      playSound: () => undefined,
      apiUrl: stack.outputs.http_url,
      getToken: () => stack.token(user),
    });
    await vi.waitFor(() => expect(notifications.getState().connection.status).toBe('online'), WAIT);
    await stack.notify({ user_id: user, title: 'Shown' });
    await vi.waitFor(() => expect(shown.at(-1)?.[0]?.title).toBe('Shown'), WAIT);
    expect(await notifications.markRead(shown.at(-1)![0]!.id)).toBe(true);
    expect(notifications.getState().unreadCount).toBe(0);
    notifications.stop();
  });
});

describe.skipIf(!hasControlApi)('without the client (needs the control API)', () => {
  it('docs/protocol.md: the program survives a server that is away, and a socket that is cut', async () => {
    const user = newUser('raw');
    const seen: string[] = [];
    const tries: number[] = [];
    let isAway = true;
    await run(program('docs/protocol.md', 'async function connect'), {
      accessToken: () => stack.token(user),
      signIn: () => expect.fail('The token is good.'),
      loadList: () => undefined,
      show: ({ message }: { message: string }) => !seen.includes(message) && seen.push(message) > 0,
      fetch: (url: string, init: RequestInit) => (isAway ? Promise.reject(new TypeError('away')) : fetch(url, init)),
      WebSocket: Socket,
      // Waits are shortened, and noted.
      setTimeout: (act: (failures: number) => void, ms: number, failures: number) => {
        tries.push(failures);
        setTimeout(act, ms / 1_000, failures);
      },
    });
    await vi.waitFor(() => expect(tries.length).toBeGreaterThan(3), WAIT);
    expect(tries.slice(0, 3)).toEqual([1, 2, 3]);
    isAway = false;
    const open = (number: number) =>
      vi.waitFor(() => {
        expect(sockets).toHaveLength(number);
        expect(sockets.at(-1)!.readyState).toBe(WebSocket.OPEN);
      }, WAIT);
    await open(1);
    await stack.notify({ user_id: user, message: 'While connected' });
    await vi.waitFor(() => expect(seen).toEqual(['While connected']), WAIT);
    // The cursor advances at the next `synced`.
    const synced = new Promise<void>((resolve) => {
      const look = setInterval(() => {
        sockets[1]?.once('message', () => resolve());
        if (sockets[1]) clearInterval(look);
      }, 1);
    });
    sockets.at(-1)!.terminate();
    await open(2);
    await synced;
    isAway = true;
    sockets.at(-1)!.terminate();
    await stack.notify({ user_id: user, message: 'While away' });
    await stack.settle();
    isAway = false;
    await vi.waitFor(() => expect(seen).toEqual(['While connected', 'While away']), WAIT);
    // Nothing of it goes on after the test.
    isAway = true;
  });
});

it.skipIf(!hasTokens)('docs/producer.md: the program sends and cancels (needs tokens)', async () => {
  const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
  const { awsConfig } = await import('../../bin/aws-config.ts');
  const bus = new EventBridgeClient(awsConfig(stack.outputs));
  const sources: unknown[] = [];
  const createSender = (options: producer.SenderOptions) => {
    sources.push(options.source);
    return producer.createSender({ ...options, client: bus });
  };
  const text = program('docs/producer.md', 'createSender({').replace(/^import .*$/m, '');
  await run(text, { createSender, process: { env: { EVENT_BUS_NAME: stack.outputs.event_bus_name } } });
  expect(sources).toEqual(['orders']);
  const user = newUser('produced');
  const tab = await stack.connect(user);
  await createSender({ busName: stack.outputs.event_bus_name! }).send({
    user_id: user,
    title: 'Sent',
    message: 'By a program',
    notification_type: 'order.shipped',
  });
  expect((await tab.frame('notification')).notification).toMatchObject({ title: 'Sent', message: 'By a program' });
  bus.destroy();
});
