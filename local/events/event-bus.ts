// EventBridge's classic buses: takes events, matches the rules of the template, delivers to their targets.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Permission, Principal, Statement } from '../iam/principal.ts';
import { assumableBy, roleStatements } from '../iam/role-statements.ts';
import { type KeptState, NOTHING_KEPT } from '../kept-state.ts';
import type { Functions, Stack } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import { type Archives, createArchives } from './archives.ts';
import { asyncInvocation } from './async-invocation.ts';
import { busStatements, functionStatements } from './bus-policies.ts';
import { type Delivery, type DeliveryDeps, deliver } from './delivery.ts';
import { type BusEvent, checkEntry, type EntryRefusal, type EventEntry, entryBytes, toEvent } from './event-entry.ts';
import { keptEvents } from './kept-events.ts';
import { busNameOf, type Rule, readRules, type Target } from './rules.ts';
import { eventsSupport } from './support.ts';

export interface Bus {
  name: string;
  arn: string;
  description: string | undefined;
  /** The bus's own policy. */
  statements: Statement[];
}
export interface PutEventsResult {
  FailedEntryCount: number;
  Entries: ({ EventId: string } | EntryRefusal)[];
}
export interface EventBus {
  /** The default bus and those of the template. */
  readonly buses: Bus[];
  readonly rules: Rule[];
  /** Answers at once; delivery follows. Throws ValidationException where AWS refuses the whole call. */
  putEvents(entries: EventEntry[]): PutEventsResult;
  readonly archives: Archives;
  /** What IAM must allow to put these entries. */
  permissions(entries: EventEntry[]): Permission[];
  /** The next `count` deliveries to a target happen twice, as at-least-once delivery allows. */
  duplicateNext(count: number): void;
  /** How many of those are still to come. */
  readonly duplicatesLeft: number;
  /** Gives up every delivery that waits for its next try, and the duplicates still to come. */
  reset(): void;
}

// AWS's limits. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
/** Buses that feed each other in a circle would never stop; our choice. */
const MAX_FORWARDS = 4;

export function createEventBus(
  deps: Omit<DeliveryDeps, 'invokeLater' | 'functionPolicy' | 'forward' | 'accountId' | 'random'> & {
    stack: Stack;
    functions: Functions;
    random?: () => number;
    kept?: KeptState;
  },
): EventBus {
  const { stack, queues, activity, gate, log } = deps;
  const clock = cancellable(deps.clock);
  const { accountId, region } = stack;
  const buses = readBuses(stack);
  const rules = readRules(stack, queues);
  const stray = rules.find(({ busName }) => !buses.some(({ name }) => name === busName));
  if (stray) throw new Error(`Rule ${stray.name}: the event bus ${stray.busName} is not of this stack.`);
  const findBus = (nameOrArn: string | undefined) => buses.find(({ name }) => name === busNameOf(nameOrArn));
  const forwards = new Map<string, number>();
  let duplicatesLeft = 0;
  const pending = keptEvents(deps.kept ?? NOTHING_KEPT);

  const deliveryDeps: DeliveryDeps = {
    ...deps,
    clock,
    accountId,
    settled: pending.settled,
    random: deps.random ?? Math.random,
    invokeLater: asyncInvocation({ functions: deps.functions, clock, activity, log }),
    functionPolicy: (arn) => functionStatements(stack, arn),
    forward: async (target, event) => {
      const bus = findBus(target.arn)!;
      await gate.call({
        who: targetRole(stack, target),
        service: 'events',
        operation: 'PutEvents',
        permissions: [putPermission(bus.arn, event.source, event['detail-type'], bus.statements)],
        run: async () => {
          const count = (forwards.get(event.id) ?? 0) + 1;
          forwards.set(event.id, count);
          if (count > MAX_FORWARDS)
            throw new AwsError('ForwardingLimit', `The event went from bus to bus more than ${MAX_FORWARDS} times.`);
          publish(bus.name, [event]);
        },
      });
    },
  };

  /** Of replayed events only what these rules take, and nothing of it is recorded: the events came before. */
  const publish = (busName: string, events: BusEvent[], replayedTo?: ReadonlySet<string>): void => {
    const receivedMs = clock.now();
    const deliveries: Delivery[] = [];
    const { taps, ...untapped } = deliveryDeps;
    for (const [at, event] of events.entries()) {
      let isMatched = false;
      for (const rule of rules) {
        if (rule.busName !== busName || !rule.isEnabled || !rule.matches(event)) continue;
        if (replayedTo && !replayedTo.has(rule.arn)) continue;
        for (const target of rule.targets) {
          // Entries of one call are taken in one after another: each is a millisecond later (our choice).
          const delivery = { rule, target, event, receivedMs: receivedMs + at };
          isMatched = true;
          deliveries.push(delivery);
          if (duplicatesLeft > 0) {
            duplicatesLeft--;
            deliveries.push(delivery);
          }
        }
      }
      if (!isMatched && !replayedTo) taps?.unmatched(event.id);
    }
    if (!replayedTo) pending.expect(events, deliveries);
    // PutEvents is answered first: targets must not see an event before its producer knows it was taken.
    const later = new Promise<void>((resolve) => setImmediate(resolve));
    const deliverAll = async () => {
      await later;
      const { settled: _, ...unsettled } = untapped;
      const depsOf = replayedTo ? unsettled : deliveryDeps;
      await Promise.all(deliveries.map((delivery) => deliver(delivery, depsOf)));
    };
    void activity.track(deliverAll());
  };

  const archives = createArchives(stack, {
    now: clock.now,
    publish,
    ruleArns: (busName) => rules.filter((rule) => rule.busName === busName).map(({ arn }) => arn),
  });

  // What an earlier run accepted and did not deliver: dispatch knows an event that comes twice.
  for (const { busName, event } of pending.ofEarlierRun()) publish(busName, [event]);

  return {
    buses,
    rules,
    putEvents(entries) {
      checkCall(entries);
      const published = new Map<string, BusEvent[]>();
      const Entries = entries.map((entry) => {
        const refusal = checkEntry(entry) ?? checkBus(entry, findBus);
        if (refusal) return refusal;
        const event = toEvent(entry, { accountId, region, nowMs: clock.now() });
        const busName = busNameOf(entry.EventBusName);
        pending.accept(busName, event);
        archives.keep(busName, event);
        deps.taps?.accepted(event, entryBytes(entry));
        published.set(busName, [...(published.get(busName) ?? []), event]);
        return { EventId: event.id };
      });
      for (const [busName, events] of published) publish(busName, events);
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
    },
    permissions: (entries) =>
      entries.map(({ EventBusName, Source, DetailType }) => {
        const bus = findBus(EventBusName);
        const arn = bus?.arn ?? `arn:aws:events:${region}:${accountId}:event-bus/${busNameOf(EventBusName)}`;
        return putPermission(arn, Source, DetailType, bus?.statements ?? []);
      }),
    archives,
    duplicateNext(count) {
      duplicatesLeft = count;
    },
    get duplicatesLeft() {
      return duplicatesLeft;
    },
    reset() {
      clock.cancelAll();
      pending.clear();
      forwards.clear();
      archives.reset();
      duplicatesLeft = 0;
    },
  };
}

