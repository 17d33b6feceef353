// Contracts of the port `digests`, and the races that its rows decide.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeDigest } from '../../lambdas/domain/schedule/close-digest.ts';
import type { DigestMember, DigestWindow } from '../../lambdas/domain/schedule/digest.ts';
import { entryOf } from '../../lambdas/domain/schedule/digest.ts';
import { joinDigest } from '../../lambdas/domain/schedule/join-digest.ts';
import { type Ports, portsOn, TABLE_KINDS } from '../support/ports-on.ts';

const ANNA = 'anna';
const NAME = 'key:a#b';
const REQUESTS = 25;
const member = (id: string, at = 1): DigestMember => ({
  id,
  accepted_at_ms: at,
  notification_type: 'comment',
  title: id,
  message: 'Text',
});

describe.each(TABLE_KINDS)('digests in %s', (kind) => {
  let ports: Ports;
  beforeAll(async () => {
    ports = await portsOn(kind);
  });
  beforeEach(() => ports.reset());
  afterAll(() => ports.close());

  const window = (number: number, name = NAME): DigestWindow => ({
    name,
    number,
    opened_at_ms: ports.clock.ms,
    closes_at_ms: ports.clock.ms + 60_000,
    leader: 'first',
    template: { title: '{count}', message: 'm' },
  });
  const digests = () => ports.deps.digests;

  it('opens each number once, and lists windows of one name, newest first', async () => {
    expect(await digests().newest(ANNA, NAME, 2)).toEqual([]);
    for (const number of [1, 2, 10]) expect(await digests().open(ANNA, window(number))).toBe(true);
    expect(await digests().open(ANNA, { ...window(10), leader: 'other' })).toBe(false);
    await digests().open(ANNA, window(11, 'key:a'));
    await digests().open('ben', window(12));
    expect(await digests().newest(ANNA, NAME, 2)).toEqual([window(10), window(2)]);
    expect(await digests().newest(ANNA, NAME, 5, 10)).toEqual([window(2), window(1)]);
    expect(await digests().window(ANNA, window(2))).toEqual(window(2));
    expect(await digests().window(ANNA, window(3))).toBeUndefined();
  });

  it('keeps the time at which a window was first closed, and makes none by closing it', async () => {
    await digests().open(ANNA, window(1));
    expect(await digests().close(ANNA, window(1), 5)).toBe(5);
    expect(await digests().close(ANNA, window(1), 6)).toBe(5);
    expect(await digests().window(ANNA, window(1))).toEqual({ ...window(1), closing_at_ms: 5 });
    expect(await digests().close(ANNA, window(2), 7)).toBe(7);
    expect(await digests().window(ANNA, window(2))).toBeUndefined();
  });

  it('keeps entries by window, one for the same members, and goes on after a page', async () => {
    const [first, second] = [entryOf([member('a'), member('b')]), entryOf([member('c')])];
    for (const entry of [first, second, first]) await digests().add(ANNA, window(1), entry);
    await digests().add(ANNA, window(2), entryOf([member('d')]));
    const { entries } = await digests().entries(ANNA, window(1));
    expect(entries).toEqual([first, second].sort((a, b) => (a.name < b.name ? -1 : 1)));
    expect(await digests().entries(ANNA, window(1), entries[0]!.name)).toEqual({ entries: [entries[1]] });
  });

  it('decides once what a window holds', async () => {
    const content = { count: 1, newest: [member('a')], entries: ['e'] };
    expect(await digests().content(ANNA, window(1))).toBeUndefined();
    expect(await digests().decide(ANNA, window(1), content)).toEqual(content);
    expect(await digests().decide(ANNA, window(1), { ...content, count: 2 })).toEqual(content);
    expect(await digests().content(ANNA, window(1))).toEqual(content);
  });

  it('finds the newest window that a member was added to', async () => {
    for (const number of [1, 2]) await digests().open(ANNA, { ...window(number), opened_at_ms: number });
    await digests().add(ANNA, window(1), entryOf([member('a')]));
    expect(await digests().holding(ANNA, 'a')).toMatchObject({ name: NAME, number: 1 });
    expect(await digests().holding(ANNA, 'first')).toMatchObject({ number: 2 });
    expect(await digests().holding(ANNA, 'b')).toBeUndefined();
  });

  it('counts each request once while windows close beside them', async () => {
    const { deps, clock } = ports;
    const all = Array.from({ length: REQUESTS }, (_, at) => member(`m${at}`, clock.ms));
    const join = async (one: DigestMember) => {
      await joinDigest(deps, ANNA, { name: NAME, closesAtMs: clock.ms + 60_000 }, [one]);
    };
    const closeNewest = async () => {
      const [newest] = await deps.digests.newest(ANNA, NAME, 1);
      if (newest) await closeDigest(deps, ANNA, newest);
    };
    // Every fifth comes twice, and windows close all the while.
    await Promise.all(
      all.flatMap((one, at) => [
        join(one),
        ...(at % 5 === 0 ? [join(one)] : []),
        ...(at % 10 === 0 ? [closeNewest()] : []),
      ]),
    );
    const windows = await deps.digests.newest(ANNA, NAME, 1_000);
    const contents = await Promise.all(windows.map((one) => closeDigest(deps, ANNA, one)));
    expect(contents.reduce((sum, { count }) => sum + count, 0)).toBe(REQUESTS);
  });
});
