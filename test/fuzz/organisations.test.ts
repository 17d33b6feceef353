// Nothing of one inbox is ever visible in another: random requests, frames and events of users of several
// organisations, with ids, cursors and topics of the others. `npm run fuzz:organisations` makes 100,000.
import { expect, it } from 'vitest';
import { inboxId } from '../../protocol/inbox-id.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import { type Random, randomFrom } from '../simulator/random.ts';
import { type Client, functionsInMemory } from '../support/functions-in-memory.ts';

const REQUESTS = Number(process.env.ORGANISATION_REQUESTS ?? 500);
const SEED = Number(process.env.ORGANISATION_SEED ?? 1);
/** A new system after so many, so that lists stay short. */
const PER_SYSTEM = 1_000;

interface Inbox {
  user: string;
  org: string | undefined;
}
// Users and organisations of the same names, too.
const USERS = ['alice', 'bob', 'acme'];
const INBOXES: Inbox[] = USERS.flatMap((user) => [undefined, 'acme', 'alice'].map((org) => ({ user, org })));
const nameOf = ({ user, org }: Inbox): string => inboxId(user, org);
const inOrg = ({ org }: Inbox) => (org === undefined ? {} : { org_id: org });

/** In each text that is sent: for whom it is. */
const tag = (name: string): string => `tag[${name}]`;
const tagsIn = (value: unknown): string[] =>
  [...(JSON.stringify(value) ?? '').matchAll(/tag\[([^\]]*)\]/g)].map(([, name]) => name!);
const mayShow = (inbox: Inbox): string[] => [nameOf(inbox), 'everyone', `org:${inbox.org}`];

