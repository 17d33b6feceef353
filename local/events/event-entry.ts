// One entry of PutEvents: how AWS counts its size, what it refuses, and the event it becomes.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
import { randomUUID } from 'node:crypto';
import { parseExact } from './exact-json.ts';

export interface EventEntry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  /** Unix seconds, as the JSON protocol sends it, or ISO 8601. */
  Time?: number | string;
  TraceHeader?: string;
}
/**
 * The envelope a rule's pattern sees. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export interface BusEvent extends Record<string, unknown> {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
  /** Of what an archive replays. */
  'replay-name'?: string;
}
export interface EntryRefusal {
  ErrorCode: string;
  ErrorMessage: string;
}

/**
 * AWS's limit on how deep an event may nest.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
const MAX_DEPTH = 1000;

/**
 * What the user guide counts.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
 */
export function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: EventEntry): number {
  const timeBytes = Time === undefined ? 0 : 14;
  return [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(String(text)),
    timeBytes,
  );
}

/** Wording as the service answers. */
export function checkEntry(entry: EventEntry): EntryRefusal | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    const value = entry[name];
    if (typeof value === 'string' && value !== '') continue;
    return refuse('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if (entry.Source!.startsWith('aws.'))
    return refuse('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (entry.Time !== undefined && Number.isNaN(timeMs(entry.Time))) {
    return refuse('InvalidArgument', `Parameter Time is not valid. Reason: ${entry.Time} is no timestamp.`);
  }
  return isJsonObject(entry.Detail!) && depth(entry.Detail!) <= MAX_DEPTH
    ? undefined
    : refuse('MalformedDetail', 'Detail is malformed.');
}

export function toEvent(entry: EventEntry, place: { accountId: string; region: string; nowMs: number }): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType!,
    source: entry.Source!,
    account: place.accountId,
    time: isoSeconds(entry.Time === undefined ? place.nowMs : timeMs(entry.Time)),
    region: place.region,
    resources: entry.Resources ?? [],
    detail: parseExact(entry.Detail!) as Record<string, unknown>,
  };
}

/** EventBridge's times carry no milliseconds. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function timeMs(time: number | string): number {
  return typeof time === 'number' ? time * 1000 : Date.parse(time);
}

/** How deep brackets nest, strings left out. */
function depth(json: string): number {
  let deepest = 0;
  let level = 0;
  for (const [bracket] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (bracket === '{' || bracket === '[') deepest = Math.max(deepest, ++level);
    else if (bracket === '}' || bracket === ']') level--;
  }
  return deepest;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false; // Any text may come in; that it is no JSON is the answer.
  }
}

function refuse(ErrorCode: string, ErrorMessage: string): EntryRefusal {
  return { ErrorCode, ErrorMessage };
}
