// The domain of `dispatch` on memory ports: messages in, whatever they cause out; time and faults are the test's.
import { newBatch } from '../../lambdas/domain/delivery/batch.ts';
import { dispatchMessage } from '../../lambdas/domain/dispatch-message.ts';
import type { NotificationRequestInput } from '../../protocol/request.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { inboxSystem } from './inbox-system.ts';
import type { TableKind } from './ports-on.ts';

export type DispatchSystem = Awaited<ReturnType<typeof dispatchSystem>>;

export interface Arrival {
  source?: string;
  eventId?: string;
  detailType?: string;
  acceptedAtMs?: number;
  isRedelivery?: boolean;
}

export async function dispatchSystem(kind: TableKind = 'memory') {
  const system = await inboxSystem(kind);
  const { deps, clock, memory } = system;
  let made = 0;
  const dispatch = (body: string, { isRedelivery = false } = {}) =>
    dispatchMessage(deps, newBatch(deps, 90), { id: `message-${++made}`, body, sentAtMs: clock.ms, isRedelivery });
  return {
    ...system,
    dispatch,
    /** One event, as the bus hands it over. */
    async event(detail: object, arrival: Arrival = {}): Promise<void> {
      const { source = 'test', eventId = `event-${++made}`, detailType = 'notification.requested' } = arrival;
      const at = toTimestamp(arrival.acceptedAtMs ?? clock.ms);
      const body = { id: eventId, 'detail-type': detailType, source, time: at, ingested_at: at, detail };
      await dispatch(JSON.stringify(body), arrival);
    },
    async notify(request: Partial<NotificationRequestInput>, arrival: Arrival = {}): Promise<void> {
      await this.event({ title: 'A title', message: 'A message', notification_type: 'system', ...request }, arrival);
    },
    /** Works through the dispatch queue until nothing in it is due. */
    async drain(): Promise<void> {
      for (let round = 0; round < 1_000; round++) {
        const [message] = memory.queues.dispatch.receive(1, 180_000);
        if (message === undefined) return;
        await dispatch(message.body, { isRedelivery: message.receiveCount > 1 });
        memory.queues.dispatch.delete(message.id);
      }
      throw new Error('The queue does not run dry.');
    },
    /** An open socket of the user. */
    async connect(userId: string, connectionId: string): Promise<void> {
      memory.sockets.open(connectionId);
      const connected_at = toTimestamp(clock.ms - 60_000);
      await deps.connections.add({ connection_id: connectionId, user_id: userId, topics: [], connected_at });
    },
  };
}
