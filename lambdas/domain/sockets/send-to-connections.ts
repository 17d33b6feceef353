// One frame to several sockets: the gone are forgotten at once, the failed are named.
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import { forEachBounded } from '../model/for-each-bounded.ts';
import type { Connection } from '../model/recipient.ts';
import type { Deps } from './ports.ts';

/** Some sockets did not take the frame for now; the queue's redelivery tries again. */
export class DeliveryFailed extends Error {
  readonly ids: { userId: string; notificationId?: string };
  /** When who refused wants to be asked again. */
  readonly retryAfterSeconds: number | undefined;
  constructor(reason: string, ids: { userId: string; notificationId?: string }, retryAfterSeconds?: number) {
    super(`Delivery failed: ${reason}`);
    this.name = 'DeliveryFailed';
    this.ids = ids;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface SendResult {
  sent: number;
  gone: number;
  failed: { connection_id: string; reason: string }[];
}

/** Our choice: posts to one user's sockets under way at once, so that one user's many sockets leave room for others. */
const POSTS_AT_ONCE = 10;

/**
 * A row is written before its handshake ends; until then the gateway answers 410 though the socket is about to open.
 * Our choice: as long as the function that writes it may run, 15 s, and a second for the gateway.
 */
export const HANDSHAKE_MS = 16_000;

export const isOpening = ({ connected_at: at }: { connected_at?: string }, nowMs: number): boolean =>
  at !== undefined && nowMs - Date.parse(at) < HANDSHAKE_MS;

export async function sendToConnections(
  deps: Pick<Deps, 'sender' | 'connections' | 'metrics' | 'clock'>,
  connections: readonly Connection[],
  frame: ServerFrame,
): Promise<SendResult> {
  const result: SendResult = { sent: 0, gone: 0, failed: [] };
  await forEachBounded(connections, POSTS_AT_ONCE, async (connection) => {
    let outcome: 'sent' | 'gone';
    try {
      outcome = await deps.sender.post(connection.connection_id, frame);
    } catch (error) {
      // Decided per socket: one that is slow or faulty must not keep the others from being counted as served.
      result.failed.push({
        connection_id: connection.connection_id,
        reason: error instanceof Error ? error.name : 'Error',
      });
      return;
    }
    if (outcome === 'sent') {
      result.sent++;
      return;
    }
    result.gone++;
    if (!isOpening(connection, deps.clock.now())) await deps.connections.remove(connection);
  });
  if (result.gone > 0) deps.metrics.count('gone', result.gone);
  deps.metrics.count('post_refused', result.failed.length);
  return result;
}
