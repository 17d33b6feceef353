// The history of the local runtime: the outcome of each event, derived from the calls it led to.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestLines } from '../../console/words/requests.ts';
import type { HistoryDetail, HistoryRow, Step } from '../../protocol/local/history.ts';
import type { LiveState, WaitingItem } from '../../protocol/local/live-state.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';

const EVERYONE = '00000000-0000-0000-0000-000000000000';

describe.skipIf(!hasControlApi)('the history of an event', () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest();
  });
  afterAll(() => stack?.close());

  const detail = (id: string): Promise<HistoryDetail> => stack.local.call('GET', `history/${id}`);
  const settled = async (id: string) => {
    await stack.local.settle();
    return detail(id);
  };
  const kinds = ({ steps }: HistoryDetail) => steps.map(({ kind }) => kind);
  const stepOf = ({ steps }: HistoryDetail, kind: Step['kind']) => steps.find((step) => step.kind === kind);

  it('says that a request is in a digest', async () => {
    const digest = { key: 'k', window_seconds: 60, title: '{count} builds', message: 'M' };
    const [first, second] = [
      await stack.notify({ user_id: 'dora', digest }),
      await stack.notify({ user_id: 'dora', digest }),
    ];
    expect((await settled(first)).row.outcome).toBe('digested');
    const gathered = await settled(second);
    expect(gathered.row.outcome).toBe('digested');
    expect(stepOf(gathered, 'gathered')).toBeDefined();
    expect([...gathered.steps, ...(await detail(first)).steps]).toContainEqual(
      expect.objectContaining({ waits_for: 'digest' }),
    );
    await stack.local.advance(61);
    // The one that began the window leads to the notification.
    expect((await settled(first)).row.outcome).toBe('inbox');
    expect((await settled(second)).row.outcome).toBe('digested');
  });

  it('leads from the bus over the queue and the function to the table and the socket', async () => {
    const socket = await stack.connect('alice');
    const id = await stack.notify({ user_id: 'alice', title: 'To the socket' });
    const { notification } = await socket.frame('notification');
    const found = await settled(id);
    expect(kinds(found)).toEqual(['accepted', 'matched', 'invoked', 'stored', 'posted']);
    expect(found.notification_ids).toEqual([notification.id]);
    expect(found.row).toMatchObject({ outcome: 'delivered', attempts: 1, inbox: { done: 1 }, sockets: { done: 1 } });
    expect(stepOf(found, 'posted')).toMatchObject({ state: 'done', user_id: 'alice', unread_count: 1 });
    expect(found.calls.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['PutItem', 'PostToConnection']),
    );
    expect(found.dollars).toBeGreaterThan(1e-6);
    expect(found.dollars).toBeLessThan(1e-4);
    await socket.close();
  });

  it('separates events of one batch, even with the same user and title', async () => {
    const ids = await stack.put(
      Array.from({ length: 10 }, (_, n) => ({
        detail_type: 'notification.requested',
        detail: { user_id: `twin-${n % 2}`, title: 'Same', message: 'Same', notification_type: 'system' },
      })),
    );
    await stack.local.settle();
    const details = await Promise.all(ids.map(detail));
    expect(details.map(({ row }) => row.inbox.done)).toEqual(ids.map(() => 1));
    expect(new Set(details.flatMap(({ notification_ids: found }) => found)).size).toBe(10);
  });

  it('keeps the field and the reason of what was rejected', async () => {
    const { row } = await settled(await stack.notify({ user_id: 'alice', title: 'x'.repeat(256) }));
    expect(row).toMatchObject({ outcome: 'rejected', inbox: { state: 'failed' } });
    expect(row.rejection).toEqual({ field: 'title', reason: 'must have at most 255 characters' });
  });

  it('shows each attempt, the waits between them, the dead-letter queue and the redrive', async () => {
    await stack.local.fault({ service: 'dynamodb', operation: 'PutItem', kind: 'error', function: 'dispatch' });
    const id = await stack.notify({ user_id: 'dana', title: 'Fails at first' });
    expect((await settled(id)).row).toMatchObject({ outcome: 'retrying', attempts: 1, max_attempts: 5 });
    const waiting: WaitingItem[] = await stack.local.call('GET', 'waiting');
    expect(waiting).toContainEqual(expect.objectContaining({ event_id: id, what: 'retry', is_request: false }));
    await stack.local.advance(400);
    const failed = await settled(id);
    expect(failed.row).toMatchObject({
      outcome: 'failed',
      attempts: 5,
      error: { operation: 'PutItem', is_injected: true },
    });
    expect(failed.steps.filter(({ kind }) => kind === 'invoked').map(({ state }) => state)).toEqual(
      Array(5).fill('failed'),
    );
    expect(failed.steps.filter(({ kind }) => kind === 'waiting')).toHaveLength(4);

    await stack.local.clearFaults();
    const { queues }: LiveState = await firstState(stack);
    const full = queues.find(({ role, available }) => role === 'dead_letter' && available > 0)!;
    expect(await stack.local.call('POST', 'redrive', { queue: full.name })).toMatchObject({ moved: 1 });
    const redriven = await settled(id);
    expect(redriven.row).toMatchObject({ outcome: 'inbox', inbox: { done: 1 } });
    expect(stepOf(redriven, 'redriven')).toBeDefined();
  });

  it('follows a scheduled request over the scheduler to its delivery', async () => {
    const deliverAt = new Date((await stack.local.now()) + 7_200_000).toISOString();
    const id = await stack.notify({ user_id: 'sam', title: 'Later', deliver_at: deliverAt, id: 'own-id' });
    expect((await settled(id)).row).toMatchObject({ outcome: 'scheduled', due_ms: Date.parse(deliverAt) });
    await stack.local.advance(7_201);
    const found = await settled(id);
    expect(found.row).toMatchObject({ outcome: 'inbox', inbox: { done: 1 } });
    expect(kinds(found)).toEqual(expect.arrayContaining(['scheduled', 'queued', 'stored']));
    expect(found.row.took_ms).toBeLessThan(3_600_000);
  });

  it('knows a cancelled request, a recalled one and a duplicate', async () => {
    const deliverAt = new Date((await stack.local.now()) + 7_200_000).toISOString();
    const id = await stack.notify({ user_id: 'sam', title: 'Never', deliver_at: deliverAt, id: 'cancel-me' });
    await stack.local.settle();
    await stack.put([{ detail_type: 'notification.cancelled', detail: { id: 'cancel-me' } }]);
    expect((await settled(id)).row.outcome).toBe('cancelled');

    const recalled = await stack.notify({ user_id: 'sam', title: 'Taken back', id: 'recall-me' });
    await stack.local.settle();
    await stack.put([{ detail_type: 'notification.recalled', detail: { id: 'recall-me' } }]);
    expect((await settled(recalled)).row).toMatchObject({ outcome: 'recalled', inbox: { done: 1 } });

    const first = await stack.notify({ user_id: 'sam', title: 'Once', id: 'twice' });
    await stack.local.settle();
    const second = await stack.notify({ user_id: 'sam', title: 'Once', id: 'twice' });
    expect((await settled(second)).row).toMatchObject({
      outcome: 'duplicate',
      duplicate_of: first,
      inbox: { done: 0 },
    });
  });

  it('counts what a broadcast reached, and finds the push in the event it came from', async () => {
    const sockets = await Promise.all(['uma', 'vic', 'uma'].map((user) => stack.connect(user)));
    await stack.as('wim', 'POST', '/api/v2/devices', { platform: 'fcm', token: 'wim-phone' });
    const id = await stack.notify({ user_id: EVERYONE, title: 'To all' });
    const found = await settled(id);
    expect(found.row).toMatchObject({ outcome: 'delivered', inbox: { done: 1 }, phones: { done: 1 } });
    expect(found.row.sockets.done).toBe((await stack.local.connections()).length);
    const [phone] = (await stack.local.phones()).filter(({ token }) => token === 'wim-phone');
    expect(phone.messages.at(-1).event_id).toBe(id);
    for (const socket of sockets) await socket.close();
  });

  it('shows what users did: acknowledged, read', async () => {
    const socket = await stack.connect('yara');
    const id = await stack.notify({ user_id: 'yara', title: 'Confirm', requires_ack: true });
    const { notification } = await socket.frame('notification');
    socket.send({ action: 'ack', notification_id: notification.id });
    await socket.caughtUp();
    await stack.as('yara', 'PUT', '/api/v2/notifications/mark-all-read');
    const { row, steps } = await settled(id);
    expect(row.is_acknowledged).toBe(true);
    expect(row.read_after_ms).toBeGreaterThanOrEqual(0);
    expect(steps.at(-1)).toMatchObject({ kind: 'read', user_id: 'yara' });
    await socket.close();
  });

  it('shows claims, snoozes and what was seen or removed, in the order it was done', async () => {
    const socket = await stack.connect('cleo');
    const id = await stack.notify({ user_ids: ['cleo', 'carl'], title: 'Claimable', claim: { expires_seconds: 900 } });
    const { notification } = await socket.frame('notification');
    const path = `/api/v2/notifications/${notification.id}`;
    await stack.as('cleo', 'PUT', `${path}/claim`);
    await stack.as('cleo', 'DELETE', `${path}/claim`);
    await stack.as('cleo', 'PUT', '/api/v2/notifications/mark-all-seen');
    await stack.as('cleo', 'PUT', `${path}/read`);
    await stack.as('cleo', 'PUT', `${path}/unread`);
    const until = new Date((await stack.local.now()) + 1_800_000).toISOString();
    await stack.as('cleo', 'PUT', `${path}/snooze`, { until });
    const snoozed = await settled(id);
    expect(snoozed.row).toMatchObject({ outcome: 'snoozed', next_ms: Date.parse(until) });
    expect(snoozed.steps).toContainEqual(expect.objectContaining({ waits_for: 'snooze', until_ms: Date.parse(until) }));
    // It is no request that could be sent at another time.
    const wakeUp = { event_id: id, what: 'snooze_end', is_request: false, due_ms: Date.parse(until) };
    expect(await stack.local.call('GET', 'waiting')).toContainEqual(expect.objectContaining(wakeUp));
    await stack.as('cleo', 'DELETE', `${path}/snooze`);
    await stack.as('cleo', 'DELETE', path);
    const found = await settled(id);
    expect(found.row.outcome).toBe('delivered');
    const done = found.steps.filter(({ user_id: user, kind }) => user === 'cleo' && kind !== 'posted');
    expect(done.map(({ kind }) => kind)).toEqual([
      'claimed',
      'released',
      'seen',
      'read',
      'unread',
      'snoozed',
      'unsnoozed',
      'archived',
    ]);
    await socket.close();
  });

  it('says that a request waits for its user to be present, and until when', async () => {
    const until = new Date((await stack.local.now()) + 3_600_000).toISOString();
    const id = await stack.notify({ user_id: 'paula', deliver_when: { state: 'present', until, otherwise: 'push' } });
    const waiting = await settled(id);
    expect(waiting.row).toMatchObject({ outcome: 'waiting', next_ms: Date.parse(until) });
    expect(stepOf(waiting, 'scheduled')).toMatchObject({ waits_for: 'presence', until_ms: Date.parse(until) });
    expect(await stack.local.call('GET', 'waiting')).toContainEqual(
      expect.objectContaining({ event_id: id, what: 'present', is_request: true, due_ms: Date.parse(until) }),
    );
    const socket = await stack.connect('paula');
    socket.send({ action: 'presence', state: 'active' });
    await socket.frame('notification');
    expect((await settled(id)).row.outcome).toBe('delivered');
    await socket.close();
  });

  it('keeps the inboxes of a user in organisations apart', async () => {
    const [own, inOrganisation] = await stack.put(
      [undefined, 'acme'].map((org_id) => ({
        detail_type: 'notification.requested',
        detail: { user_id: 'olga', org_id, title: 'Same', message: 'Same', notification_type: 'system' },
      })),
    );
    expect((await settled(own!)).row).toMatchObject({ audience: { name: 'olga' }, inbox: { done: 1 } });
    const found = await settled(inOrganisation!);
    expect(found.row).toMatchObject({ audience: { name: 'olga', org_id: 'acme' }, inbox: { done: 1 } });
    expect(stepOf(found, 'stored')?.payload).toContain('olga acme');
    const { users } = await firstState(stack);
    const counts = users.filter(({ id }) => id === 'olga').map(({ org_id, unread_count }) => [org_id, unread_count]);
    expect(counts).toEqual([
      [undefined, 1],
      ['acme', 1],
    ]);
  });

  it('checks an event as dispatch will, every field at once', async () => {
    const check = (detail: unknown) =>
      stack.local.call('POST', 'check', { detail_type: 'notification.requested', detail_json: JSON.stringify(detail) });
    const { problems } = await check({
      user_id: 'a b',
      notification_type: 'system',
      message: 'No title',
      priority: 'x',
    });
    expect(problems.map(({ field }: { field: string }) => field).sort()).toEqual(['priority', 'user_id']);
    expect((await check({ user_id: 'a', notification_type: 's', title: 't', message: 'm' })).problems).toEqual([]);
  });

  it('says of several requests in one event which was rejected, while the others are delivered', async () => {
    const socket = await stack.connect('rita');
    const request = (user_id: string, title: string) => ({ user_id, title, message: 'm', notification_type: 'bulk' });
    const requests = [request('rita', 'First'), request('rita', 'x'.repeat(256)), request('sam', 'Third')];
    const [id] = await stack.put([{ detail_type: 'notification.requested', detail: { requests } }]);
    const found = await settled(id!);
    expect(found.row).toMatchObject({
      title: '3 requests: First',
      requests: 3,
      outcome: 'delivered',
      inbox: { done: 2 },
      sockets: { done: 1 },
      rejection: { field: 'requests[1].title', reason: 'must have at most 255 characters' },
    });
    expect(requestLines(found).map(({ to, outcome }) => `${to}: ${outcome}`)).toEqual([
      'rita: Sent to 1 socket',
      'rita: Rejected: title must have at most 255 characters',
      'sam: In inbox',
    ]);
    await socket.close();
    const [all] = await stack.put([
      { detail_type: 'notification.requested', detail: { requests: requests.slice(1, 2) } },
    ]);
    expect((await settled(all!)).row.outcome).toBe('rejected');
  });

  it('is streamed: a row comes by itself soon after its event', async () => {
    const rows = streamedRows(stack);
    const id = await stack.notify({ user_id: 'zoe', title: 'Streamed' });
    const row = await rows.next((one) => one.id === id && one.outcome === 'inbox');
    expect(row.title).toBe('Streamed');
    rows.close();
  });

  it('streams the state at once when the control API changes something, such as a fault or the clock', async () => {
    const abort = new AbortController();
    const source = events(stack, abort);
    const state = async (matches: (one: LiveState) => boolean): Promise<LiveState> => {
      for (;;) {
        const { value, done } = await source.next();
        if (done) throw new Error('The stream ended.');
        if (value.event === 'state' && matches(value.data)) return value.data;
      }
    };
    const { ahead_ms: ahead } = await state(() => true);
    await stack.local.fault({ service: 'sns', operation: 'Publish', kind: 'error' });
    expect(await state(({ faults }) => faults === 1)).toMatchObject({ versions: { faults: expect.any(Number) } });
    await stack.local.clearFaults();
    await state(({ faults }) => faults === 0);
    await stack.local.advance(60);
    await state(({ ahead_ms: now }) => now > ahead + 50_000);
    abort.abort();
  });

  it('lists what people wait for, and not what the stack itself does every few minutes', async () => {
    await stack.local.reset();
    expect(await stack.local.call('GET', 'waiting')).toEqual([]);
    expect(await firstState(stack)).toMatchObject({ waiting: 0, next_due_ms: null });
  });
});

async function firstState(stack: StackUnderTest): Promise<LiveState> {
  for await (const { event, data } of events(stack, new AbortController())) if (event === 'state') return data;
  throw new Error('The stream ended without a state.');
}

function streamedRows(stack: StackUnderTest) {
  const abort = new AbortController();
  const source = events(stack, abort);
  // Connected before the first event is sent.
  const begun = source.next();
  return {
    async next(matches: (row: HistoryRow) => boolean): Promise<HistoryRow> {
      await begun;
      for await (const { event, data } of source) {
        const found = event === 'rows' && (data as HistoryRow[]).find(matches);
        if (found) return found;
      }
      throw new Error('The stream ended.');
    },
    close: () => abort.abort(),
  };
}

async function* events(stack: StackUnderTest, abort: AbortController): AsyncGenerator<{ event: string; data: any }> {
  const { body } = await fetch(`${stack.outputs.http_url}/_local/stream`, { signal: abort.signal });
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/s.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (event && data) yield { event, data: JSON.parse(data) };
    }
  }
}
