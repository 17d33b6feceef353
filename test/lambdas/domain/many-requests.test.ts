// Several requests in one event: each succeeds or fails alone.
import { beforeEach, expect, it } from 'vitest';
import { type DispatchSystem, dispatchSystem } from '../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const request = (user_id: string, more: object = {}) => ({
  user_id,
  title: `For ${user_id}`,
  message: 'A message',
  notification_type: 'system',
  ...more,
});
const titlesOf = async (user: string) =>
  (await system.deps.inbox.newerThan(user, '', 100)).items.map(({ title }) => title);
const rejected = (): { field?: string; event: any }[] =>
  system.memory.queues.rejected.all().map(({ body, attributes }) => ({ ...attributes, event: JSON.parse(body) }));

it('carries out a hundred, each with an id of its own, however often the event comes', async () => {
  const requests = Array.from({ length: 100 }, (_, at) => request(`user-${at % 50}`, { title: `${at}` }));
  for (let round = 0; round < 2; round++) {
    system.enqueue({ requests }, { eventId: 'event' });
    await system.drain();
  }
  for (let at = 0; at < 50; at++) expect((await titlesOf(`user-${at}`)).sort()).toEqual([`${at}`, `${at + 50}`].sort());
  expect(rejected()).toEqual([]);
});

it('refuses the invalid ones by themselves, each with its place, and carries out the others', async () => {
  const requests = [request('alice'), request('bob', { title: 5 }), 7, request('carol'), { ...request('d'), x: 1 }];
  system.enqueue({ requests });
  await system.drain();
  expect([await titlesOf('alice'), await titlesOf('bob'), await titlesOf('carol')]).toEqual([
    ['For alice'],
    [],
    ['For carol'],
  ]);
  expect(rejected().map(({ field }) => field)).toEqual(['requests[1].title', 'requests[2]', 'requests[4].x']);
  expect(rejected()[0]!.event.detail.requests).toEqual([requests[1]]);
});

it('keeps an invalid one whose text SQS takes only as escapes', async () => {
  const title = 'No character: \uFFFE\uFFFF';
  const body = JSON.stringify({
    id: 'e',
    source: 'test',
    'detail-type': 'notification.requested',
    time: '2026-11-21T07:00:00Z',
  });
  const detail = JSON.stringify({ requests: [request('alice'), request('bob', { title })] });
  const escaped = detail.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
  system.memory.queues.dispatch.send(`${body.slice(0, -1)},"detail":${escaped}}`);
  await system.drain();
  expect(await titlesOf('alice')).toEqual(['For alice']);
  expect(rejected()).toMatchObject([{ field: 'requests[1].title', event: { detail: { requests: [{ title }] } } }]);
});

it.each([
  ['none', { requests: [] }, 'requests'],
  ['101', { requests: Array.from({ length: 101 }, () => request('alice')) }, 'requests'],
  ['no list', { requests: {} }, 'requests'],
  ['something else beside them', { requests: [request('alice')], priority: 'high' }, 'priority'],
])('refuses %s as a whole', async (_, detail, field) => {
  system.enqueue(detail);
  await system.drain();
  expect(rejected().map((one) => one.field)).toEqual([field]);
  expect(await titlesOf('alice')).toEqual([]);
});

it('retries one without the others', async () => {
  const { inbox } = system.deps;
  const put = inbox.put;
  Object.assign(inbox, {
    put: async (...given: Parameters<typeof put>) => {
      if (given[0] === 'bob') throw new Error('Throttled');
      return put(...given);
    },
  });
  system.enqueue({ requests: [request('alice'), request('bob'), request('carol')] });
  await system.advance(2_000);
  expect(await titlesOf('alice')).toEqual(['For alice']);
  const dead = system.memory.queues.deadLetters.all();
  expect(dead.map(({ body }) => JSON.parse(body).request.user_id)).toEqual(['bob']);
});

it('notes the field that is wrong where its name has half a character, which the table refuses', async () => {
  await system.event(
    { user_id: 'dave', '\uD800': 1 },
    { detailType: 'user.logged_out', source: 'test', eventId: 'half' },
  );
  const noted = await system.deps.requests.rejection({ source: 'test', id: 'half' });
  expect(noted?.field).toBe('\uFFFD');
  expect(system.memory.queues.rejected.all()).toHaveLength(1);
});
