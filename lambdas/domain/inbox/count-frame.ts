// Sends the new unread count to the user's open sockets: another tab or device changed something, or something came
// that they are not sent.

import type { InboxChange, UnreadCount, UnreadCountFrame } from '../../../protocol/server-frame.ts';
import type { Recipient } from '../model/recipient.ts';
import { withoutEnded } from '../sockets/close-sockets.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';
import { unreadCount } from './unread-count.ts';

/**
 * Our choice: a round more is needed only when yet another change came between. Who gives up may have sent the last
 * frame, an old one.
 */
const ROUNDS = 20;

type CountFrameDeps = Pick<
  Deps,
  'recipients' | 'inbox' | 'broadcasts' | 'sender' | 'closer' | 'connections' | 'metrics' | 'clock' | 'log'
>;

/**
 * To be called after a change is stored; returns the current count. Two concurrent changes may send their counts in
 * another order than they read them, so each looks again after it has sent one: the last frame is then right. `changed`
 * is sent once, because after another change it would undo that one.
 */
export async function sendCount(deps: CountFrameDeps, userId: string, changed?: InboxChange): Promise<UnreadCount> {
  let sent: UnreadCount | undefined;
  for (let round = 0; ; round++) {
    const recipient = await deps.recipients.load(userId, { consistent: true });
    const count = await unreadCount(deps, recipient);
    if (isSame(count, sent) || recipient.connections.length === 0 || round === ROUNDS) return count;
    const what = round === 0 && changed !== undefined ? { changed } : {};
    await announceCount(deps, recipient, { type: 'unread_count', ...count, ...what });
    sent = count;
  }
}

const isSame = (a: UnreadCount, b: UnreadCount | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Never fails the change it reports: that is stored already, and every later frame and reply has the count again. */
async function announceCount(deps: CountFrameDeps, recipient: Recipient, frame: UnreadCountFrame): Promise<void> {
  try {
    const live = await withoutEnded(deps, recipient.connections);
    const result = await sendToConnections(deps, live, frame);
    deps.metrics.count('count_frame_failed', result.failed.length);
  } catch (error) {
    deps.log.error('a closed connection could not be forgotten', error);
  }
}