/** The same clock, remembering what waits for it. */
function cancellable({ now, at }: Pick<Clock, 'now' | 'at'>): Pick<Clock, 'now' | 'at'> & { cancelAll(): void } {
  const waiting = new Set<() => void>();
  return {
    now,
    at(dueMs, run) {
      const cancel = at(dueMs, () => {
        waiting.delete(cancel);
        run();
      });
      waiting.add(cancel);
      return cancel;
    },
    cancelAll() {
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

function readBuses(stack: Stack): Bus[] {
  const make = (name: string, description?: string): Bus => ({
    name,
    arn: `arn:aws:events:${stack.region}:${stack.accountId}:event-bus/${name}`,
    description,
    statements: busStatements(stack, name),
  });
  const own = stack.ofType('AWS::Events::EventBus').map((resource) => {
    assertSupported(resource, eventsSupport.types);
    return make(resource.ref, resource.properties.Description);
  });
  return [make('default'), ...own];
}

function checkCall(entries: EventEntry[]): void {
  const fail = (message: string) => new AwsError('ValidationException', message);
  if (!Array.isArray(entries) || entries.length === 0) {
    throw fail(
      "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (entries.length > MAX_ENTRIES) {
    throw fail(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ENTRIES}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= MAX_BYTES) {
    throw fail('Total size of the entries in the request is over the limit.');
  }
}

/**
 * AWS takes events for a bus that does not exist without a word (https://github.com/aws/aws-sdk/issues/186); here it is
 * said.
 */
function checkBus(entry: EventEntry, findBus: (name: string | undefined) => Bus | undefined): EntryRefusal | undefined {
  if (findBus(entry.EventBusName)) return undefined;
  return {
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Event bus ${busNameOf(entry.EventBusName)} does not exist.`,
  };
}

function putPermission(resource: string, source = '', detailType = '', resourcePolicy: Statement[]): Permission {
  return {
    action: 'events:PutEvents',
    resource,
    resourcePolicy,
    context: { 'events:source': source, 'events:detail-type': detailType },
  };
}

function targetRole(stack: Stack, { roleArn, arn }: Target): Principal {
  if (roleArn === undefined || !assumableBy(stack, roleArn, 'events.amazonaws.com')) {
    throw new AwsError(
      'AccessDeniedException',
      `The target ${arn} needs a RoleArn that trusts events.amazonaws.com.`,
      403,
    );
  }
  return { name: 'events.amazonaws.com', arn: roleArn, statements: roleStatements(stack, roleArn) };
}
