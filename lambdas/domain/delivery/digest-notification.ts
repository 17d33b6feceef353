// The one notification that groups all requests of a digest.
import type { Digest, DigestItem } from '../../../protocol/digest.ts';
import { MESSAGE_MAX_CHARACTERS, PAYLOAD_MAX_BYTES, TITLE_MAX_CHARACTERS } from '../../../protocol/limits.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import { fillText } from '../../../protocol/text-template.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { DigestContent, DigestMember, DigestTemplate, DigestWindow } from '../schedule/digest.ts';
import { KEY_PREFIX, TYPE_PREFIX } from './digest-wanted.ts';
import { RATE_NAME } from './sender-rate.ts';

export function digestRequest(
  userId: string,
  { name, template }: DigestWindow,
  content: DigestContent,
): NotificationRequest {
  const newest = content.newest[0]!;
  const { title, message } = textsOf(name, template, newest, content.count);
  const digest = shortened({
    by: name.startsWith(KEY_PREFIX) ? 'key' : name.startsWith(TYPE_PREFIX) ? 'type' : 'rate',
    ...(name.startsWith(KEY_PREFIX) && { key: name.slice(KEY_PREFIX.length) }),
    count: content.count,
    ...(content.is_cut && { count_exact: false }),
    items: content.newest.map(itemOf),
  });
  const isAlone = content.count === 1 && newest.url !== undefined;
  return {
    user_id: userId,
    notification_type: newest.notification_type,
    title,
    message,
    payload: { ...(isAlone && { url: newest.url }), digest },
    priority: content.is_high ? 'high' : 'normal',
    requires_ack: false,
    store: true,
  };
}

const filled = ({ title, message }: DigestTemplate, count: number): DigestTemplate => ({
  title: fillText(title, { count }, TITLE_MAX_CHARACTERS),
  message: fillText(message, { count }, MESSAGE_MAX_CHARACTERS),
});

function textsOf(name: string, template: DigestTemplate | undefined, newest: DigestMember, count: number) {
  if (template) return filled(template, count);
  return name === RATE_NAME ? summaryTexts(newest, count) : defaultTexts(newest, count);
}

/** These are in the inbox already. */
const summaryTexts = ({ title }: DigestMember, count: number): DigestTemplate => ({
  title: `${count} more ${count === 1 ? 'notification' : 'notifications'}`,
  message: count === 1 ? title : `${title}, and ${count - 1} more`,
});

const defaultTexts = ({ title, message }: DigestMember, count: number): DigestTemplate => ({
  title,
  message: count === 1 ? message : `and ${count - 1} more`,
});

const itemOf = ({ id, notification_type, title, message, accepted_at_ms: atMs, url }: DigestMember): DigestItem => ({
  id,
  notification_type,
  title,
  message,
  requested_at: toTimestamp(atMs),
  ...(url !== undefined && { url }),
});

/** The oldest are left out until it is no larger than any payload may be. */
function shortened(digest: Digest): Digest {
  const { items } = digest;
  const isTooLarge = Buffer.byteLength(JSON.stringify({ digest, url: items[0]?.url })) > PAYLOAD_MAX_BYTES;
  return isTooLarge && items.length > 1 ? shortened({ ...digest, items: items.slice(0, -1) }) : digest;
}
