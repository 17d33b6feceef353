// What can be seen from outside while an episode runs: rows when they first appear, pushes, which messages were served.
import type { Digest } from '../../protocol/digest.ts';
import { EVERYONES, type NotificationRow } from '../support/memory/tables.ts';
import type { World } from './world.ts';

export interface SeenRow {
  /** undefined: everyone's. */
  user: string | undefined;
  id: string;
  title: string;
  atMs: number;
}
/** A notification that groups several requests. */
export interface SeenDigest {
  user: string;
  id: string;
  atMs: number;
  by: Digest['by'];
  key: string | undefined;
  count: number;
  /** The newest of them, by their titles. */
  titles: string[];
  /** Ids of those. */
  ids: string[];
}
export interface SeenPush {
  user: string;
  token: string;
  /** Of two pushes with the same one a phone shows one: FCM's `tag`, APNs' collapse id. */
  id: string;
  title: string;
  atMs: number;
}

export interface Observed {
  rows: SeenRow[];
  digests: SeenDigest[];
  pushes: SeenPush[];
  /** When each message was first served to its end. */
  servedAtMs: Map<string, number>;
}

export function observe(world: World): Observed {
  const { memory, time, trace } = world;
  const observed: Observed = { rows: [], digests: [], pushes: [], servedAtMs: new Map() };
  const table = memory.table<NotificationRow>('notifications');
  table.onSet = (partition, id, row) => {
    if (row?.title === undefined || table.get(partition, id) !== undefined) return;
    const user = partition === EVERYONES ? undefined : partition;
    const digest: Digest | undefined = row.payload === undefined ? undefined : JSON.parse(row.payload).digest;
    if (digest !== undefined) {
      const { by, key, count, items } = digest;
      trace.note(() => `digest for ${partition}: ${row.title} ${id} of ${items.map(({ title }) => title).join(' ')}`);
      const [titles, ids] = [items.map(({ title }) => title), items.map((item) => item.id)];
      observed.digests.push({ user: partition, id, atMs: time.now(), by, key, count, titles, ids });
      return;
    }
    trace.note(() => `stored for ${user ?? 'everyone'}: ${row.title} ${id}`);
    observed.rows.push({ user, id, title: row.title, atMs: time.now() });
  };
  memory.sns.onPush = ({ userId: user, token }, { notification_id: id, title }) => {
    trace.note(() => `pushed to ${token} of ${user}: ${title}`);
    observed.pushes.push({ user, token, id, title, atMs: time.now() });
  };
  world.onServed = (messageId) => {
    if (!observed.servedAtMs.has(messageId)) observed.servedAtMs.set(messageId, time.now());
  };
  return observed;
}
