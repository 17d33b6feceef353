// What one user's clients do over REST: lists, marks, preferences, phones; each call is noted with when its effect can
// have come.
import { clearAll, markAllRead } from '../../lambdas/domain/inbox/change-inbox.ts';
import { changeNotification } from '../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../lambdas/domain/inbox/list-notifications.ts';
import { markAllSeen } from '../../lambdas/domain/inbox/mark-all-seen.ts';
import { changePreferences } from '../../lambdas/domain/inbox/preferences.ts';
import { snooze, unsnooze } from '../../lambdas/domain/inbox/snooze.ts';
import { followPreference, registerDevice } from '../../lambdas/domain/push/register-device.ts';
import { removeDevice } from '../../lambdas/domain/push/remove-device.ts';
import { followPreferences } from '../../lambdas/domain/sockets/subscriber-preferences.ts';
import { type NotificationPage, notificationQuerySchema } from '../../protocol/notification-query.ts';
import type { PreferencesChange } from '../../protocol/preferences.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import type { FunctionDeps, Outcome } from './containers.ts';
import type { ItemOp } from './plan.ts';
import type { World } from './world.ts';

/** Something a reader asked for: `ids` undefined is the whole inbox. */
export interface ReaderAct {
  user: string;
  act: 'read' | 'unread' | 'archive' | 'markAll' | 'clearAll' | 'snooze' | 'unsnooze';
  /** The one that is meant, or the newest that is meant; undefined: all there are. */
  id: string | undefined;
  /** Of a snooze. */
  untilMs?: number;
  /** Its effect came between the two, if it came; a call that failed may have had it. */
  startMs: number;
  endMs: number;
  isDone: boolean;
}

export interface Reader {
  /** By token. */
  registeredAtMs: Map<string, number>;
  acts: ReaderAct[];
  /** Calls of mark-all-seen. */
  looks: Omit<ReaderAct, 'act' | 'id'>[];
  preferencesChanged: { user: string; change: PreferencesChange; startMs: number; endMs: number; isDone: boolean }[];
  change(user: string, op: ItemOp): Promise<void>;
  markAll(user: string, nth: number | undefined): Promise<void>;
  clearAll(user: string): Promise<void>;
  snooze(user: string, nth: number, forMs: number): Promise<void>;
  unsnooze(user: string, nth: number): Promise<void>;
  seeAll(user: string): Promise<void>;
  setPreferences(user: string, change: PreferencesChange): Promise<void>;
  addDevice(user: string, token: string): Promise<void>;
  removeDevice(user: string, token: string): Promise<void>;
  /** All pages; undefined when a call failed. */
  list(user: string, query?: Record<string, string>): Promise<NotificationPage['notifications'] | undefined>;
}

export function createReader({ time, containers, trace }: World): Reader {
  const acts: ReaderAct[] = [];
  const looks: Reader['looks'] = [];
  const registeredAtMs = new Map<string, number>();
  const preferencesChanged: Reader['preferencesChanged'] = [];
  const call = <Result>(user: string, work: (deps: FunctionDeps) => Promise<Result>): Promise<Outcome<Result>> =>
    containers.invoke('inbox', `${user} ${time.now()}`, work);

  const list: Reader['list'] = async (user, query = {}) => {
    const found: NotificationPage['notifications'] = [];
    let cursor: string | undefined;
    do {
      const parsed = notificationQuerySchema.parse({ size: '100', ...query, cursor });
      const page = await call(user, (deps) => listNotifications(deps, user, parsed));
      if (page.status !== 'done') return undefined;
      found.push(...page.result!.notifications);
      cursor = page.result!.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  };
  /** Of the first page, as a client has it. */
  const idAt = async (user: string, nth: number): Promise<string | undefined> => {
    const query = notificationQuerySchema.parse({});
    const page = await call(user, (deps) => listNotifications(deps, user, query));
    return page.result?.notifications[nth]?.id;
  };
  const perform = async (
    given: Omit<ReaderAct, 'startMs' | 'endMs' | 'isDone'>,
    work: (deps: FunctionDeps) => Promise<unknown>,
  ) => {
    const act: ReaderAct = { ...given, startMs: time.now(), endMs: Number.POSITIVE_INFINITY, isDone: false };
    acts.push(act);
    const { status, result } = await call(given.user, work);
    act.endMs = time.now();
    // False where the answer says that nothing was changed.
    act.isDone = status === 'done' && result !== false;
    trace.note(() => `${act.user} ${act.act} ${act.id ?? 'everything'}: ${status}${result === false ? ', no' : ''}`);
  };

  return {
    registeredAtMs,
    acts,
    looks,
    preferencesChanged,
    list,
    async change(user, { kind, nth }) {
      const id = await idAt(user, nth);
      if (id === undefined) return;
      await perform({ user, act: kind, id }, (deps) => changeNotification(deps, user, id, kind));
    },
    async markAll(user, nth) {
      const id = nth === undefined ? undefined : await idAt(user, nth);
      await perform({ user, act: 'markAll', id }, (deps) => markAllRead(deps, user, id));
    },
    clearAll: (user) => perform({ user, act: 'clearAll', id: undefined }, (deps) => clearAll(deps, user)),
    async snooze(user, nth, forMs) {
      const id = await idAt(user, nth);
      if (id === undefined) return;
      const untilMs = time.now() + forMs;
      await perform({ user, act: 'snooze', id, untilMs }, async (deps) => {
        const { notification } = await snooze(deps, user, id, toTimestamp(untilMs));
        return notification.snoozed_until === toTimestamp(untilMs);
      });
    },
    async unsnooze(user, nth) {
      const id = acts.filter((act) => act.user === user && act.act === 'snooze').at(-1 - nth)?.id;
      if (id === undefined) return;
      await perform({ user, act: 'unsnooze', id }, (deps) => unsnooze(deps, user, id));
    },
    async seeAll(user) {
      const look = { user, startMs: time.now(), endMs: Number.POSITIVE_INFINITY, isDone: false };
      looks.push(look);
      const { status } = await call(user, (deps) => markAllSeen(deps, user));
      look.endMs = time.now();
      look.isDone = status === 'done';
      trace.note(() => `${user} sees everything: ${status}`);
    },
    async setPreferences(user, change) {
      const noted = { user, change, startMs: time.now(), endMs: Number.POSITIVE_INFINITY, isDone: false };
      preferencesChanged.push(noted);
      const { status } = await call(user, async (deps) => {
        await changePreferences(deps, user, change);
        if (change.muted_types !== undefined || change.websocket_notifications !== undefined) {
          await followPreferences(deps, user);
        }
        if (change.push_notifications !== undefined) await followPreference(deps, user, change.push_notifications);
      });
      noted.endMs = time.now();
      noted.isDone = status === 'done';
      trace.note(() => `${user} prefers ${JSON.stringify(change)}: ${status}`);
    },
    async addDevice(user, token) {
      // As an app does at every start: until it is registered.
      for (let status = ''; status !== 'done'; ) {
        ({ status } = await call(user, (deps) => registerDevice(deps, user, { platform: 'fcm', token })));
        trace.note(() => `${user} registers ${token}: ${status}`);
      }
      registeredAtMs.set(token, time.now());
    },
    async removeDevice(user, token) {
      await call(user, async (deps) => {
        const device = (await deps.devices.list(user)).find((one) => one.platform !== 'web' && one.token === token);
        if (device) await removeDevice(deps, user, device.id);
      });
      trace.note(() => `${user} removes ${token}`);
    },
  };
}
