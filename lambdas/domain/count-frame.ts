// Tells the user's open sockets the new unread count: another tab, another device changed something.
import type { Deps } from './deps.ts';
import type { Recipient } from './recipient.ts';
import { sendToConnections } from './send-to-connections.ts';

/** Never fails the change it tells of: that is stored already, and every later frame and reply bears the count again. */
export async function announceCount(
  deps: Pick<Deps, 'sender' | 'connections' | 'metrics' | 'clock' | 'log'>,
  recipient: Recipient,
  unreadCount: number,
): Promise<void> {
  try {
    const result = await sendToConnections(deps, recipient.connections, {
      type: 'unread_count',
      unread_count: unreadCount,
    });
    deps.metrics.count('count_frame_failed', result.failed.length);
  } catch (error) {
    deps.log.error('a closed connection could not be forgotten', error);
  }
}
