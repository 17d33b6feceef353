// What happens to a request when its time has come for one user: decided before anything is sent, by `deliver` and by
// `explain` alike.
import type { UserOutcome } from '../../../protocol/explanation.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import { type Channels, channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import type { Recipient } from '../model/recipient.ts';
import { HELD, MUTED, type Withheld } from '../model/stored-notification.ts';

export interface Decision extends Channels {
  /** `rate_limited` is not among them: it is known only once the notification is stored. */
  outcome: Exclude<UserOutcome, 'rate_limited'>;
}

export function decide(
  recipient: Recipient,
  request: NotificationRequest,
  nowMs: number,
  absent?: 'push' | 'inbox',
): Decision {
  const wanted = channelsOf(recipient, request, nowMs);
  const channels = absent === 'inbox' ? { ...wanted, devices: [], heldUntilMs: undefined } : wanted;
  return {
    ...channels,
    ...(absent === 'push' && { alsoPush: true }),
    outcome: hasExpired(request, nowMs) ? 'expired' : outcomeOf(channels, request.store),
  };
}

function outcomeOf(channels: Channels, isStored: boolean): Decision['outcome'] {
  const { sockets, devices, heldUntilMs, isMuted } = channels;
  if (!isStored) return sockets.length > 0 ? 'delivered' : 'live';
  if (isMuted) return 'muted';
  if (sockets.length > 0) return 'delivered';
  if (devices.length === 0) return 'inbox';
  return heldUntilMs === undefined ? 'pushed' : 'held';
}

/** A push follows where no socket took the frame, and with a critical notification in any case. */
export const isPushDue = (
  { isCritical, alsoPush = false }: Pick<Channels, 'isCritical' | 'alsoPush'>,
  isServedBySocket: boolean,
): boolean => isCritical || alsoPush || !isServedBySocket;

/** What its row says before it is sent: when it is sent, or why it is withheld; neither where nobody is reached. */
export function planOf(
  decision: Decision,
  nowMs: number,
): [sentAtMs: number | undefined, more?: { withheld?: Withheld; isPushed?: boolean }] {
  const { outcome, devices, heldUntilMs } = decision;
  if (outcome === 'muted') return [undefined, { withheld: MUTED }];
  if (outcome === 'held') return [undefined, { withheld: HELD }];
  if (outcome !== 'delivered' && outcome !== 'pushed') return [undefined];
  const isPushed = devices.length > 0 && heldUntilMs === undefined && isPushDue(decision, outcome === 'delivered');
  return [nowMs, { isPushed }];
}
