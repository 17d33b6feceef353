// Contracts of the room `delivery`: delivery state, rate-limit slots, the fan-out, rejected and dead-letter queues, the
// bus.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SegmentTask } from '../../lambdas/domain/delivery/fan-out-task.ts';
import { firstKeyAt, notificationId } from '../../lambdas/domain/model/notification-id.ts';
import type { StoredNotification } from '../../lambdas/domain/model/stored-notification.ts';
import { HELD, RATE_LIMITED } from '../../lambdas/domain/model/stored-notification.ts';
import { SERVICE_KINDS, servicePorts } from '../support/open-service-ports.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';
import type { ServicePorts } from '../support/service-ports.ts';

const FAR_TTL = 4_000_000_000;

describe.each(TABLE_KINDS)('on %s', (kind) => {
  let ports: Ports;
  beforeAll(async () => {
    ports = await portsOn(kind, { isMetered: true });
  });
  afterAll(() => ports.close());

  async function stored(user: string, requestId: string, more: Partial<StoredNotification> = {}) {
    const id = notificationId(ports.clock.ms, requestId, user);
    const base = { id, unread_key: id, notification_type: 'system', title: 'T', message: 'M', requested_at: 'c' };
    await ports.deps.inbox.put(user, { ...base, ...more }, FAR_TTL);
    return id;
  }

  describe('DeliveryState', () => {
    it('counts each retry once, lets its own repeat pass, and no earlier one', async () => {
      const { deliveryState, inbox } = ports.deps;
      const id = await stored('alice', 'retried');
      expect(await deliveryState.countRetry('alice', id, 1, 't1')).toBe(true);
      expect(await deliveryState.countRetry('alice', id, 1, 't1')).toBe(true);
      expect(await deliveryState.countRetry('alice', id, 1, 't2')).toBe(false);
      expect(await deliveryState.countRetry('alice', id, 2, 't3')).toBe(true);
      expect(await deliveryState.countRetry('alice', id, 1, 't4')).toBe(false);
      expect(await inbox.get('alice', id)).toMatchObject({ retry_count: 2, last_retry_at: 't3', updated_at: 't3' });
      expect(await deliveryState.countRetry('alice', notificationId(1, 'none', 'alice'), 1, 't1')).toBe(false);
    });

    it('marks a push once, also when two ask in the same millisecond, and keeps when it was sent first', async () => {
      const { deliveryState, inbox } = ports.deps;
      const [id, sent] = [await stored('alice', 'pushed'), await stored('alice', 'sent', { sent_at: 't0' })];
      expect(await deliveryState.markPushed('alice', id, 't1')).toBe(true);
      expect(await deliveryState.markPushed('alice', id, 't1')).toBe(false);
      expect(await deliveryState.markPushed('alice', id, 't2')).toBe(false);
      expect(await inbox.get('alice', id)).toMatchObject({ pushed_at: 't1', sent_at: 't1' });
      await deliveryState.markPushed('alice', sent, 't1');
      const held = await stored('alice', 'held', { last_error: HELD });
      await deliveryState.markPushed('alice', held, 't1', { wasHeld: true });
      expect((await inbox.get('alice', held))?.last_error).toBeUndefined();
      expect(await inbox.get('alice', sent)).toMatchObject({ pushed_at: 't1', sent_at: 't0' });
      expect(await deliveryState.markPushed('bob', id, 't1')).toBe(false);
    });

    it('keeps the first acknowledgement, of the user’s own notifications alone', async () => {
      const { deliveryState, inbox } = ports.deps;
      const id = await stored('alice', 'acknowledged');
      expect(await deliveryState.acknowledge('bob', id, 't0')).toBe('unknown');
      expect(await deliveryState.acknowledge('alice', id, 't1')).toBe('acknowledged');
      expect(await deliveryState.acknowledge('alice', id, 't2')).toBe('acknowledged');
      for (const pushed of [{ was_pushed: true }, { pushed_at: 't0' }]) {
        const shown = await stored('alice', JSON.stringify(pushed), pushed);
        expect(await deliveryState.acknowledge('alice', shown, 't1')).toBe('on_phones');
        expect(await deliveryState.acknowledge('alice', shown, 't2')).toBe('acknowledged');
      }
      expect(await inbox.get('alice', id)).toMatchObject({ acknowledged_at: 't1' });
      expect(await inbox.get('bob', id)).toBeUndefined();
    });

    it('keeps when it was shown first, of the user’s own notifications alone', async () => {
      const { deliveryState, inbox } = ports.deps;
      const id = await stored('alice', 'shown');
      await deliveryState.markShown('bob', id, 't0');
      await deliveryState.markShown('alice', id, 't1');
      await deliveryState.markShown('alice', id, 't2');
      expect(await inbox.get('alice', id)).toMatchObject({ shown_at: 't1' });
      expect(await inbox.get('bob', id)).toBeUndefined();
    });

    it('lets one push a broadcast, until it is released, and makes no row', async () => {
      const { deliveryState, broadcasts } = ports.deps;
      const id = notificationId(ports.clock.ms, 'broadcast', 'everyone');
      expect(await deliveryState.claimBroadcastPush(id, 'one', 't1')).toBe(false);
      expect(await broadcasts.get(id)).toBeUndefined();
      const item = { id, unread_key: id, notification_type: 'system', title: 'T', message: 'M', requested_at: 'c' };
      await broadcasts.put(item, FAR_TTL);
      expect(await deliveryState.claimBroadcastPush(id, 'one', 't1')).toBe(true);
      expect(await broadcasts.get(id)).toEqual({ ...item, pushed_at: 't1', pushed_by: 'one' });
      // As the SDK repeats a call whose answer is lost.
      expect(await deliveryState.claimBroadcastPush(id, 'one', 't1')).toBe(true);
      expect(await deliveryState.claimBroadcastPush(id, 'two', 't1')).toBe(false);
      expect(await deliveryState.claimBroadcastPush(id, 'two', 't2')).toBe(false);
      await deliveryState.releaseBroadcastPush(id, 'two');
      expect(await broadcasts.get(id)).toMatchObject({ pushed_by: 'one' });
      await deliveryState.releaseBroadcastPush(id, 'one');
      expect(await broadcasts.get(id)).toEqual(item);
      await deliveryState.releaseBroadcastPush(id, 'one');
      expect(await deliveryState.claimBroadcastPush(id, 'two', 't3')).toBe(true);
    });
  });

  describe('RateSlots', () => {
    const sinceAMinute = () => firstKeyAt(ports.clock.ms - 60_000);

    it('gives out no more slots than there are, however many ask at once, and the same when asked again', async () => {
      const { take } = ports.deps.rateSlots;
      const ids = Array.from({ length: 12 }, (_, at) => notificationId(ports.clock.ms, `slot-${at}`, 'erin'));
      const given = await Promise.all(ids.map((id) => take('erin', 'system', id, sinceAMinute(), 5)));
      expect(given.filter(Boolean)).toHaveLength(5);
      expect(await Promise.all(ids.map((id) => take('erin', 'system', id, sinceAMinute(), 5)))).toEqual(given);
      const [first] = ids;
      expect(await take('erin', 'chat', first!, sinceAMinute(), 5)).toBe(true);
      expect(await take('frank', 'system', first!, sinceAMinute(), 5)).toBe(true);
    });

    it('gives the first slots to those that were sent without one, not to those that were refused', async () => {
      const { take, hasRoom } = ports.deps.rateSlots;
      for (let at = 0; at < 3; at++) await stored('gina', `sent-${at}`);
      for (let at = 0; at < 3; at++) await stored('gina', `refused-${at}`, { last_error: RATE_LIMITED });
      await stored('gina', 'other', { notification_type: 'chat' });
      const room = (limit: number) => hasRoom('gina', 'system', sinceAMinute(), limit);
      expect([await room(3), await room(4)]).toEqual([false, true]);
      const ask = (name: string) =>
        take('gina', 'system', notificationId(ports.clock.ms, name, 'gina'), sinceAMinute(), 4);
      expect([await ask('sent-0'), await ask('new-1'), await ask('new-2')]).toEqual([true, true, false]);
      expect([await room(4), await room(5)]).toEqual([false, true]);
      // Of all types together.
      expect([await hasRoom('gina', undefined, sinceAMinute(), 4)]).toEqual([false]);
      expect(await take('gina', undefined, notificationId(ports.clock.ms, 'all', 'gina'), sinceAMinute(), 5)).toBe(
        true,
      );
      expect(await take('gina', undefined, notificationId(ports.clock.ms, 'full', 'gina'), sinceAMinute(), 5)).toBe(
        false,
      );
      ports.clock.ms += 61_000;
      expect(await room(1)).toBe(true);
      expect(await ask('new-3')).toBe(true);
    });
  });

  describe('FanoutProgress', () => {
    const counts = { sent: 1, gone: 2, skipped: 3, refused: 4, failed: 5 };
    const [first, second] = [
      { message: 'm1', run: 'r1' },
      { message: 'm1', run: 'r2' },
    ];

    it('gives a part to one message, and to the latest run of it', async () => {
      const { fanoutProgress } = ports.deps;
      const nothing = { sent: 0, gone: 0, skipped: 0, refused: 0, failed: 0, is_done: false };
      expect(await fanoutProgress.begin('f1', 'p', first, FAR_TTL)).toEqual(nothing);
      expect(await fanoutProgress.begin('f1', 'p', { message: 'm2', run: 'r1' }, FAR_TTL)).toBe('taken');
      expect(await fanoutProgress.save('f1', 'p', first, { ...counts, after: 'a' })).toBe(true);
      expect(await fanoutProgress.begin('f1', 'p', second, FAR_TTL)).toEqual({ ...counts, after: 'a', is_done: false });
      expect(await fanoutProgress.save('f1', 'p', first, { ...counts, after: 'b' })).toBe(false);
      const rest = [{ partition: 't', low: 1, high: 2 }];
      expect(await fanoutProgress.save('f1', 'p', second, { ...counts, rest, is_done: true })).toBe(true);
      const saved = { ...counts, after: 'a', rest, is_done: true };
      expect(await fanoutProgress.begin('f1', 'p', second, FAR_TTL)).toEqual(saved);
      expect(await fanoutProgress.parts('f1')).toEqual([{ ...saved, part: 'p' }]);
    });

    it('stops one fan-out and no other', async () => {
      const { fanoutProgress } = ports.deps;
      await fanoutProgress.begin('f2', 'p', first, FAR_TTL);
      await fanoutProgress.stop('f2', FAR_TTL);
      expect(await Promise.all(['f2', 'f3'].map((id) => fanoutProgress.isStopped(id)))).toEqual([true, false]);
      expect(await fanoutProgress.parts('f2')).toHaveLength(1);
    });
  });
});

