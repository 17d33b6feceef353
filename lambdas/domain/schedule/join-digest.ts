// Requests become members of a digest: of the window that is open, or of one that they open.
import { closeDigest } from './close-digest.ts';
import {
  type DigestEntry,
  type DigestMember,
  type DigestTemplate,
  type DigestWindow,
  entryOf,
  isOpen,
} from './digest.ts';
import type { Deps } from './ports.ts';
import { wakeLater } from './wake-later.ts';

export type DigestDeps = Pick<Deps, 'digests' | 'clock' | 'tasks' | 'schedules' | 'dueRequests'>;

export interface DigestWanted {
  name: string;
  /** Of the window that is opened where none is open. */
  closesAtMs: number;
  template?: DigestTemplate;
  /** The member that opens a window is delivered at once, by itself. */
  isLeading?: boolean;
}

/** Our choice: each round means that a window closed, or was opened by another, meanwhile. */
const ROUNDS_MAX = 10;
/** Our choice: clocks of AWS's services differ by less. */
const CLOCKS_DIFFER_MS = 5_000;
/** Our choices: a request that comes again after so many windows is taken for a new one. */
const WINDOWS_BACK_MAX = 2_000;
const WINDOWS_AT_ONCE = 50;

/**
 * Each member is in exactly one window, however often it comes: in the open one it is counted once, and an earlier one
 * is looked into where it may have held it. Gives the ids of those to deliver at once. May be repeated.
 */
export async function joinDigest(
  deps: DigestDeps,
  userId: string,
  wanted: DigestWanted,
  members: readonly DigestMember[],
): Promise<Set<string>> {
  const leaders = new Set<string>();
  let left = [...new Map(members.map((member) => [member.id, member])).values()];
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const [newest, before] = await deps.digests.newest(userId, wanted.name, 2);
    const isCurrent = newest !== undefined && isOpen(newest, deps.clock.now());
    left = await withoutPlaced(deps, userId, left, isCurrent ? before : newest, leaders);
    const [first] = left;
    if (first === undefined) return leaders;
    const window = isCurrent ? newest : await openNext(deps, userId, wanted, newest, first);
    if (window === undefined) continue;
    if (left.some(({ id }) => id === window.leader)) leaders.add(window.leader!);
    const others = left.filter(({ id }) => id !== window.leader);
    if (others.length === 0 || (await isAdded(deps, userId, window, entryOf(others)))) return leaders;
    left = others;
  }
  throw new Error(`A digest was closed ${ROUNDS_MAX} times while it was added to.`);
}

/**
 * A window is closed before what is in it is read, and what is added is stored before it is looked whether the window
 * is closed: so one of the two sees the other, and what was decided then holds for both.
 */
async function isAdded(deps: DigestDeps, userId: string, window: DigestWindow, entry: DigestEntry): Promise<boolean> {
  await deps.digests.add(userId, window, entry);
  const after = await deps.digests.window(userId, window);
  // Erased with its user.
  if (after === undefined) return false;
  if (after.closing_at_ms === undefined) return true;
  const content = await closeDigest(deps, userId, after);
  return content.is_cut === true || content.entries.includes(entry.name);
}

/** undefined: another opened it meanwhile. */
async function openNext(
  deps: DigestDeps,
  userId: string,
  { name, closesAtMs, template, isLeading }: DigestWanted,
  last: DigestWindow | undefined,
  first: DigestMember,
): Promise<DigestWindow | undefined> {
  const nowMs = deps.clock.now();
  const window: DigestWindow = {
    name,
    number: (last?.number ?? 0) + 1,
    opened_at_ms: nowMs,
    closes_at_ms: closesAtMs,
    ...(template && { template }),
    ...(isLeading && { leader: first.id }),
  };
  // Before the window: a function that is stopped in between leaves a wake-up without effect, and never a window that
  // does not end.
  await wakeLater(deps, digestEnd(userId, window));
  return (await deps.digests.open(userId, window)) ? window : undefined;
}

export const digestEnd = (userId: string, { name, number, closes_at_ms: closesAtMs }: DigestWindow) =>
  ({ task: 'digest_end', user_id: userId, name, number, due_at_ms: closesAtMs }) as const;

/**
 * Those that no window from `last` back holds: they came again, or an earlier attempt got so far. Where `last` is not
 * closed yet it is closed here, so that at most the newest window may be added to.
 */
async function withoutPlaced(
  deps: DigestDeps,
  userId: string,
  members: DigestMember[],
  last: DigestWindow | undefined,
  leaders: Set<string>,
): Promise<DigestMember[]> {
  let left = members;
  let windows = last === undefined ? [] : [last];
  for (let looked = 0; looked < WINDOWS_BACK_MAX; looked += windows.length) {
    for (const window of windows) {
      const mayHold = left.filter(({ accepted_at_ms: atMs }) => atMs < endOf(window) + CLOCKS_DIFFER_MS);
      // Accepted after this one was closed, and so after all before it.
      if (mayHold.length === 0) return left;
      const held = await heldBy(deps, userId, window, mayHold);
      if (window.leader !== undefined && mayHold.some(({ id }) => id === window.leader)) leaders.add(window.leader);
      left = left.filter(({ id }) => id !== window.leader && !held.has(id));
    }
    const lowest = windows.at(-1);
    if (lowest === undefined || lowest.number === 1) return left;
    windows = await deps.digests.newest(userId, lowest.name, WINDOWS_AT_ONCE, lowest.number);
  }
  return left;
}

const endOf = ({ closing_at_ms: closingAtMs = Number.POSITIVE_INFINITY }: DigestWindow): number => closingAtMs;

async function heldBy(
  deps: DigestDeps,
  userId: string,
  window: DigestWindow,
  members: readonly DigestMember[],
): Promise<Set<string>> {
  const content = await closeDigest(deps, userId, window);
  const wanted = new Set(members.map(({ id }) => id));
  const held = new Set<string>();
  let after: string | undefined;
  do {
    const page = await deps.digests.entries(userId, window, after);
    for (const { name, ids } of page.entries) {
      if (content.is_cut !== true && !content.entries.includes(name)) continue;
      for (const id of ids) if (wanted.has(id)) held.add(id);
    }
    after = page.next;
  } while (after !== undefined && held.size < wanted.size);
  return held;
}
