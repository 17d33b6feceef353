// Fan-out: every live subscriber is served, whatever became of the others, and a crash goes on where it stopped.
import { describe, expect, it } from 'vitest';
import { fanOut } from '../../../../lambdas/domain/delivery/fan-out.ts';
import type { FanoutTask } from '../../../../lambdas/domain/delivery/ports.ts';

const TASK: FanoutTask = {
  fanout_id: 'f',
  partition: 'TOPIC#chat:1',
  content: { event: { type: 'event', id: 'event-1', topic: 'chat:1', event_type: 'typing', payload: {} } },
};

/** `pages`: connection ids page by page; what begins with `late` has expired, with `gone` is closed, with `slow` refuses. */
function setUp(pages: string[][]) {
  const sent: string[] = [];
  const removed: string[] = [];
  const counts: Record<string, number> = {};
  let cursor: string | undefined;
  let crashAt: string | undefined;
  const deps = {
    clock: { now: () => 0 },
    metrics: { count: (name: string, by = 1) => Object.assign(counts, { [name]: (counts[name] ?? 0) + by }) },
    subscriptions: {
      page: async (_: string, after: string | undefined) => {
        const at = after === undefined ? 0 : pages.findIndex((page) => page.at(-1) === after) + 1;
        const ids = (pages[at] ?? []).filter((id) => !id.startsWith('late'));
        const nextAfter = at < pages.length - 1 ? pages[at]!.at(-1) : undefined;
        return { subscribers: ids.map((id) => ({ connection_id: id, user_id: 'u' })), nextAfter };
      },
      readCursor: async () => cursor,
      writeCursor: async (_f: string, _p: string, id: string) => {
        cursor = id;
      },
    },
    sender: {
      post: async (id: string) => {
        if (id.startsWith('slow') || id === crashAt) throw new Error('LimitExceededException');
        if (id.startsWith('gone')) return 'gone';
        sent.push(id);
        return 'sent';
      },
    },
    connections: { remove: async ({ connection_id: id }: { connection_id: string }) => void removed.push(id) },
  };
  return {
    deps: deps as never,
    sent,
    removed,
    counts,
    crash: (id?: string) => {
      crashAt = id;
    },
  };
}

describe('fanOut', () => {
  it('goes on past a page whose subscribers have all expired, first or last', async () => {
    const { deps, sent } = setUp([['late1', 'late2'], ['a', 'b'], ['late3'], ['c'], ['late4']]);
    await fanOut(deps, TASK);
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('forgets the gone and lets a slow one keep nobody waiting', async () => {
    const { deps, sent, removed, counts } = setUp([['a', 'gone1', 'slow1', 'b']]);
    await fanOut(deps, TASK);
    expect(sent).toEqual(['a', 'b']);
    expect(removed).toEqual(['gone1']);
    expect(counts.fanout_failed).toBe(1);
  });

  it('tries a page again that nobody took, from its checkpoint', async () => {
    const { deps, sent, crash } = setUp([['a'], ['b'], ['c']]);
    crash('b');
    await expect(fanOut(deps, TASK)).rejects.toThrow('LimitExceeded');
    crash();
    await fanOut(deps, TASK);
    expect(sent).toEqual(['a', 'b', 'c']);
  });
});
