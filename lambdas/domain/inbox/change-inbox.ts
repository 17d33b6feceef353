// Changes of the whole inbox: one write each, however many notifications there are.

import { newestOf } from '../model/notification-id.ts';
import { watermarkMoment, withWatermark } from '../model/watermark.ts';
import type { ChangeDeps } from './change-notification.ts';
import { tellCount } from './count-frame.ts';
import type { Deps, UserState } from './ports.ts';

type InboxDeps = ChangeDeps & Pick<Deps, 'userStates'>;

/** Everything up to `upTo`, or up to the newest one present: never up to now, so that what is on its way stays unread. */
export async function markAllRead(deps: InboxDeps, userId: string, upTo?: string): Promise<{ unread_count: number }> {
  return changeUpTo(deps, userId, upTo, (state, before, at) => ({
    watermarks: withWatermark(state.watermarks, { before, at }),
  }));
}

/** Archives everything there is. What is cleared is read as well, so that no count looks at it again. */
export async function clearAll(deps: InboxDeps, userId: string): Promise<{ unread_count: number }> {
  return changeUpTo(deps, userId, undefined, (state, before, at) => ({
    watermarks: withWatermark(state.watermarks, { before, at }),
    cleared_before: newestOf(before, state.cleared_before),
  }));
}

async function changeUpTo(
  deps: InboxDeps,
  userId: string,
  upTo: string | undefined,
  change: (state: UserState, before: string, at: string) => Partial<UserState>,
): Promise<{ unread_count: number }> {
  const [own, everyones, again] = await Promise.all([
    deps.history.newestOwn(userId),
    deps.history.newestOfEveryones(),
    deps.history.newestUnreadAgain(userId),
  ]);
  const newest = newestOf(own, everyones);
  const before = upTo !== undefined && upTo < newest ? upTo : newest;
  // An empty inbox stays as it is: a mark without a notification could only hide one that comes.
  if (before !== '') {
    await deps.userStates.change(userId, (state) =>
      change(state, before, watermarkMoment(deps.clock.now(), state.watermarks, again)),
    );
  }
  return { unread_count: await tellCount(deps, userId) };
}
