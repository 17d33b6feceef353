// Tasks in packs: the same tasks come out, in order, and no message is larger than SQS bills once.
import { expect, it } from 'vitest';
import { inPacks, unpacked } from '../../../../lambdas/domain/schedule/task-pack.ts';
import type { NotificationRequest } from '../../../../protocol/request.ts';

const OF = { task: 'request', source: 'test', accepted_at_ms: 1 } as const;
const one = (at: number, bytes = 0) => ({
  event_id: `event[${at}]`,
  request: { user_id: `user-${at}`, message: 'ä'.repeat(bytes / 2) } as NotificationRequest,
});

it.each([
  [1, 0, 1],
  [2, 0, 1],
  [10, 0, 1],
  [11, 0, 2],
  [100, 0, 10],
  [10, 20_000, 4],
  [3, 200_000, 3],
])('%i tasks with %i bytes of text are %i messages', (count, bytes, messages) => {
  const each = Array.from({ length: count }, (_, at) => one(at, bytes));
  const bodies = inPacks(OF, each).map((pack) => JSON.stringify(pack));
  expect(bodies).toHaveLength(messages);
  const tasks = bodies.flatMap((body) => unpacked(body) ?? [body]).map((body) => JSON.parse(body));
  expect(tasks).toEqual(each.map((different) => ({ ...OF, ...different })));
  for (const body of bodies) if (unpacked(body)) expect(Buffer.byteLength(body)).toBeLessThan(64 * 1024);
});

it('what is no pack is left as it is', () => {
  for (const body of ['{"task":"sweep"}', '{"task":"pack"', '{"task":"pack"}', '{"task":"pack","each":7}', '']) {
    expect(unpacked(body)).toBeUndefined();
  }
});
