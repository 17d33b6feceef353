// A push in the words of FCM v1 and of APNs, and never longer than they take.
// https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
// https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification

import type { Phone } from '../../domain/model/recipient.ts';
import type { PushContent } from '../../domain/push/push-content.ts';

/** Limit of FCM and of APNs alike. */
const PAYLOAD_MAX_BYTES = 4096;
const ELLIPSIS = '…';

/** SNS's own keys of the platforms; FCM is still GCM there. */
export const SNS_PLATFORMS = { fcm: 'GCM', apns: 'APNS', apns_sandbox: 'APNS_SANDBOX' } as const;

type Render = (content: PushContent) => { [name: string]: unknown };

/** `Message` of a Publish with MessageStructure json: an entry per platform, and the one a topic must have. */
export function pushMessage(content: PushContent, platforms: readonly Phone['platform'][]): string {
  const entries = platforms.map((platform) => {
    const text =
      platform === 'fcm'
        ? JSON.stringify({ fcmV1Message: { message: fitted(fcm, content) } })
        : JSON.stringify(fitted(apns, content));
    return [SNS_PLATFORMS[platform], text];
  });
  return JSON.stringify({ default: content.title, ...Object.fromEntries(entries) });
}

/**
 * How SNS hands it on: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html#sns-attrib-mobile-reserved
 */
export function pushAttributes(content: PushContent, platforms: readonly Phone['platform'][]) {
  const values: Record<string, string> = {};
  for (const platform of platforms) {
    values[`AWS.SNS.MOBILE.${platform === 'fcm' ? 'FCM' : SNS_PLATFORMS[platform]}.TTL`] = String(content.ttlSeconds);
  }
  if (platforms.some((platform) => platform !== 'fcm')) {
    values['AWS.SNS.MOBILE.APNS.PUSH_TYPE'] = 'alert';
    // 10 at once, 5 when it suits the phone's battery.
    values['AWS.SNS.MOBILE.APNS.PRIORITY'] = content.isUrgent ? '10' : '5';
    values['AWS.SNS.MOBILE.APNS.COLLAPSE_ID'] = content.notification_id;
  }
  return stringAttributes(values);
}

export const stringAttributes = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));

/**
 * `tag` makes a repeat replace the first on the phone. `collapse_key` is left out: FCM keeps no more than four
 * different ones for a phone that is off, and drops the rest:
 * https://firebase.google.com/docs/cloud-messaging/concept-options#collapsible_and_non-collapsible_messages
 */
const fcm: Render = (content) => ({
  notification: { title: content.title, body: content.message },
  data: {
    notification_id: content.notification_id,
    notification_type: content.notification_type,
    ...(content.badge !== undefined && { unread_count: String(content.badge) }),
    ...(content.url !== undefined && { url: content.url }),
    ...(content.payload && { payload: JSON.stringify(content.payload) }),
  },
  android: {
    priority: content.isUrgent ? 'high' : 'normal',
    ttl: `${content.ttlSeconds}s`,
    notification: {
      tag: content.notification_id,
      ...(content.badge !== undefined && { notification_count: content.badge }),
    },
  },
});

const apns: Render = (content) => ({
  aps: {
    alert: { title: content.title, body: content.message },
    sound: 'default',
    ...(content.badge !== undefined && { badge: content.badge }),
    'thread-id': content.notification_type,
  },
  notification_id: content.notification_id,
  notification_type: content.notification_type,
  ...(content.url !== undefined && { url: content.url }),
  ...(content.payload && { payload: content.payload }),
});

/** Too long, it loses its payload first, which the app can fetch by the id; then the end of its text. */
export function fitted(render: Render, content: PushContent, maxBytes = PAYLOAD_MAX_BYTES) {
  const fits = (one: PushContent) => Buffer.byteLength(JSON.stringify(render(one))) <= maxBytes;
  if (fits(content)) return render(content);
  const bare = { ...content, payload: undefined };
  if (fits(bare)) return render(bare);
  const characters = [...bare.message];
  let [kept, tooMany] = [0, characters.length];
  while (tooMany - kept > 1) {
    const middle = Math.floor((kept + tooMany) / 2);
    if (fits(cut(bare, characters, middle))) kept = middle;
    else tooMany = middle;
  }
  return render(cut(bare, characters, kept));
}

/** By whole characters: half of a surrogate pair is no text. */
const cut = (content: PushContent, characters: readonly string[], length: number): PushContent => ({
  ...content,
  message: characters.slice(0, length).join('').trimEnd() + ELLIPSIS,
});
