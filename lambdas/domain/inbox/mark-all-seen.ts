// The user opened the bell: one write, however many notifications there are. Nothing becomes read.
import type { UnreadCount } from '../../../protocol/server-frame.ts';
import { SETTLING_MS } from '../model/filing.ts';
import { firstKeyAt } from '../model/notification-id.ts';
import { SEEN_IDS_MAX, withSeen } from '../model/seen-mark.ts';
import { sendCount } from './count-frame.ts';
import { type Deps, OPEN_END } from './ports.ts';

type SeenDeps = Parameters<typeof sendCount>[0] & Pick<Deps, 'history' | 'userStates'>;

/**
 * Everything up to `upTo`, or all there is. A mark that reached into the last seconds would also cover what is being
 * stored there at this moment, so what is there already is named one by one, in the same write.
 */
export async function markAllSeen(deps: SeenDeps, userId: string, upTo = OPEN_END): Promise<UnreadCount> {
  const settled = firstKeyAt(deps.clock.now() - SETTLING_MS);
  const before = upTo < settled ? upTo : settled;
  const range = { after: before, before: OPEN_END };
  const [own, everyones] = await Promise.all([
    deps.history.own(userId, range, SEEN_IDS_MAX),
    deps.history.everyones(range, SEEN_IDS_MAX),
  ]);
  const ids = [...own.items, ...everyones.items].map(({ id }) => id).filter((id) => id <= upTo);
  await deps.userStates.change(userId, ({ seen }) => ({ seen: withSeen(seen, { before, ids }) }));
  return sendCount(deps, userId);
}
