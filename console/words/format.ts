// Numbers, times and ids in the words of the console: every number has a unit, every id keeps its end.
import { UNREAD_COUNT_MAX } from '../../protocol/limits.ts';

/** `12 ms`, `2.16 s`, `58.3 s`, `4 min 2 s`, `57 min`, `17 h 27 min`, `364 days`. */
export function duration(ms: number): string {
  if (ms < 1) return '0 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return countdown(ms);
}

/** Whole units, as a countdown shows them: `4 s`, `57 min 53 s`, `17 h 27 min`, `364 days`. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return withRest(hours, 'h', minutes % 60, 'min');
  return `${Math.floor(hours / 24)} days`;
}

const withRest = (whole: number, unit: string, rest: number, small: string) =>
  rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${small}`;

/** One unit, for narrow places: `57 min`. */
export const roughly = (ms: number): string => countdown(ms).split(' ').slice(0, 2).join(' ');

/** `14:32:07`, in UTC as everything on the wire is. */
export const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

export const preciseTime = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

/** The time of day, with the date when it is another day than now. */
export function moment(ms: number, nowMs: number): string {
  const [at, now] = [new Date(ms).toISOString(), new Date(nowMs).toISOString()];
  if (at.slice(0, 10) === now.slice(0, 10)) return at.slice(11, 19);
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}

export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  return count < 1_024 * 1_024 ? `${(count / 1_024).toFixed(1)} KB` : `${(count / 1_048_576).toFixed(1)} MB`;
}

/** Two digits that count, without an exponent: `$0.0042`, `$0.0000029`, `$1.05`. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount >= 1) return `$${amount.toFixed(2)}`;
  const digits = Math.min(12, 1 - Math.floor(Math.log10(amount)));
  return `$${amount.toFixed(digits)}`;
}

/** Cut in the middle, so that ids that differ at the end look different. */
export const shortId = (id: string): string => (id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-8)}`);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const PLATFORMS: Record<string, string> = { fcm: 'FCM', apns: 'APNs', apns_sandbox: 'APNs sandbox', web: 'Browser' };
export const platformName = (platform: string): string => PLATFORMS[platform] ?? platform;

const SERVICES: Record<string, string> = {
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  sns: 'SNS',
  events: 'EventBridge',
  scheduler: 'EventBridge Scheduler',
  apigatewaymanagementapi: 'API Gateway',
  lambda: 'Lambda',
  logs: 'CloudWatch Logs',
  xray: 'X-Ray',
};
export const serviceName = (service: string): string => SERVICES[service] ?? service;

/** A user, and whose inbox it is where it belongs to an organisation. */
export const userName = (userId: string, orgId: string | undefined): string =>
  orgId === undefined ? userId : `${userId} in ${orgId}`;

/** Counts are exact up to here, and stay there beyond. */
export const unreadText = (count: number): string =>
  count >= UNREAD_COUNT_MAX ? `${UNREAD_COUNT_MAX}+` : String(count);

/** Frames that bring a notification or a signal; `sync` packs several. */
export const isDeliveryFrame = (type: string | undefined): boolean =>
  type === 'notification' || type === 'notifications' || type === 'event';
