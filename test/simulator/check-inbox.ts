// Each accepted notification is exactly once in the inbox it is for, and in no other; never early; what is invalid is
// rejected.
import type { Episode } from './episode.ts';
import { concerns, type Expectation, isKept } from './expected.ts';
import type { Violation } from './violation.ts';

export function checkInbox({ expected, observed, copies, world, producer }: Episode): Violation[] {
  const found: Violation[] = [];
  const fail = (rule: string, detail: string, ...about: string[]) => found.push({ rule, detail, about });
  const rowsOf = new Map<string, number>();
  for (const { user, id, title, atMs } of observed.rows) {
    if (copies.has(id)) continue;
    const expectation = expected.get(title);
    const owner = user ?? 'everyone';
    if (expectation?.op.digest) continue;
    rowsOf.set(`${owner} ${title}`, (rowsOf.get(`${owner} ${title}`) ?? 0) + 1);
    if (expectation === undefined) fail('unknown row', `${owner} has ${title}, which nobody asked for`, title);
    else if (!isFor(expectation, user)) fail('foreign row', `${owner} has ${title} of another`, title, id);
    else if (!isKept(expectation)) fail('live-only stored', `${title} is live-only and is stored`, title);
    else if (atMs < expectation.dueMs)
      fail('stored early', `${title} is stored ${expectation.dueMs - atMs} ms early`, title);
    if (expectation?.delivery === 'never') fail('withdrawn yet stored', `${title} was cancelled in time`, title);
  }
  for (const expectation of expected.values()) {
    if (!isKept(expectation) || expectation.op.digest) continue;
    const owners = expectation.users ?? ['everyone'];
    for (const owner of owners) {
      const rows = rowsOf.get(`${owner} ${expectation.key}`) ?? 0;
      if (rows > (expectation.mayRepeat ? 2 : 1))
        fail('stored twice', `${owner} has ${expectation.key} ${rows} times`, expectation.key);
      if (rows === 0 && expectation.delivery === 'must')
        fail('lost', `${owner} never got ${expectation.key}`, expectation.key);
    }
  }
  const rejected = world.memory.queues.rejected.all().map(({ body }) => body);
  for (const key of producer.invalid) {
    if (!rejected.some((body) => body.includes(key))) fail('invalid yet not rejected', key, key);
  }
  if (rejected.some((body) => producer.invalid.every((key) => !body.includes(key))))
    fail('valid yet rejected', rejected.find((body) => producer.invalid.every((key) => !body.includes(key)))!);
  return found;
}

function isFor(expectation: Expectation, user: string | undefined): boolean {
  return user === undefined
    ? expectation.users === undefined
    : expectation.users !== undefined && concerns(expectation, user);
}
