// One episode: the plan carried out on a world of its own, brought to rest, and looked at from every side.
import { unreadCount } from '../../lambdas/domain/inbox/unread-count.ts';
import type { PushContent } from '../../lambdas/domain/push/push-content.ts';
import type { Notification } from '../../protocol/notification.ts';
import type { MemoryMessage } from '../support/memory/queue.ts';
import { type Claimer, createClaimer } from './claimer.ts';
import { copiesOf, type Snooze } from './copies.ts';
import { type Expectation, expectations } from './expected.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { type Observed, observe } from './observed.ts';
import { performOps, tokenOf } from './perform-ops.ts';
import { type Plan, userName } from './plan.ts';
import { createProducer, type Producer } from './producer.ts';
import { createReader, type Reader } from './reader.ts';
import type { Tab } from './tab.ts';
import type { Trace } from './trace.ts';
import { createWorld, identityOf, type World } from './world.ts';

/** What a user has at the end. */
export interface Final {
  list: Notification[];
  /** By the filter `is_read=false`. */
  unreadIds: string[];
  count: number;
  unseen: number;
}

export interface Episode {
  plan: Plan;
  world: World;
  gateway: Gateway;
  producer: Producer;
  reader: Reader;
  claimer: Claimer;
  tabs: Tab[];
  users: string[];
  observed: Observed;
  /** What came back from a snooze, by its id. */
  copies: Map<string, Snooze>;
  expected: Map<string, Expectation>;
  /** Before they were put back. */
  deadLetters: MemoryMessage[];
  /** What pages showed when all was at rest, before they asked once more. */
  before: Map<Tab, { shown: Set<string>; socketId: string }>;
  finals: Map<string, Final>;
  /** Pushes that were answered, by target, id and title: what comes back from a snooze is pushed again, as another. */
  answeredPushes: Map<string, number>;
  /** Titles of pushes to everyone that were not answered. */
  unanswered: Set<string>;
}

/**
 * Five receives, each at most a visibility timeout or a retry's longest pause after the one before; twice, for what
 * they cause.
 */
const REST_MS = 2 * 5 * 5 * 60_000;

export async function runEpisode(plan: Plan, trace: Trace): Promise<Episode> {
  const world = createWorld(plan, trace);
  const gateway = createGateway(world);
  const answeredPushes = new Map<string, number>();
  const unanswered = new Set<string>();
  const answered = (target: string, { notification_id: id, title }: PushContent) => {
    const what = `${target} ${id} ${title}`;
    answeredPushes.set(what, (answeredPushes.get(what) ?? 0) + 1);
  };
  world.instrument = (deps) => {
    const { sender, encodedSender, push } = deps;
    return {
      ...deps,
      sender: {
        post: (id, frame) =>
          sender.post(id, frame).catch((error) => {
            gateway.facts.get(id)!.hasFailed = true;
            throw error;
          }),
      },
      encodedSender: {
        async post(id, frame) {
          const outcome = await encodedSender.post(id, frame);
          if (outcome === 'refused') gateway.facts.get(id)!.hasFailed = true;
          return outcome;
        },
      },
      push: {
        ...push,
        async toDevice(device, content) {
          const outcome = await push.toDevice(device, content);
          if (outcome === 'pushed') answered(device.token, content);
          return outcome;
        },
        async toEveryone(content) {
          const outcome = await push.toEveryone(content).catch((error) => {
            unanswered.add(content.title);
            throw error;
          });
          if (outcome === 'pushed') answered('everyone', content);
          return outcome;
        },
      },
    };
  };
  const producer = createProducer(world);
  const reader = createReader(world);
  const observed = observe(world);
  const claimer = createClaimer(world, observed);
  const users = Array.from({ length: plan.users }, (_, user) => userName(user));
  const { time, memory } = world;
  // Nobody is new: announcements to everyone are theirs from the first one on.
  await settled(world, Promise.all(users.map((user) => reader.list(user))));
  world.begin();
  const tabs = performOps(plan, world, gateway, { producer, reader, claimer });

  await time.runUntil(time.now() + (plan.ops.at(-1)?.atMs ?? 0) + 60_000);
  const lastDueMs = Math.max(time.now(), ...[...producer.requests.values()].map(({ dueMs }) => dueMs));
  await time.runUntil(lastDueMs + 60_000);
  // Pushes that quiet hours hold back.
  await time.runUntil(Math.max(time.now(), ...memory.schedules.all().map(({ atMs }) => atMs)) + 60_000);
  world.heal();
  for (const tab of tabs) tab.refuse(false);
  await time.runUntil(time.now() + REST_MS);
  const deadLetters = memory.queues.deadLetters.all();
  redrive(world, deadLetters);
  await time.runUntil(time.now() + REST_MS);

  const before: Episode['before'] = new Map();
  for (const tab of tabs) {
    const socketId = tab.liveSocketId();
    if (socketId !== undefined) before.set(tab, { shown: new Set(tab.shown.keys()), socketId });
  }
  const finals = new Map<string, Final>();
  await settled(world, lookAtEnd(world, reader, users, tabs, finals));
  return {
    plan,
    world,
    gateway,
    producer,
    reader,
    claimer,
    tabs,
    users,
    observed,
    copies: copiesOf(observed, reader.acts),
    expected: expectations(producer, observed),
    deadLetters,
    before,
    finals,
    answeredPushes,
    unanswered,
  };
}

