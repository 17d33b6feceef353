// EventBridge on the wire (AWS JSON 1.1): PutEvents and what reads; rules and buses come from the template alone.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html

import { errorMessage } from '../error-message.ts';
import type { Replay, StartReplayInput } from '../events/archives.ts';
import type { EventBus } from '../events/event-bus.ts';
import { type EventEntry, entryBytes } from '../events/event-entry.ts';
import { parseExact } from '../events/exact-json.ts';
import { compilePatternText } from '../events/pattern.ts';
import { busNameOf, type Rule } from '../events/rules.ts';
import type { Permission } from '../iam/principal.ts';
import { isObject } from '../is-object.ts';
import type { Meter } from '../meter.ts';
import { AwsError } from './aws-error.ts';
import { readJsonBody, type Shape } from './input-shape.ts';
import { notEmulated } from './not-emulated.ts';
import type { Operation, Service, WireResponse } from './service.ts';

const TARGET_PREFIX = 'AWSEvents.';
/** One event is billed for each 64 KB begun. https://aws.amazon.com/eventbridge/pricing/ */
const BYTES_PER_EVENT = 64 * 1024;

const eventsInput: Shape = {
  EndpointId: 'string',
  ReplayName: 'string',
  EventSourceArn: 'string',
  EventStartTime: 'timestamp',
  EventEndTime: 'timestamp',
  Destination: { Arn: 'string', FilterArns: ['string'] },
  EventPattern: 'string',
  Event: 'string',
  Name: 'string',
  NamePrefix: 'string',
  EventBusName: 'string',
  Entries: [
    {
      Source: 'string',
      DetailType: 'string',
      Detail: 'string',
      EventBusName: 'string',
      TraceHeader: 'string',
      Resources: ['string'],
      Time: 'timestamp',
    },
  ],
};

type Plan = { permissions: Permission[]; run(): unknown };

export function eventsService(bus: EventBus, meter: Meter): Service {
  const operations: Record<string, (input: any) => Plan> = {
    PutEvents: ({ Entries = [], EndpointId }) => {
      if (EndpointId !== undefined) throw notEmulated('global endpoints (EndpointId)');
      const entries: EventEntry[] = Entries;
      return { permissions: bus.permissions(entries), run: () => putEvents(entries, bus, meter) };
    },
    TestEventPattern: ({ EventPattern = '', Event = '' }) => ({
      permissions: [{ action: 'events:TestEventPattern', resource: '*' }],
      run: () => ({ Result: compilePatternText(EventPattern)(readTestEvent(Event)) }),
    }),
    ListEventBuses: ({ NamePrefix = '' }) => ({
      permissions: [{ action: 'events:ListEventBuses', resource: '*' }],
      run: () => ({
        EventBuses: bus.buses
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map(({ name, arn }) => ({ Name: name, Arn: arn })),
      }),
    }),
    DescribeEventBus: ({ Name }) => {
      const { name, arn, description, statements } = findBus(bus, Name);
      return {
        permissions: [{ action: 'events:DescribeEventBus', resource: arn }],
        run: () => ({
          Name: name,
          Arn: arn,
          ...(description !== undefined && { Description: description }),
          ...(statements.length > 0 && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }),
        }),
      };
    },
    StartReplay: (input: StartReplayInput) => ({
      permissions: [{ action: 'events:StartReplay', resource: input.EventSourceArn ?? '*' }],
      run: () => replayView(bus.archives.start(input)),
    }),
    DescribeReplay: ({ ReplayName }) => ({
      permissions: [{ action: 'events:DescribeReplay', resource: bus.archives.find(ReplayName).arn }],
      run: () => replayView(bus.archives.find(ReplayName)),
    }),
    ListRules: ({ EventBusName, NamePrefix = '' }) => {
      const { name, arn } = findBus(bus, EventBusName);
      const rules = bus.rules.filter((rule) => rule.busName === name && rule.name.startsWith(NamePrefix));
      return {
        permissions: [{ action: 'events:ListRules', resource: arn }],
        run: () => ({ Rules: rules.map(describeRule) }),
      };
    },
  };

  return {
    name: 'events',
    signingName: 'events',
    decode(request): Operation {
      const target = request.headers['x-amz-target'] ?? '';
      const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
      const plan = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!plan)
        throw notEmulated(
          `EventBridge's ${name || target || '(no x-amz-target)'}`,
          'Buses, rules and targets are those of the template.',
        );
      const input = readJsonBody(request.body, eventsInput);
      const { permissions, run } = plan(input);
      return { name, input, permissions, run: async () => run() };
    },
    encode: (_operation, result) => json(200, result),
    encodeError: ({ code, message, status, members }) => json(status, { __type: code, message, ...members }),
  };
}

function putEvents(entries: EventEntry[], bus: EventBus, meter: Meter) {
  const result = bus.putEvents(entries);
  for (const [index, entry] of entries.entries()) {
    const isTaken = 'EventId' in result.Entries[index]!;
    if (isTaken) meter.add('eventbridge_events', Math.ceil(entryBytes(entry) / BYTES_PER_EVENT), entry.DetailType);
  }
  return result;
}

function findBus(bus: EventBus, nameOrArn: string | undefined) {
  const found = bus.buses.find(({ name }) => name === busNameOf(nameOrArn));
  if (!found) throw new AwsError('ResourceNotFoundException', `Event bus ${busNameOf(nameOrArn)} does not exist.`);
  return found;
}

/** Its events are on the bus when it has answered. */
function replayView({ name, arn, archiveArn, startMs, endMs }: Replay) {
  return {
    ReplayName: name,
    ReplayArn: arn,
    State: 'COMPLETED',
    EventSourceArn: archiveArn,
    EventStartTime: startMs / 1000,
    EventEndTime: endMs / 1000,
  };
}

function describeRule({ name, arn, busName, description, pattern, isEnabled }: Rule) {
  const State = isEnabled ? 'ENABLED' : 'DISABLED';
  return {
    Name: name,
    Arn: arn,
    EventBusName: busName,
    Description: description,
    State,
    EventPattern: JSON.stringify(pattern),
  };
}

/**
 * The fields TestEventPattern asks of an event.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html The page names `resources` too,
 * but the service doesn't ask for it.
 */
const TEST_EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function readTestEvent(text: string): unknown {
  let event: unknown;
  try {
    event = parseExact(text);
  } catch (error) {
    throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${errorMessage(error)}`);
  }
  const missing = TEST_EVENT_FIELDS.find((field) => !isObject(event) || event[field] === undefined);
  if (missing)
    throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: the field ${missing} is missing.`);
  return event;
}

function json(status: number, body: unknown): WireResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
