// Everything the stack does, in steps that stand on their own: between them they make every call that any role allows.
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from './new-user.ts';
import { PAST_HANDSHAKE_SECONDS } from './past-handshake.ts';
import { registerBrowser, registerPhone } from './phone.ts';
import type { StackUnderTest } from './stack-under-test.ts';

/** Steps wait for quiet, never for a frame: they also run where something is forbidden and never comes. */
export interface Step {
  name: string;
  run(stack: StackUnderTest): Promise<void>;
}

const step = (name: string, run: Step['run']): Step => ({
  name,
  async run(stack) {
    await run(stack);
    await stack.local.settle();
  },
});

const FUNCTIONS = ['authorize', 'socket', 'inbox', 'dispatch', 'fanout'];
/** Beyond the 15 minutes a queue can delay. */
const FAR_SECONDS = 3_600;

const inSeconds = async (stack: StackUnderTest, seconds: number): Promise<string> =>
  new Date((await stack.local.now()) + seconds * 1_000).toISOString();

/** Breaks a user's connections without a notice. */
async function cutAll(stack: StackUnderTest, userId: string): Promise<void> {
  for (const { id, user_id } of await stack.local.connections()) if (user_id === userId) await stack.local.cut(id);
  await stack.local.advance(PAST_HANDSHAKE_SECONDS);
}

async function firstNotification(stack: StackUnderTest, userId: string): Promise<any> {
  await stack.local.settle();
  const { body } = await stack.as(userId, 'GET', '/api/v2/notifications');
  return body.notifications?.[0];
}