/** Lets time pass until the work is done. */
async function settled(world: World, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  void work.then(() => {
    isDone = true;
  });
  for (let rounds = 0; !isDone && rounds < 1_000; rounds++) await world.time.runUntil(world.time.now() + 1_000);
  if (!isDone) throw new Error('A page or a list does not come to rest though nothing fails any more.');
}

async function lookAtEnd(world: World, reader: Reader, users: string[], tabs: Tab[], finals: Map<string, Final>) {
  await Promise.all(tabs.map((tab) => caughtUp(world, tab)));
  for (const user of users) {
    const list = (await reader.list(user))!;
    const unread = (await reader.list(user, { is_read: 'false' }))!;
    const counted = await world.containers.invoke('inbox', `count ${user}`, async (deps) =>
      unreadCount(deps, await deps.recipients.load(user, { consistent: true })),
    );
    finals.set(user, {
      list,
      unreadIds: unread.map(({ id }) => id),
      count: counted.result!.unread_count,
      unseen: counted.result!.unseen_count,
    });
  }
}

/** A socket whose credential has ended is closed when it asks; its page connects anew. */
async function caughtUp({ time }: World, tab: Tab): Promise<void> {
  await tab.sync();
  while (tab.isWanted() && tab.liveSocketId() === undefined) await time.sleep(1_000);
}

/** As `npm run redrive` does it, once the cause is gone. */
function redrive({ memory }: World, deadLetters: readonly MemoryMessage[]): void {
  const sent = new Set<string>();
  for (const letter of deadLetters) {
    const { id, body, attributes } = letter;
    const queue = body.includes('"fanout_id"') ? memory.queues.fanout : memory.queues.dispatch;
    memory.queues.deadLetters.delete(id);
    if (!sent.has(identityOf(letter))) queue.send(body, { attributes: { ...attributes, is_redelivery: 'true' } });
    sent.add(identityOf(letter));
  }
}

/** The user never changed a preference: every channel is open. */
export const isPlain = ({ reader }: Episode, user: string): boolean =>
  !reader.preferencesChanged.some((changed) => changed.user === user);

/** A page of the user was open at some time and took what it was sent. */
export const hasPages = ({ plan }: Episode, user: string): boolean =>
  plan.ops.some((op) => op.kind === 'open' && userName(op.user) === user);

/** A reader's act may have been about this notification after it was stored. */
export function wasActedOn({ reader, observed }: Episode, user: string, id: string): boolean {
  const storedAtMs = observed.rows.find((row) => row.id === id)?.atMs ?? 0;
  return reader.acts.some((act) => {
    const isAbout = act.id === undefined || act.id === id || (act.act === 'markAll' && id <= act.id);
    return act.user === user && isAbout && act.endMs >= storedAtMs;
  });
}

/** Registered before anything was asked for, and never touched again. */
export function lastingPhones({ plan }: Episode, user: string): string[] {
  const ops = plan.ops.flatMap((op) => ('device' in op && userName(op.user) === user ? [op] : []));
  const atStart = ops.filter(({ kind, atMs }) => kind === 'addDevice' && atMs === 0);
  const isLasting = (device: number) => ops.filter((op) => op.device === device).length === 1;
  return atStart.filter(({ device }) => isLasting(device)).map(({ user: of, device }) => tokenOf(of, device));
}
