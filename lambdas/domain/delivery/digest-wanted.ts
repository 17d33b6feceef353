// Whether a request is gathered with others before it is delivered: as its producer asks, and as the user wants it.
import { DIGEST_ITEM_MESSAGE_MAX_CHARACTERS, DIGEST_ITEM_URL_MAX_CHARACTERS } from '../../../protocol/limits.ts';
import type { Frequency } from '../../../protocol/preferences.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { AddressedRequest } from '../model/addressed-request.ts';
import { isGroupMuted } from '../model/muting.ts';
import type { Preferences } from '../model/recipient.ts';
import { nextFullHour, nextTimeOfDay } from '../model/wall-clock.ts';
import { type DigestMember, memberIdOf } from '../schedule/digest.ts';
import type { DigestWanted } from '../schedule/join-digest.ts';

/** Names of digests: `key:` of the producer's, `type:` of those the user wants hourly or daily. */
export const KEY_PREFIX = 'key:';
export const TYPE_PREFIX = 'type:';

/** undefined: it is delivered by itself. What would expire before the window ends can't wait either. */
export function digestWanted(
  preferences: Preferences,
  request: AddressedRequest,
  nowMs: number,
): DigestWanted | undefined {
  const { digest, notification_type: type } = request;
  const canWait =
    request.store &&
    request.priority !== 'critical' &&
    !request.requires_ack &&
    request.claim === undefined &&
    request.deliver_when === undefined &&
    !isGroupMuted(preferences, request);
  if (!canWait) return undefined;
  const frequency = frequencyOf(preferences, type);
  if (frequency === 'immediate') return undefined;
  const isPreferred = frequency === 'hourly' || frequency === 'daily';
  if (digest === undefined && !isPreferred) return undefined;
  const closesAtMs = isPreferred ? endOf(frequency, preferences, nowMs) : nowMs + digest!.window_seconds * 1000;
  if (request.expires_at !== undefined && Date.parse(request.expires_at) <= closesAtMs) return undefined;
  if (digest === undefined) return { name: TYPE_PREFIX + type, closesAtMs };
  const { key, title, message, leading } = digest;
  // Who wants one a day does not want the first at once.
  const isLeading = leading === true && !isPreferred;
  return { name: KEY_PREFIX + key, closesAtMs, template: { title, message }, ...(isLeading && { isLeading }) };
}

const frequencyOf = ({ type_frequencies: frequencies }: Preferences, type: string): Frequency | undefined =>
  Object.hasOwn(frequencies, type) ? frequencies[type] : undefined;

const endOf = (frequency: 'hourly' | 'daily', { daily_digest: daily }: Preferences, nowMs: number): number =>
  frequency === 'hourly' ? nextFullHour(daily.time_zone, nowMs) : nextTimeOfDay(daily, nowMs);

/** As much of it as the digest shows. */
export function memberOf(
  requestId: string,
  userId: string,
  acceptedAtMs: number,
  request: NotificationRequest,
): DigestMember {
  return { id: memberIdOf(requestId, userId), accepted_at_ms: acceptedAtMs, ...shownOf(request) };
}

export function shownOf({
  notification_type,
  title = '',
  message = '',
  payload,
  priority,
}: Pick<NotificationRequest, 'notification_type' | 'title' | 'message' | 'payload' | 'priority'>): Omit<
  DigestMember,
  'id' | 'accepted_at_ms'
> {
  const { url } = payload;
  const isShort = typeof url === 'string' && url.length <= DIGEST_ITEM_URL_MAX_CHARACTERS;
  return {
    notification_type,
    title,
    message: cut(message, DIGEST_ITEM_MESSAGE_MAX_CHARACTERS),
    ...(isShort && { url }),
    ...(priority === 'high' && { is_high: true }),
  };
}

/** By whole characters: half of one is no text that a queue or a table takes. */
function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
