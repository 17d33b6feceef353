// One frame from a client, and the frame that answers it.
import { parseClientFrame } from '../../protocol/client-frame.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { CLIENT_FRAME_MAX_BYTES } from '../../protocol/limits.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { acknowledge } from './delivery/acknowledge.ts';
import type { Deps } from './delivery/ports.ts';
import { reportPresence } from './delivery/report-presence.ts';
import { reportShown } from './delivery/report-shown.ts';
import { claim } from './inbox/claim.ts';
import { sync } from './inbox/sync.ts';
import { limitRate, type RateDeps } from './model/rate-limit.ts';
import type { ConnectionGrant } from './sockets/authorise-connection.ts';
import { type CloseDeps, withoutEnded } from './sockets/close-sockets.ts';
import { subscribe, unsubscribe } from './sockets/subscribe.ts';

/**
 * undefined: there is no answer, or the credential has ended; the socket was sent the reason then, and closed. Throws
 * CallerError for a frame that can't be carried out.
 */
export async function answerFrame(
  deps: CloseDeps &
    RateDeps &
    Pick<Deps, 'recipients' | 'inbox' | 'broadcasts' | 'deliveryState' | 'subscriptions' | 'claims' | 'held' | 'tasks'>,
  grant: ConnectionGrant,
  connectionId: string,
  body: string | null | undefined,
): Promise<ServerFrame | undefined> {
  if (body && Buffer.byteLength(body) > CLIENT_FRAME_MAX_BYTES) {
    throw new CallerError('too_large', `A frame may have at most ${CLIENT_FRAME_MAX_BYTES} bytes.`);
  }
  const connection = { ...grant, connection_id: connectionId, connected_at: '' };
  if ((await withoutEnded(deps, [connection])).length === 0) return undefined;
  // Counted before it is read: what makes no sense costs an invocation too.
  await limitRate(deps, grant.user_id, 'frames', connectionId);
  const frame = parseClientFrame(body);
  switch (frame.action) {
    case 'sync':
      await limitRate(deps, grant.user_id, 'syncs', connectionId);
      return sync(deps, grant.user_id, connectionId, frame.since ?? undefined);
    case 'presence':
      await limitRate(deps, grant.user_id, 'presence', connectionId);
      await reportPresence(deps, connection, frame.state);
      return undefined;
    case 'shown':
      await reportShown(deps, grant.user_id, frame.notification_ids);
      return undefined;
    case 'claim':
      return { type: 'claim', claim: await claim(deps, grant.user_id, frame.notification_id) };
    case 'ack':
      return acknowledge(deps, grant.user_id, frame.notification_ids);
    case 'subscribe':
      return subscribe(deps, grant, connectionId, frame.topics);
    case 'unsubscribe':
      return unsubscribe(deps, grant, connectionId, frame.topics);
  }
}