async function run(random: Random, requests: number): Promise<void> {
  const system = functionsInMemory();
  // A limit that is used up would answer for everything behind it.
  system.deps.rateLimits = { take: async () => true };
  const sockets: { inbox: Inbox; client: Client; read: number }[] = [];
  const ids: string[] = ['request-1'];
  const cursors: string[] = ['x'];
  const devices: string[] = ['x'];
  const shown = new Set<string>();
  let sent = 0;

  const rest = (inbox: Inbox, method: string, path: string, body?: unknown) =>
    system.as(inbox.user, method, `/api/v2/${path}`, body, inOrg(inbox));
  const connect = async (inbox: Inbox) => {
    const client = await system.connect(inbox.user, { ...inOrg(inbox), topics: ['chat:1'] });
    sockets.push({ inbox, client, read: 0 });
    return client;
  };
  const socketOf = async (inbox: Inbox): Promise<Client> =>
    sockets.find((one) => one.inbox === inbox && system.memory.sockets.get(one.client.id)!.isOpen)?.client ??
    connect(inbox);
  /** What its owner sees of an inbox. */
  const viewOf = async (inbox: Inbox): Promise<string> => {
    const paths = ['notifications?size=100', 'notifications/unread-count', 'preferences', 'devices'];
    const replies = [];
    for (const path of paths) replies.push((await rest(inbox, 'GET', path)).body);
    return JSON.stringify(replies);
  };

  const id = () => random.pick(ids);
  const byUser: ((inbox: Inbox) => Promise<unknown>)[] = [
    (inbox) => rest(inbox, 'GET', `notifications?size=${random.integer(1, 5)}`),
    (inbox) => rest(inbox, 'GET', `notifications?size=2&cursor=${random.pick(cursors)}`),
    (inbox) => rest(inbox, 'GET', `notifications/${id()}`),
    (inbox) => rest(inbox, 'PUT', `notifications/${id()}/${random.pick(['read', 'unread', 'claim'])}`),
    (inbox) => rest(inbox, 'DELETE', `notifications/${id()}${random.pick(['', '/snooze', '/claim'])}`),
    (inbox) => rest(inbox, 'PUT', `notifications/${id()}/snooze`, { until: inSeconds(random.integer(60, 600)) }),
    (inbox) => rest(inbox, 'PUT', `notifications/mark-all-${random.pick(['read', 'seen'])}`, { up_to: id() }),
    (inbox) => rest(inbox, 'DELETE', `notifications/clear-all?up_to=${id()}`),
    (inbox) => rest(inbox, 'GET', 'preferences'),
    (inbox) => rest(inbox, 'PUT', 'preferences', { muted_groups: [tag(nameOf(inbox))] }),
    (inbox) => rest(inbox, 'POST', 'devices', { platform: 'fcm', token: `token-${tag(nameOf(inbox))}` }),
    (inbox) => rest(inbox, 'GET', 'devices'),
    (inbox) => rest(inbox, 'DELETE', `devices/${random.pick(devices)}`),
    async (inbox) => (await socketOf(inbox)).send({ action: 'sync', since: id() }),
    async (inbox) => (await socketOf(inbox)).send({ action: 'ack', notification_ids: [id(), id()] }),
    async (inbox) => (await socketOf(inbox)).send({ action: 'claim', notification_id: id() }),
    async (inbox) => {
      const { user, org } = random.pick(INBOXES);
      const topic = random.pick([`wal:${user}`, `wal:${inboxId(user, org)}`, `org:${org}`, 'chat:1']);
      return (await socketOf(inbox)).send({ action: 'subscribe', topics: [topic] });
    },
    async (inbox) => {
      const { body } = await rest(inbox, 'POST', 'tickets', {});
      const query = { ticket: body.ticket, user_id: random.pick([inbox.user, nameOf(inbox), 'bob']) };
      const { context } = (await system.authorize({ query })) as any;
      if (context === undefined) return undefined;
      expect(context.user_id).toBe(nameOf(inbox));
      sockets.push({ inbox, client: await system.open(context), read: 0 });
      return undefined;
    },
  ];
  const inSeconds = (seconds: number) => new Date(system.clock.ms + seconds * 1_000).toISOString();
  const content = (name: string) => ({
    title: tag(name),
    message: tag(name),
    payload: { of: tag(name), ...(random.chance(0.2) && { groupId: tag(name) }) },
    ...(random.chance(0.3) && { id: `request-${random.integer(1, 20)}` }),
    ...(random.chance(0.1) && { deliver_at: inSeconds(random.integer(1, 100)) }),
    ...(random.chance(0.1) && { requires_ack: true }),
  });
  const live = (name: string) => ({ notification_type: 'signal', payload: { of: tag(name) } });
  const byProducer: ((inbox: Inbox) => Promise<unknown>)[] = [
    ...Array.from({ length: 4 }, () => (inbox: Inbox) => {
      return system.notify({ user_id: inbox.user, ...inOrg(inbox), ...content(nameOf(inbox)) });
    }),
    (inbox) => system.notify({ user_id: inbox.user, ...inOrg(inbox), ...live(nameOf(inbox)), store: false }),
    (inbox) => system.notify({ topic: `wal:${inbox.user}`, ...inOrg(inbox), ...live(nameOf(inbox)) }),
    async ({ org }) => {
      if (org !== undefined) await system.notify({ topic: `org:${org}`, ...live(`org:${org}`) });
    },
    async ({ org }) => {
      const name = org === undefined ? 'everyone' : `org:${org}`;
      if (org === undefined) return system.notify({ user_id: EVERYONE, title: tag(name) });
      const claim = { expires_seconds: 60 };
      return system.notify({ user_ids: USERS, org_id: org, title: tag(name), message: tag(name), claim });
    },
    (inbox) => system.put('notification.recalled', { id: id(), user_id: inbox.user, ...inOrg(inbox) }),
    (inbox) => system.put('user.logged_out', { user_id: inbox.user, ...inOrg(inbox) }),
    async (inbox) => {
      const request = { user_id: inbox.user, ...inOrg(inbox), ...content(nameOf(inbox)) };
      const path = `/internal/users/${inbox.user}/presence${inbox.org === undefined ? '' : `?org_id=${inbox.org}`}`;
      return [await system.call('POST', '/internal/explain', { request }), await system.call('GET', path)];
    },
  ];

  function collect(inbox: Inbox, reply: any): void {
    for (const one of reply?.body?.notifications ?? []) ids.push(one.id);
    if (reply?.body?.next_cursor) cursors.push(reply.body.next_cursor);
    if (reply?.status === 201 && reply.body.id) devices.push(reply.body.id);
    for (const list of [ids, cursors, devices]) list.splice(0, list.length - 60);
    for (const found of [reply?.body, ...(reply?.body?.notifications ?? [])]) {
      if (found?.user_id === undefined || found.user_id === EVERYONE) continue;
      expect([found.user_id, found.org_id]).toEqual([inbox.user, inbox.org]);
    }
  }

  for (; sent < requests; sent++) {
    system.clock.ms += random.integer(0, 5_000);
    const inbox = random.pick(INBOXES);
    const isProducer = random.chance(0.3);
    const other = random.pick(INBOXES.filter((one) => one !== inbox));
    const isLookedAt = !isProducer && random.chance(0.05);
    if (isLookedAt) await system.run();
    const before = isLookedAt ? await viewOf(other) : '';
    const act = random.pick(isProducer ? byProducer : byUser);
    const reply = await act(inbox);
    const where = `request ${sent} of ${nameOf(inbox)}: ${act}`;
    if (!isProducer) collect(inbox, reply);
    for (const name of tagsIn(reply)) {
      expect(mayShow(inbox), where).toContain(name);
      shown.add(name);
    }
    // Of claims, everybody hears who may claim it too: those of the same organisation.
    if (isLookedAt && !/claim/.test(String(act))) expect(await viewOf(other), where).toBe(before);
    if (random.chance(0.02)) await system.advance(random.integer(1, 60));
    for (const socket of sockets) {
      const frames = socket.client.frames.slice(socket.read);
      socket.read = socket.client.frames.length;
      for (const name of tagsIn(frames)) expect(mayShow(socket.inbox), where).toContain(name);
      for (const { type, topic } of frames as any[]) {
        if (type === 'event' && topic.startsWith('wal:')) expect(topic, where).toBe(`wal:${socket.inbox.user}`);
      }
    }
    sockets.splice(0, Math.max(0, sockets.length - 40));
  }
  // There was something to hide.
  expect(shown.size).toBeGreaterThan(INBOXES.length / 2);
}

it(`shows nothing of another inbox in ${REQUESTS} requests (ORGANISATION_SEED=${SEED})`, {
  timeout: 30_000 + REQUESTS * 50,
}, async () => {
  for (let at = 0; at * PER_SYSTEM < REQUESTS; at++) {
    await run(randomFrom(SEED).fork(`system ${at}`), Math.min(PER_SYSTEM, REQUESTS - at * PER_SYSTEM));
  }
});
