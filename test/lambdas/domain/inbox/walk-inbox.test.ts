// Own and everyone's notifications merged step by step, whatever the size of a step.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IdRange, Slice } from '../../../../lambdas/domain/inbox/ports.ts';
import { walkAll } from '../../../../lambdas/domain/inbox/walk-inbox.ts';
import type { Recipient } from '../../../../lambdas/domain/model/recipient.ts';
import type { StoredNotification } from '../../../../lambdas/domain/model/stored-notification.ts';

/** Two sorted shelves; a step takes rows, and shows those that have not expired. */
function pagesOf(rows: { id: string; isShown: boolean }[]) {
  const sorted = rows.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return async ({ after, before }: IdRange, limit: number): Promise<Slice<StoredNotification>> => {
    const inRange = sorted.filter(({ id }) => id > after && id < before);
    const taken = inRange.slice(0, limit);
    return {
      items: taken.filter(({ isShown }) => isShown).map(({ id }) => ({ id }) as StoredNotification),
      ...(taken.length < inRange.length && { lookedDownTo: taken.at(-1)!.id }),
    };
  };
}

const RECIPIENT = { user_id: 'alice', broadcast_states: [] } as unknown as Recipient;

it('yields every shown one once, newest first, with steps of any size', async () => {
  const row = fc.record({ at: fc.nat({ max: 99 }), isOwn: fc.boolean(), isShown: fc.boolean() });
  const rows = fc.uniqueArray(row, { maxLength: 30, selector: ({ at }) => at });
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), async (all, limits) => {
      const named = all.map(({ at, ...rest }) => ({ ...rest, id: String(at).padStart(3, '0') }));
      const own = pagesOf(named.filter(({ isOwn }) => isOwn));
      const everyones = pagesOf(named.filter(({ isOwn }) => !isOwn));
      const history = { own: (_: string, range: IdRange, limit: number) => own(range, limit), everyones };
      const walk = walkAll({ history, inbox: {} } as never, RECIPIENT);
      const found: string[] = [];
      for (let before = '~', at = 0; ; at++) {
        const step = await walk({ after: '', before }, limits[at % limits.length]!);
        found.push(...step.items.map(({ id }) => id));
        if (step.lookedDownTo === undefined) break;
        before = step.lookedDownTo;
      }
      const expected = named.filter(({ isShown }) => isShown).map(({ id }) => id);
      expect(found).toEqual(expected.sort().reverse());
    }),
  );
});