describe.each(SERVICE_KINDS)('in %s', (kind) => {
  let ports: ServicePorts;
  beforeAll(async () => {
    ports = await servicePorts(kind);
  });
  afterAll(() => ports.close());

  it('RejectedQueue keeps the event as it came, with the field and the reason', async () => {
    const body = '{"detail-type":"notification.requested","detail":{"é":1}}';
    await ports.deps.rejected.send(body, { field: 'detail.id', reason: 'must be a string' });
    await ports.deps.rejected.send('no JSON', { field: 'body', reason: 'is not JSON' });
    const [first, second] = ports.messages('rejected');
    expect(first!.attributes).toEqual({ field: 'detail.id', reason: 'must be a string' });
    expect(first!.body).toContain(body);
    expect(second!.attributes).toEqual({ field: 'body', reason: 'is not JSON' });
    expect(second!.body).toContain('no JSON');
  });

  it('FanoutQueue sends any number of tasks', async () => {
    const frame = {
      type: 'event' as const,
      id: 'event-1',
      topic: 't',
      event_type: 'typing',
      payload: { text: 'x'.repeat(24 * 1024) },
    };
    const tasks = Array.from({ length: 64 }, (_, at): SegmentTask => {
      const range = { partition: 'chat:1', low: at, high: at + 1 };
      return { task: 'segment', fanout_id: 'f', range, hops: 1, content: { frame, notification_type: 'typing' } };
    });
    await ports.deps.fanout.send(tasks);
    const found: SegmentTask[] = ports.messages('fanout').map(({ body }) => JSON.parse(body));
    expect(found.sort((a, b) => a.range.low - b.range.low)).toEqual(tasks);
  });

  it('FailedMessages puts a message off, and aside with its reason', async () => {
    const { tasks, failedMessages } = ports.deps;
    await tasks.send([
      { task: 'wake', source: 'test', audience: 'user:alice', request_id: 'failed', accepted_at_ms: 1, due_at_ms: 2 },
    ]);
    const handle = await ports.receive('dispatch');
    const isVisible = () => ports.messages('dispatch').find(({ body }) => body.includes('failed'))!.isVisible;
    expect(await failedMessages.retryIn(handle, 10)).toBe('put_off');
    await ports.advance(9);
    expect(isVisible()).toBe(false);
    await ports.advance(1);
    expect(isVisible()).toBe(true);
    await failedMessages.toDeadLetters('{"task":"wake"}', { reason: 'Error: é', messageId: 'm1', receiveCount: 5 });
    expect(ports.messages('deadLetters')).toEqual([
      {
        body: '{"task":"wake"}',
        attributes: { reason: 'Error: é', origin: 'dispatch', message_id: 'm1', receive_count: '5' },
        isVisible: true,
      },
    ]);
  });

  it('FailedMessages says that a message which another copy deleted can not be put off', async () => {
    const { tasks, failedMessages } = ports.deps;
    await tasks.send([
      { task: 'wake', source: 'test', audience: 'user:alice', request_id: 'deleted', accepted_at_ms: 1, due_at_ms: 2 },
    ]);
    const handle = await ports.receive('dispatch');
    await ports.delete('dispatch', handle);
    expect(await failedMessages.retryIn(handle, 10)).toBe('not_in_flight');
  });

  it('FailedMessages puts a message back with its history, to be received after a delay', async () => {
    const message = { id: 'm1', receivedAs: 'm9', body: '{"task":"put-back"}', handle: '', sentAtMs: 7 };
    await ports.deps.failedMessages.putBack({ ...message, receiveCount: 2, isRedelivery: true, putBacks: 1 }, 2);
    const found = () => ports.messages('dispatch').find(({ body }) => body.includes('put-back'))!;
    expect(found()).toEqual({
      body: '{"task":"put-back"}',
      attributes: { message_id: 'm1', receives: '2', put_backs: '1', sent_at_ms: '7', is_redelivery: 'true' },
      isVisible: false,
    });
    await ports.advance(2);
    expect(found().isVisible).toBe(true);
  });

  it.each(['bus', 'fastBus'] as const)('EventBus %s takes a batch and answers with an id for each', async (name) => {
    const entries = [1, 2, 3].map((order) => ({ source: name, detail_type: 'order.placed', detail: { order } }));
    const result = await ports.deps[name].put({ entries });
    expect(result.failed_entry_count).toBe(0);
    expect(new Set(result.entries.map((entry) => entry.event_id)).size).toBe(3);
    await ports.advance(1);
    const events = ports.messages('dispatch').map(({ body }) => JSON.parse(body));
    const found = events.filter(({ source }) => source === name);
    expect(found.map(({ detail }) => detail.order).sort()).toEqual([1, 2, 3]);
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(result.entries.map((entry) => entry.event_id)));
    for (const event of found) expect(event).toMatchObject({ 'detail-type': 'order.placed', time: expect.any(String) });
  });
});
