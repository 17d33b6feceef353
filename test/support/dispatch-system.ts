// The domain of `dispatch` on memory ports: messages in, whatever they cause out; time and faults are the test's.
import { newBatch } from '../../lambdas/domain/delivery/batch.ts';
import { dispatchBatch } from '../../lambdas/domain/dispatch-batch.ts';
import { dispatchMessage } from '../../lambdas/domain/dispatch-message.ts';
import { registerDevice } from '../../lambdas/domain/push/register-device.ts';
import type { NotificationRequestInput } from '../../protocol/request.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { received } from './memory/queue.ts';
import { portsOn, type TableKind } from './ports-on.ts';

export type DispatchSystem = Awaited<ReturnType<typeof dispatchSystem>>;

export interface Arrival {
  source?: string;
  eventId?: string;
  detailType?: string;
  acceptedAtMs?: number;
  isRedelivery?: boolean;
}

export async function dispatchSystem(kind: TableKind = 'memory') {
  const system = await portsOn(kind);
  const { clock, memory } = system;
  const deps = { ...system.deps, random: () => 0.5 };
  let made = 0;
  const dispatch = (body: string, { isRedelivery = false } = {}) =>
    dispatchMessage(deps, newBatch(deps, 90), { id: `message-${++made}`, body, sentAtMs: clock.ms, isRedelivery });
  const eventBody = (detail: object, arrival: Arrival): string => {
    const { source = 'test', eventId = `event-${++made}`, detailType = 'notification.requested' } = arrival;
    const at = toTimestamp(arrival.acceptedAtMs ?? clock.ms);
    return JSON.stringify({ id: eventId, 'detail-type': detailType, source, time: at, ingested_at: at, detail });
  };
  return {
    ...system,
    dispatch,
    /** One event, as the bus hands it over. */
    async event(detail: object, arrival: Arrival = {}): Promise<void> {
      await dispatch(eventBody(detail, arrival), arrival);
    },
    async notify(request: Partial<NotificationRequestInput>, arrival: Arrival = {}): Promise<void> {
      await this.event({ title: 'A title', message: 'A message', notification_type: 'system', ...request }, arrival);
    },
    /** One invocation with what is due, as Lambda makes it. False when nothing was. */
    async invoke({ timeoutMs = 30_000 } = {}): Promise<boolean> {
      const queue = memory.queues.dispatch;
      const messages = queue.receive(10, 6 * timeoutMs);
      if (messages.length === 0) return false;
      const all = { ...deps, maxReceives: 5, retentionDays: 90 };
      const stay = await dispatchBatch(all, messages.map(received), clock.ms + timeoutMs);
      for (const { id } of messages) if (!stay.includes(id)) queue.delete(id);
      return true;
    },
    /** Works through the dispatch queue until nothing in it is due. */
    async drain(): Promise<void> {
      for (let round = 0; round < 1_000; round++) if (!(await this.invoke())) return;
      throw new Error('The queue does not run dry.');
    },
    /** Lets time pass, second by second, and works through what becomes due. */
    async advance(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        clock.ms += 1_000;
        for (const { body } of memory.schedules.takeDue()) memory.queues.dispatch.send(body);
        await this.drain();
      }
    },
    /** To the next moment at which something is due, and works through it; false when nothing is. */
    async nextMoment(): Promise<boolean> {
      const visible = memory.queues.dispatch.all().map(({ visibleAtMs }) => visibleAtMs);
      const next = Math.min(...visible, ...memory.schedules.all().map(({ atMs }) => atMs));
      if (next === Number.POSITIVE_INFINITY) return false;
      clock.ms = Math.max(clock.ms, next);
      for (const { body } of memory.schedules.takeDue()) memory.queues.dispatch.send(body);
      await this.drain();
      return true;
    },
    /** An event on the dispatch queue, not worked on yet. */
    enqueue(detail: object, arrival: Arrival = {}) {
      return memory.queues.dispatch.send(eventBody(detail, arrival));
    },
    /** An open socket of the user. */
    async connect(userId: string, connectionId: string) {
      const socket = memory.sockets.open(connectionId);
      const connected_at = toTimestamp(clock.ms - 60_000);
      await deps.connections.add({ connection_id: connectionId, user_id: userId, connected_at });
      return socket;
    },
    /** A registered phone of the user. */
    async phone(userId: string, token = `token-of-${userId}`) {
      await registerDevice(deps, userId, { platform: 'fcm', token });
      return memory.sns.phone(token);
    },
  };
}
