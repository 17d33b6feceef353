// One frame from a client, and the frame that answers it.
import { parseClientFrame } from '../../protocol/client-frame.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { CLIENT_FRAME_MAX_BYTES } from '../../protocol/limits.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { acknowledge } from './delivery/acknowledge.ts';
import type { Deps } from './delivery/ports.ts';
import { sync } from './inbox/sync.ts';
import type { ConnectionGrant } from './sockets/authorise-connection.ts';
import { subscribe, unsubscribe } from './sockets/subscribe.ts';

/** Throws CallerError for a frame that cannot be carried out. */
export async function answerFrame(
  deps: Pick<
    Deps,
    'recipients' | 'inbox' | 'broadcasts' | 'sender' | 'deliveryState' | 'subscriptions' | 'metrics' | 'clock'
  >,
  grant: ConnectionGrant,
  connectionId: string,
  body: string | null | undefined,
): Promise<ServerFrame> {
  if (body && Buffer.byteLength(body) > CLIENT_FRAME_MAX_BYTES) {
    throw new CallerError('too_large', `A frame may have at most ${CLIENT_FRAME_MAX_BYTES} bytes.`);
  }
  if (grant.expires_at !== undefined && Date.parse(grant.expires_at) <= deps.clock.now()) {
    throw new CallerError('credential_expired', 'Your credential has ended. Reconnect with a new ticket or token.');
  }
  const frame = parseClientFrame(body);
  switch (frame.action) {
    case 'sync':
      return sync(deps, grant.user_id, connectionId, frame.since ?? undefined);
    case 'ack':
      return acknowledge(deps, grant.user_id, frame.notification_ids);
    case 'subscribe':
      return subscribe(deps, grant, connectionId, frame.topics);
    case 'unsubscribe':
      return unsubscribe(deps, grant, connectionId, frame.topics);
  }
}
