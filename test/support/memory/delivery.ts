// Memory ports of the room `delivery`: delivery state, rate-limit slots, the fan-out, rejected and dead-letter queues,
// the bus.
import { randomUUID } from 'node:crypto';
import type { DeliveryState, EventBus, FailedMessages, RateSlots } from '../../../lambdas/domain/delivery/ports.ts';
import type { StoredNotification } from '../../../lambdas/domain/model/stored-notification.ts';
import { isOnPhones, RATE_LIMITED } from '../../../lambdas/domain/model/stored-notification.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { memoryEncodedSender, memoryFanoutProgress, memoryFanoutQueue } from './fan-out.ts';
import type { Memory } from './memory.ts';
import { EVERYONES, type NotificationRow, notificationTable } from './tables.ts';

export function memoryDelivery(memory: Memory) {
  const { call, queues } = memory;
  const bus = memoryBus(memory);
  return {
    deliveryState: memoryDeliveryState(memory),
    rateSlots: memoryRateSlots(memory),
    rejected: {
      send: (body: string, { field, reason }: { field: string; reason: string }) =>
        call('rejected.send', () => void queues.rejected.send(body, { attributes: { field, reason } })),
    },
    fanout: memoryFanoutQueue(memory),
    fanoutProgress: memoryFanoutProgress(memory),
    encodedSender: memoryEncodedSender(memory),
    bus,
    fastBus: bus,
    failedMessages: memoryFailedMessages(memory, 'dispatch'),
    fanoutFailedMessages: memoryFailedMessages(memory, 'fanout'),
  };
}

function memoryDeliveryState(memory: Memory): DeliveryState {
  const { call } = memory;
  const table = notificationTable(memory);
  /** False when there is no such row, or `isOpen` says that it is done already. */
  const mark = (
    operation: string,
    partition: string,
    id: string,
    isOpen: (row: NotificationRow) => boolean,
    changes: (row: NotificationRow) => Partial<StoredNotification>,
  ) =>
    call(operation, () => {
      const row = table.rows.get(partition, id);
      if (!row || !isOpen(row)) return false;
      table.set(partition, { ...row, ...changes(row) });
      return true;
    });
  return {
    countRetry: (userId, id, count, at) =>
      mark(
        'deliveryState.countRetry',
        userId,
        id,
        (row) => (row.retry_count ?? 0) < count || row.last_retry_at === at,
        () => ({ retry_count: count, last_retry_at: at, updated_at: at }),
      ),
    markPushed(userId, id, at, { wasHeld = false } = {}) {
      const by = randomUUID();
      return mark(
        'deliveryState.markPushed',
        userId,
        id,
        (row) => row.pushed_at === undefined || row.pushed_by === by,
        (row) => ({
          pushed_at: at,
          pushed_by: by,
          sent_at: row.sent_at ?? at,
          updated_at: at,
          ...(wasHeld && { last_error: undefined }),
        }),
      );
    },
    async acknowledge(userId, id, at) {
      let isFirst = false;
      const isKnown = await mark(
        'deliveryState.acknowledge',
        userId,
        id,
        () => true,
        (row) => {
          isFirst = row.acknowledged_at === undefined && isOnPhones(row);
          return { acknowledged_at: row.acknowledged_at ?? at, updated_at: at };
        },
      );
      if (!isKnown) return 'unknown';
      return isFirst ? 'on_phones' : 'acknowledged';
    },
    async markShown(userId, id, at) {
      await mark(
        'deliveryState.markShown',
        userId,
        id,
        (row) => row.shown_at === undefined,
        () => ({ shown_at: at }),
      );
    },
    claimBroadcastPush: (id, by, at) =>
      mark(
        'deliveryState.claimBroadcastPush',
        EVERYONES,
        id,
        (row) => row.pushed_at === undefined || row.pushed_by === by,
        () => ({ pushed_at: at, pushed_by: by }),
      ),
    async releaseBroadcastPush(id, by) {
      await mark(
        'deliveryState.releaseBroadcastPush',
        EVERYONES,
        id,
        (row) => row.pushed_by === by,
        () => ({ pushed_at: undefined, pushed_by: undefined }) as object,
      );
    },
  };
}

