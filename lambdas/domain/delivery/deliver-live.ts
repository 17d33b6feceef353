// A live-only request to one user: not stored, so that only connected clients receive it.

import type { NotificationRequest } from '../../../protocol/request.ts';
import type { EventFrame } from '../../../protocol/server-frame.ts';
import { shownTopic } from '../../../protocol/topic.ts';
import type { Connection } from '../model/recipient.ts';
import { DeliveryFailed } from '../sockets/send-to-connections.ts';
import { fanoutContent } from './fan-out-task.ts';
import { type SendToUserDeps, sendToUser } from './send-to-user.ts';

export async function deliverLive(
  deps: SendToUserDeps,
  { userId, request }: { userId: string; request: NotificationRequest },
  sockets: Connection[],
  frame: EventFrame,
): Promise<void> {
  const result = await sendToUser(deps, frame.id, sockets, fanoutContent(frame, request));
  // With one socket served, a second try would show it the signal twice; with none, the queue tries again.
  if (result.failed.length > 0 && result.sent === 0) throw new DeliveryFailed(result.failed[0]!.reason, { userId });
}

/** `id`: the same for the same request and audience, so that a client shows a repeat once. */
export function eventFrame(topic: string, request: NotificationRequest, id: string): EventFrame {
  return {
    type: 'event',
    id,
    topic: shownTopic(topic),
    event_type: request.notification_type,
    payload: request.payload,
    ...(request.title !== undefined && { title: request.title }),
    ...(request.message !== undefined && { message: request.message }),
  };
}
