// Which posts of a segment are settled, in order: what may be saved is everything before the first that is still under
// way.
import type { OpenConnection } from '../sockets/ports.ts';
import type { Deps, FanoutCounts } from './ports.ts';
import type { PostOutcome } from './post-window.ts';

interface Entry {
  connection: OpenConnection;
  position: string;
  outcome?: PostOutcome | 'skipped';
}

export interface Settled {
  /** Everything up to this position is settled; undefined when nothing new is. */
  after?: string;
  counts: FanoutCounts;
  refused: OpenConnection[];
}

export const noCounts = (): FanoutCounts => ({ sent: 0, gone: 0, skipped: 0, refused: 0, failed: 0 });

export function countPosts({ metrics }: Pick<Deps, 'metrics'>, { sent, gone, refused, failed }: FanoutCounts): void {
  metrics.count('delivered_by_socket', sent);
  metrics.count('gone', gone);
  metrics.count('post_refused', refused);
  metrics.count('fanout_failed', failed);
}

export function postLedger() {
  let entries: Entry[] = [];
  /** Settled in order. */
  let ready = 0;
  /** Of these, taken by `settled` and not confirmed yet. */
  let taken = 0;
  return {
    /** Notes the next subscriber in order; the result is to be called once with what came of it. */
    begin(connection: OpenConnection, position: string): (outcome: PostOutcome | 'skipped') => void {
      const entry: Entry = { connection, position };
      entries.push(entry);
      return (outcome) => {
        entry.outcome = outcome;
        while (ready < entries.length && entries[ready]!.outcome !== undefined) ready++;
      };
    },
    /** Begun and not confirmed. */
    get open(): number {
      return entries.length;
    },
    /** Settled in order and not taken. */
    get ready(): number {
      return ready - taken;
    },
    settled(): Settled {
      const fresh = entries.slice(taken, ready);
      taken = ready;
      const counts = noCounts();
      for (const { outcome } of fresh) counts[outcome!]++;
      const last = fresh.at(-1);
      return {
        ...(last && { after: last.position }),
        counts,
        refused: fresh.filter(({ outcome }) => outcome === 'refused').map(({ connection }) => connection),
      };
    },
    /** What was taken is saved. */
    confirm(): void {
      entries = entries.slice(taken);
      ready -= taken;
      taken = 0;
    },
  };
}
