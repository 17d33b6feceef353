// A silent push that takes back what a phone shows: its app removes the notification with that id.
import type { Phone } from '../../domain/model/recipient.ts';
import type { Withdrawal } from '../../domain/push/push-content.ts';
import { SNS_PLATFORMS, stringAttributes } from './push-payload.ts';

/** Our choice: later a phone that was off has other news. */
const TTL_SECONDS = 24 * 60 * 60;

export function withdrawalMessage(withdrawal: Withdrawal, platform: Phone['platform']): string {
  const { notification_id: id, up_to: upTo, unread_count: unread } = withdrawal;
  const data = { withdrawn: 'true', ...(id && { notification_id: id }), ...(upTo && { up_to: upTo }) };
  const entry =
    platform === 'fcm'
      ? { fcmV1Message: { message: { data: { ...data, unread_count: String(unread) }, android: fcmOptions } } }
      : // Nothing else may be in it: https://developer.apple.com/documentation/usernotifications/pushing-background-updates-to-your-app
        { aps: { 'content-available': 1 }, ...data, unread_count: unread };
  return JSON.stringify({ default: 'withdrawn', [SNS_PLATFORMS[platform]]: JSON.stringify(entry) });
}

const fcmOptions = { priority: 'normal', ttl: `${TTL_SECONDS}s` };

export function withdrawalAttributes({ notification_id: id }: Withdrawal, platform: Phone['platform']) {
  const name = platform === 'fcm' ? 'FCM' : SNS_PLATFORMS[platform];
  return stringAttributes({
    [`AWS.SNS.MOBILE.${name}.TTL`]: String(TTL_SECONDS),
    ...(platform !== 'fcm' && {
      'AWS.SNS.MOBILE.APNS.PUSH_TYPE': 'background',
      // The only one that is allowed.
      'AWS.SNS.MOBILE.APNS.PRIORITY': '5',
      // A push that waits for a phone that is off is replaced.
      ...(id && { 'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': id }),
    }),
  });
}