interface SlotsRow {
  ids: string[];
}

/** No type is empty. */
const slotsOf = (type: string | undefined): string => type ?? '';

/** The first to ask in a crowd finds those that went without a slot and gives them the first ones. */
function memoryRateSlots(memory: Memory): RateSlots {
  const { call, table } = memory;
  const slots = table<SlotsRow>('rateSlots');
  const { rows } = notificationTable(memory);
  const ofType = (userId: string, type: string | undefined, sinceId: string, limit: number): string[] => {
    const found = rows.range(userId, { after: sinceId }).rows.filter(([, row]) => {
      return (type === undefined || row.notification_type === type) && row.last_error !== RATE_LIMITED;
    });
    return found.map(([one]) => one).slice(0, limit);
  };
  return {
    hasRoom: (userId, type, sinceId, limit) =>
      call('rateSlots.read', () => {
        const recent = (slots.get(userId, slotsOf(type))?.ids ?? []).filter((one) => one > sinceId);
        return (recent.length > 0 ? recent : ofType(userId, type, sinceId, limit)).length < limit;
      }),
    async take(userId, type, id, sinceId, limit) {
      const recent = () => (slots.get(userId, slotsOf(type))?.ids ?? []).filter((one) => one > sinceId);
      const taken = await call('rateSlots.read', recent);
      if (taken.includes(id)) return true;
      if (taken.length >= limit) return false;
      const earlier = await call('rateSlots.find', () =>
        taken.length > 0 ? [] : ofType(userId, type, sinceId, limit),
      );
      return call('rateSlots.take', () => {
        const ids = [...new Set([...recent(), ...earlier])];
        const isTaken = ids.includes(id) || ids.length < limit;
        slots.set(userId, slotsOf(type), { ids: isTaken && !ids.includes(id) ? [...ids, id] : ids });
        return isTaken;
      });
    },
  };
}

/** Rules and their input transformer included: an event is on the dispatch queue as soon as the bus takes it. */
function memoryBus({ call, queues, clock }: Memory): EventBus {
  let events = 0;
  return {
    put: ({ entries }) =>
      call('bus.put', () => ({
        failed_entry_count: 0,
        entries: entries.map(({ source, detail_type: type, detail }) => {
          const id = `event-${++events}`;
          const at = toTimestamp(clock.now());
          const event = { id, 'detail-type': type, source, time: `${at.slice(0, 19)}Z`, ingested_at: at, detail };
          queues.dispatch.send(JSON.stringify(event));
          return { event_id: id };
        }),
      })),
  };
}

/** `origin`: the queue that the function is served from. */
export function memoryFailedMessages({ call, queues }: Memory, origin: 'dispatch' | 'fanout'): FailedMessages {
  return {
    retryIn: (handle, seconds) =>
      call('failedMessages.retryIn', () =>
        queues[origin].changeVisibility(handle, seconds * 1000) ? 'put_off' : 'not_in_flight',
      ),
    putBack: ({ id, body, receiveCount, sentAtMs, isRedelivery, putBacks }, delaySeconds) =>
      call('failedMessages.putBack', () => {
        const history = { message_id: id, receives: receiveCount, put_backs: putBacks, sent_at_ms: sentAtMs };
        const attributes = Object.fromEntries(Object.entries(history).map(([name, value]) => [name, String(value)]));
        const all = { ...attributes, is_redelivery: String(isRedelivery) };
        queues[origin].send(body, { delaySeconds, attributes: all });
      }),
    toDeadLetters: (body, { reason, messageId, receiveCount }) =>
      call('failedMessages.toDeadLetters', () => {
        const attributes = { reason, origin, message_id: messageId, receive_count: String(receiveCount) };
        queues.deadLetters.send(body, { attributes });
      }),
  };
}
