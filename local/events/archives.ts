// Archives of the template's buses, and replays of what they hold.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
import { AwsError } from '../aws/aws-error.ts';
import type { Stack } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import type { BusEvent } from './event-entry.ts';
import { compileRulePattern, type EventTest } from './pattern.ts';
import { busNameOf } from './rules.ts';
import { eventsSupport } from './support.ts';

export interface StartReplayInput {
  ReplayName?: string;
  EventSourceArn?: string;
  EventStartTime?: number;
  EventEndTime?: number;
  Destination?: { Arn?: string; FilterArns?: string[] };
}

export interface Replay {
  name: string;
  arn: string;
  archiveArn: string;
  startMs: number;
  endMs: number;
  events: number;
}

export interface Archives {
  /** What a bus has accepted. */
  keep(busName: string, event: BusEvent): void;
  /** Throws as the service refuses. */
  start(input: StartReplayInput): Replay;
  find(name: string | undefined): Replay;
  reset(): void;
}

interface Archive {
  arn: string;
  busArn: string;
  matches: EventTest;
  retentionMs: number;
  events: BusEvent[];
}

/** Our choice: what a developer's machine can spare. */
const EVENTS_KEPT = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** AWS: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html */
const REPLAY_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

export interface ArchivesDeps {
  now(): number;
  /** Matches these rules of the bus with events that carry `replay-name`. */
  publish(busName: string, events: BusEvent[], ruleArns: ReadonlySet<string>): void;
  ruleArns(busName: string): string[];
}

export function createArchives(stack: Stack, { now, publish, ruleArns }: ArchivesDeps): Archives {
  const archives = stack.ofType('AWS::Events::Archive').map((resource): Archive => {
    assertSupported(resource, eventsSupport.types);
    const { SourceArn, EventPattern, RetentionDays = 0 } = resource.properties;
    return {
      arn: resource.attributes.Arn!,
      busArn: SourceArn,
      matches: EventPattern === undefined ? () => true : compileRulePattern(EventPattern),
      // 0: for good.
      retentionMs: RetentionDays === 0 ? Number.POSITIVE_INFINITY : RetentionDays * DAY_MS,
      events: [],
    };
  });
  const replays = new Map<string, Replay>();

  return {
    keep(busName, event) {
      for (const { busArn, matches, events } of archives) {
        // An archive takes nothing that is replayed.
        if (busNameOf(busArn) !== busName || 'replay-name' in event || !matches(event)) continue;
        events.push(event);
        if (events.length > EVENTS_KEPT) events.shift();
      }
    },
    start({ ReplayName: name = '', EventSourceArn, EventStartTime, EventEndTime, Destination = {} }) {
      if (!REPLAY_NAME.test(name)) throw invalid('ReplayName must have 1 to 64 letters, digits, ".", "-" or "_".');
      if (replays.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
      const archive = archives.find(({ arn }) => arn === EventSourceArn);
      if (!archive) throw new AwsError('ResourceNotFoundException', `Archive ${EventSourceArn} does not exist.`);
      if (Destination.Arn !== archive.busArn) throw invalid('The destination must be the bus of the archive.');
      if (typeof EventStartTime !== 'number' || typeof EventEndTime !== 'number' || EventEndTime <= EventStartTime)
        throw invalid('EventEndTime must be after EventStartTime.');
      const busName = busNameOf(archive.busArn);
      const filter = new Set(Destination.FilterArns ?? []);
      const unknown = [...filter].find((arn) => !ruleArns(busName).includes(arn));
      if (filter.size === 0 || unknown !== undefined)
        throw invalid(`FilterArns must name rules of the bus here${unknown ? `, not ${unknown}` : ''}.`);
      const [startMs, endMs] = [EventStartTime * 1000, EventEndTime * 1000];
      const oldestMs = now() - archive.retentionMs;
      const chosen = archive.events.filter(({ time }) => {
        const atMs = Date.parse(time);
        return atMs >= startMs && atMs <= endMs && atMs >= oldestMs;
      });
      const arn = `arn:aws:events:${stack.region}:${stack.accountId}:replay/${name}`;
      const replay: Replay = { name, arn, archiveArn: archive.arn, startMs, endMs, events: chosen.length };
      replays.set(name, replay);
      publish(
        busName,
        chosen.map((event) => ({ ...event, 'replay-name': name })),
        filter,
      );
      return replay;
    },
    find(name = '') {
      const replay = replays.get(name);
      if (!replay) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
      return replay;
    },
    reset() {
      replays.clear();
      for (const archive of archives) archive.events.length = 0;
    },
  };
}

const invalid = (message: string) => new AwsError('ValidationException', message);
