// What a push provider is handed for one endpoint, and what it finds wrong with it.
import { isObject } from '../is-object.ts';
import type { SnsAttributes } from './message-attributes.ts';
import type { Provider } from './platform-applications.ts';

/** Limit of FCM and of APNs alike (4,000 to 4,096 bytes by source; the larger one here). */
const MAX_PAYLOAD_BYTES = 4096;
/** https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns */
const MAX_COLLAPSE_ID_BYTES = 64;
/** https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages */
const FCM_MESSAGE_FIELDS = ['name', 'data', 'notification', 'android', 'webpush', 'apns', 'fcm_options', 'token'];

/**
 * The platform's own entry of a JSON-structured message, or the plain text in the shape SNS gives it.
 * `text` must have been checked by `checkStructure`.
 */
export function mobilePayload(provider: Provider, message: string | Record<string, string>): unknown {
  const own = typeof message === 'string' ? undefined : message[provider];
  if (own !== undefined) return JSON.parse(own);
  const text = typeof message === 'string' ? message : (message.default ?? '');
  return provider === 'GCM'
    ? { fcmV1Message: { message: { notification: { body: text } } } }
    : { aps: { alert: text } };
}

/** Why the provider would refuse the payload; undefined when it takes it. */
export function payloadFault(provider: Provider, payload: unknown, attributes: SnsAttributes): string | undefined {
  if (!isObject(payload)) return 'it is not a JSON object';
  return provider === 'GCM' ? fcmFault(payload) : apnsFault(payload, attributes);
}

type Fields = Record<string, any>;

function fcmFault(payload: Fields): string | undefined {
  // Without the v1 envelope it is the legacy form, which SNS translates itself; only its size is judged here.
  if (payload.fcmV1Message === undefined) return tooLarge(payload);
  const { message }: Fields = isObject(payload.fcmV1Message) ? payload.fcmV1Message : {};
  if (!isObject(message)) return 'fcmV1Message has no message object';
  const unknown = Object.keys(message).find((field) => !FCM_MESSAGE_FIELDS.includes(field));
  if (unknown) return `message has the unknown field ${unknown}`;
  for (const [where, data] of [
    ['data', message.data],
    ['android.data', isObject(message.android) ? message.android.data : undefined],
  ]) {
    if (data === undefined) continue;
    if (!isObject(data)) return `${where} is not an object`;
    const notText = Object.entries(data).find(([, value]) => typeof value !== 'string');
    if (notText) return `${where}.${notText[0]} is not a string`;
  }
  const { notification, android } = message;
  if (notification !== undefined && !isObject(notification)) return 'notification is not an object';
  for (const field of ['title', 'body', 'image']) {
    if (notification?.[field] !== undefined && typeof notification[field] !== 'string') {
      return `notification.${field} is not a string`;
    }
  }
  if (android !== undefined && !isObject(android)) return 'android is not an object';
  if (android?.priority !== undefined && !/^(normal|high)$/i.test(String(android.priority))) {
    return 'android.priority is neither normal nor high';
  }
  if (android?.ttl !== undefined && !/^\d+(\.\d{1,9})?s$/.test(String(android.ttl))) {
    return 'android.ttl is not a duration such as 3600s';
  }
  return tooLarge(message);
}

function apnsFault(payload: Fields, attributes: SnsAttributes): string | undefined {
  if (!isObject(payload.aps)) return 'it has no aps object';
  const { badge } = payload.aps;
  if (badge !== undefined && !Number.isInteger(badge)) return 'aps.badge is not a whole number';
  const value = (name: string) => attributes[`AWS.SNS.MOBILE.APNS.${name}`]?.StringValue;
  if (value('PUSH_TYPE') === 'background' && value('PRIORITY') === '10') {
    return 'a background push must have priority 5';
  }
  if (Buffer.byteLength(value('COLLAPSE_ID') ?? '') > MAX_COLLAPSE_ID_BYTES) {
    return `its collapse id is longer than ${MAX_COLLAPSE_ID_BYTES} bytes`;
  }
  return tooLarge(payload);
}

function tooLarge(sent: unknown): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(sent));
  return bytes > MAX_PAYLOAD_BYTES ? `it is ${bytes} bytes, the limit is ${MAX_PAYLOAD_BYTES}` : undefined;
}