export const fullScenario: readonly Step[] = [
  step('sandboxes start', async (stack) => {
    for (const name of FUNCTIONS) await stack.local.kill(name);
    const user = newUser('cold');
    await stack.connect(user);
    await stack.notify({ user_id: EVERYONE, store: false });
  }),

  step('sockets open and close', async (stack) => {
    const user = newUser('opening');
    const { body } = await stack.as(user, 'POST', '/api/v2/tickets');
    const socket = await stack.open(`?ticket=${body.ticket}`);
    await socket.close();
    await stack.open('?ticket=').catch(() => undefined);
  }),

  step(
    'sockets end with their tokens: met by a delivery, by a change of the inbox, by their own frame',
    async (stack) => {
      const users = [newUser('token'), newUser('token'), newUser('token')] as const;
      const open = async (user: string) =>
        stack.open('', { authorization: `Bearer ${await stack.token(user, { ttl_seconds: 300 })}` });
      const sockets = await Promise.all(users.map(open));
      for (const user of users) await stack.notify({ user_id: user });
      await stack.settle();
      await stack.local.advance(301);
      await stack.notify({ user_id: users[0] });
      await stack.as(users[1], 'PUT', '/api/v2/notifications/mark-all-read');
      sockets[2]!.send({ action: 'sync' });
    },
  ),

  step('one user, online and away', async (stack) => {
    const user = newUser('one');
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user, id: newUser('request') });
    await stack.local.settle();
    await cutAll(stack, user);
    await stack.notify({ user_id: user });
    await stack.local.settle();
    socket.raw.terminate();
  }),

  step('many users', async (stack) => {
    await stack.notify({ user_ids: [newUser('first'), newUser('second')] });
  }),

  step('claimed, over REST and by a frame', async (stack) => {
    const users = [newUser('first'), newUser('second')] as const;
    const request = { user_ids: [...users], claim: { expires_seconds: 60 } };
    await stack.notify(request);
    await stack.local.settle();
    const one = await firstNotification(stack, users[0]);
    for (const method of ['PUT', 'DELETE']) await stack.as(users[0], method, `/api/v2/notifications/${one?.id}/claim`);
    const socket = await stack.connect(users[0]);
    await stack.notify(request);
    await stack.local.settle();
    await socket.caughtUp();
    socket.send({ action: 'claim', notification_id: one?.id });
    socket.send({ action: 'sync', since: one?.id });
    await socket.caughtUp();
  }),

  step('held until the user is present, and no longer than asked for', async (stack) => {
    const [here, away] = [newUser('here'), newUser('away')];
    const socket = await stack.connect(here);
    const until = await inSeconds(stack, 600);
    for (const user of [here, away]) {
      await stack.notify({ user_id: user, deliver_when: { state: 'present', until, otherwise: 'inbox' } });
    }
    await stack.local.settle();
    socket.send({ action: 'presence', state: 'active' });
    await socket.caughtUp();
    await stack.local.advance(660);
  }),

  step('everyone, and those of them who are gone', async (stack) => {
    const [here, gone] = [newUser('here'), newUser('gone')];
    await Promise.all([stack.connect(here), stack.connect(gone)]);
    await cutAll(stack, gone);
    await stack.notify({ user_id: EVERYONE });
  }),

  step('browsers: subscribed, pushed to, ended', async (stack) => {
    // They keep the key pair as long as they live.
    for (const name of ['inbox', 'dispatch']) await stack.local.kill(name);
    const user = newUser('browsing');
    const browser = await registerBrowser(stack, user);
    for (const isThere of [true, false]) {
      await stack.local.setPhone(browser.token, isThere);
      await stack.notify({ user_id: user });
      await stack.local.settle();
    }
  }),

  step('more subscribers than one page', async (stack) => {
    // As many sockets in one partition would take a thousand: rows whose sockets are gone make the same pages.
    const lost = { user_id: 'lost', connected_at: '2026-01-01T00:00:00.000Z', ttl: 4_102_444_800 };
    const row = (at: number) => ({ pk: 'TOPIC#global_notifications#0', sk: `00000000#lost-${at}`, ...lost });
    for (let at = 0; at < 125; at += 25) {
      const Items = Array.from({ length: 25 }, (_, more) => ({ PutRequest: { Item: row(at + more) } }));
      await stack.dynamodb.send(new BatchWriteCommand({ RequestItems: { [stack.outputs.table_name!]: Items } }));
    }
    await stack.notify({ user_id: EVERYONE, store: false });
  }),

  step('a socket that refuses a frame to many', async (stack) => {
    await Promise.all(Array.from({ length: 52 }, () => stack.connect(newUser('many'))));
    await stack.local.fault({
      service: 'apigatewaymanagementapi',
      operation: 'PostToConnection',
      kind: 'throttle',
      function: 'fanout',
    });
    await stack.notify({ user_id: EVERYONE });
    await stack.local.settle();
    await stack.local.clearFaults();
    await stack.local.advance(10);
  }),

  step('a frame to many that fails until it is given up', async (stack) => {
    await Promise.all(Array.from({ length: 52 }, () => stack.connect(newUser('many'))));
    await stack.local.fault({ service: 'dynamodb', operation: 'Query', function: 'fanout', kind: 'error' });
    await stack.notify({ user_id: EVERYONE });
    await stack.local.advance(2 * 3_600);
    await stack.local.clearFaults();
  }),

  step('a request that is malformed', async (stack) => {
    await stack.put([{ detail_type: 'notification.requested', detail: {} }]);
  }),

  step('a delivery that fails until it is given up', async (stack) => {
    await stack.local.fault({ service: 'dynamodb', operation: 'PutItem', function: 'dispatch', kind: 'error' });
    await stack.notify({ user_id: newUser('unlucky') });
    await stack.local.advance(2 * 3_600);
    await stack.local.clearFaults();
  }),

  step('later, woken or withdrawn', async (stack) => {
    const [soon, far] = [await inSeconds(stack, 60), await inSeconds(stack, FAR_SECONDS)];
    const id = newUser('withdrawn');
    await stack.notify({ user_id: newUser('soon'), deliver_at: soon });
    await stack.notify({ user_id: newUser('far'), deliver_at: far });
    await stack.notify({ user_id: newUser('never'), deliver_at: far, id });
    await stack.local.settle();
    await stack.put([{ detail_type: 'notification.cancelled', detail: { id } }]);
    await stack.local.settle();
    await stack.local.advance(FAR_SECONDS + 60);
  }),

  step('acknowledged, and not', async (stack) => {
    const user = newUser('asked');
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user, requires_ack: true });
    await stack.local.advance(6);
    await socket.caughtUp();
    socket.send({ action: 'ack', notification_id: socket.of('notification')[0]?.notification.id });
    await socket.caughtUp();
  }),

  step('sync', async (stack) => {
    const user = newUser('back');
    await stack.notify({ user_id: user });
    const since = (await firstNotification(stack, user))?.id;
    const socket = await stack.connect(user);
    await stack.notify({ user_id: EVERYONE });
    await stack.local.settle();
    socket.send({ action: 'sync', since });
    await socket.caughtUp();
  }),

  step('the inbox over REST', async (stack) => {
    const user = newUser('reader');
    await stack.connect(user);
    for (let at = 0; at < 3; at++) await stack.notify({ user_id: user });
    const found = await firstNotification(stack, user);
    const one = `/api/v2/notifications/${found?.id}`;
    const list = '/api/v2/notifications';
    for (const query of ['?is_read=false', '?size=1', '?is_read=true', '/unread-count'])
      await stack.as(user, 'GET', list + query);
    await stack.as(user, 'GET', one);
    for (const mark of ['read', 'unread']) await stack.as(user, 'PUT', `${one}/${mark}`);
    await stack.as(user, 'DELETE', one);
    const other = (await firstNotification(stack, user))?.id;
    const until = new Date((await stack.local.now()) + 120_000).toISOString();
    await stack.as(user, 'PUT', `${list}/${other}/snooze`, { until });
    await stack.as(user, 'PUT', `${list}/mark-all-seen`);
    await stack.local.advance(121);
    // The other tabs are notified, and one of them is closed.
    await cutAll(stack, user);
    await stack.as(user, 'PUT', `${list}/mark-all-read`);
    await stack.as(user, 'DELETE', `${list}/clear-all`);
    await stack.as(user, 'PUT', '/api/v2/preferences', { muted_types: ['advert'] });
    const admin = await stack.token(user, { scopes: ['carillon/admin'] });
    await stack.http('GET', `${list}/stats`, { token: admin });
  }),

  step('what everyone got, over REST', async (stack) => {
    const user = newUser('reader');
    await stack.notify({ user_id: EVERYONE });
    const one = `/api/v2/notifications/${(await firstNotification(stack, user))?.id}`;
    for (const mark of ['read', 'unread']) await stack.as(user, 'PUT', `${one}/${mark}`);
    await stack.as(user, 'DELETE', one);
  }),

  step('what comes after the inbox was cleared', async (stack) => {
    const user = newUser('cleared');
    await stack.notify({ user_id: user });
    await stack.local.settle();
    const early = new Date((await stack.local.now()) - 60_000).toISOString();
    await stack.as(user, 'DELETE', '/api/v2/notifications/clear-all');
    // A request whose time is before the clearing is filed after it.
    await stack.local.advance(1);
    await stack.notify({ user_id: user, deliver_at: early, id: newUser('late') });
  }),

  step('events and tickets of back ends', async (stack) => {
    const detail = {
      user_id: newUser('internal'),
      title: 'A title',
      message: 'A message',
      notification_type: 'system',
    };
    await stack.http('POST', '/internal/tickets', { sign: true, body: { user_id: detail.user_id } });
    const entries = [{ detail_type: 'notification.requested', detail }];
    await stack.http('POST', '/internal/events', { sign: true, body: { entries } });
    await stack.http('POST', '/internal/events?fast=1', { sign: true, body: { entries } });
  }),

  step('phones: registered, moved, pushed, dead, removed', async (stack) => {
    for (const platform of ['fcm', 'apns', 'apns_sandbox'] as const) {
      const [user, next] = [newUser('owner'), newUser('next')];
      const phone = await registerPhone(stack, user, platform);
      await registerPhone(stack, next, platform, phone.token);
      await stack.notify({ user_id: next });
      await stack.local.settle();
      // The provider refuses it: SNS finds out at the first push, and says so.
      await stack.local.setPhone(phone.token, false);
      await stack.notify({ user_id: next });
      await stack.local.settle();
      await stack.notify({ user_id: next });
      await stack.local.settle();
      const other = await registerPhone(stack, user, platform);
      await stack.as(user, 'DELETE', `/api/v2/devices/${other.id}`);
    }
    await stack.notify({ user_id: EVERYONE });
  }),

  step('a user’s data, and what became of a request', async (stack) => {
    const [user, id] = [newUser('asking'), newUser('request')];
    await stack.notify({ user_id: user, id });
    await stack.local.settle();
    await stack.http('GET', `/internal/requests/${id}?source=test&user_id=${user}`, { sign: true });
    // Enough for a look at the rate limit of their type.
    await stack.connect(user);
    const request = { user_id: user, id, title: 'T', message: 'M', notification_type: 'system' };
    const requests = Array.from({ length: 31 }, (_, at) => ({ ...request, id: `${id}-${at}` }));
    await stack.put([{ detail_type: 'notification.requested', detail: { requests } }]);
    await stack.local.settle();
    for (const source of ['test', 'another'])
      await stack.http('POST', '/internal/explain', { sign: true, body: { source, request } });
    const topic = { topic: 'chat:42', notification_type: 'chat_message' };
    await stack.http('POST', '/internal/explain', { sign: true, body: { request: topic } });
    for (const [method, path] of [
      ['GET', `${user}/export`],
      ['DELETE', user],
    ] as const) {
      const { body } = await stack.http(method, `/internal/users/${path}`, { sign: true });
      await stack.http(method, `/internal/users/${path}?cursor=${body.next_cursor}`, { sign: true });
    }
  }),

  step('a user logs out', async (stack) => {
    const user = newUser('leaving');
    await stack.connect(user);
    await stack.put([{ detail_type: 'user.logged_out', detail: { user_id: user } }]);
  }),
];
