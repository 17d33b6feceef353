// Tells the user's open sockets the new unread count: another tab, another device changed something.

import type { InboxChange, UnreadCountFrame } from '../../../protocol/server-frame.ts';
import type { Recipient } from '../model/recipient.ts';
import { withoutEnded } from '../sockets/close-sockets.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';
import { unreadCount } from './unread-count.ts';

/** Our choice: a round more is needed only when yet another change came between, and that one tells its own count. */
const ROUNDS = 3;

type CountFrameDeps = Pick<
  Deps,
  'recipients' | 'inbox' | 'broadcasts' | 'sender' | 'closer' | 'connections' | 'metrics' | 'clock' | 'log'
>;

/**
 * To be called after a change is stored; gives the count as it is now. Two changes at once may tell in another order than they
 * counted, so whoever has told looks again: the last frame a socket gets is then right. `changed` is told once: told again after
 * another change it would undo that one.
 */
export async function tellCount(deps: CountFrameDeps, userId: string, changed?: InboxChange): Promise<number> {
  let told: number | undefined;
  for (let round = 0; ; round++) {
    const recipient = await deps.recipients.load(userId, { consistent: true });
    const count = await unreadCount(deps, recipient);
    if (count === told || recipient.connections.length === 0 || round === ROUNDS) return count;
    const what = round === 0 && changed !== undefined ? { changed } : {};
    await announceCount(deps, recipient, { type: 'unread_count', unread_count: count, ...what });
    told = count;
  }
}

/** Never fails the change it tells of: that is stored already, and every later frame and reply bears the count again. */
async function announceCount(deps: CountFrameDeps, recipient: Recipient, frame: UnreadCountFrame): Promise<void> {
  try {
    const live = await withoutEnded(deps, recipient.connections);
    const result = await sendToConnections(deps, live, frame);
    deps.metrics.count('count_frame_failed', result.failed.length);
  } catch (error) {
    deps.log.error('a closed connection could not be forgotten', error);
  }
}
