// One frame to all sockets of a user: some at once, and the others by the fan-out, so that other users' deliveries
// don't wait.
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import { type Connection, lastUsed } from '../model/recipient.ts';
import { type SendResult, sendToConnections } from '../sockets/send-to-connections.ts';
import type { FanoutContent } from './fan-out-task.ts';
import type { Deps } from './ports.ts';
import { sendRetry } from './retry-refused.ts';

export type SendToUserDeps = Pick<Deps, 'sender' | 'connections' | 'metrics' | 'clock' | 'limits' | 'fanout'> & {
  random: () => number;
};

/**
 * A page was asked to confirm that a person saw the alert. `alerted`: the only one that was; absent where all were.
 */
export interface Unconfirmed {
  alerted?: string;
}
export type UserSendResult = SendResult & { unconfirmed?: Unconfirmed | undefined };

export interface Alerting {
  /** A push can follow where nobody confirms. */
  hasPush: boolean;
  /** False: nothing is to follow. */
  mayConfirm: boolean;
  /** An earlier attempt reached the user. */
  wasServed: boolean;
}
const NOTHING_FOLLOWS: Alerting = { hasPush: false, mayConfirm: false, wasServed: false };

/**
 * `id`: of what the frame shows. The result leaves out what is left to the fan-out, which is so only once a socket took
 * the frame.
 */
export async function sendToUser(
  deps: SendToUserDeps,
  id: string,
  sockets: readonly Connection[],
  content: FanoutContent,
  { hasPush, mayConfirm, wasServed }: Alerting = NOTHING_FOLLOWS,
): Promise<UserSendResult> {
  const isReported = content.frame.type === 'notification' && sockets.some(({ presence }) => presence !== undefined);
  if (!isReported) return sendToAll(deps, id, sockets, content);
  if (wasServed) return sendToAll(deps, id, sockets, { ...content, frame: withAlert(content.frame, false, false) });
  const last = lastUsed(sockets, deps.clock.now());
  const asksAll = mayConfirm && hasPush;
  if (last === undefined) {
    const all = await sendToAll(deps, id, sockets, { ...content, frame: withAlert(content.frame, true, asksAll) });
    return { ...all, unconfirmed: asksAll && all.sent > 0 ? {} : undefined };
  }
  // The page that the person uses makes the sound. Where it does not take the frame, the others do.
  const others = sockets.filter((socket) => socket !== last);
  const asks = mayConfirm && (hasPush || others.length > 0);
  const first = await sendToConnections(deps, [last], withAlert(content.frame, true, asks));
  const isSilent = first.sent > 0;
  const frame = withAlert(content.frame, !isSilent, !isSilent && asksAll);
  const { sent, gone, failed } = await sendToAll(deps, id, others, { ...content, frame });
  const served = { sent: first.sent + sent, gone: first.gone + gone, failed: [...first.failed, ...failed] };
  if (isSilent) return { ...served, unconfirmed: asks ? { alerted: last.connection_id } : undefined };
  return { ...served, unconfirmed: asksAll && sent > 0 ? {} : undefined };
}

const withAlert = (frame: ServerFrame, alert: boolean, asks: boolean): ServerFrame =>
  frame.type === 'notification' ? { ...frame, alert, ...(asks && { confirm_shown: true }) } : frame;

async function sendToAll(
  deps: SendToUserDeps,
  id: string,
  sockets: readonly Connection[],
  content: FanoutContent,
): Promise<SendResult> {
  const perDelivery = deps.limits.socketsPerDelivery;
  // The newest first: rows of sockets that are long closed are the oldest.
  const left = sockets.toSorted((a, b) => b.connected_at.localeCompare(a.connected_at));
  const result: SendResult = { sent: 0, gone: 0, failed: [] };
  while (left.length > 0 && result.sent === 0) {
    const { sent, gone, failed } = await sendToConnections(deps, left.splice(0, perDelivery), content.frame);
    result.sent += sent;
    result.gone += gone;
    result.failed.push(...failed);
  }
  const [next] = left;
  if (next === undefined) return result;
  // Named by its first socket: a repeat after a crash is the same part and is served once, another attempt's rest is
  // another part.
  const part = `sockets/${next.connection_id}`;
  await sendRetry(deps, { fanout_id: id, content, hops: 0 }, part, 0, left);
  return result;
}
