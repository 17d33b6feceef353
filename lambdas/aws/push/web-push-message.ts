// A push in the words of web push: what the service worker reads, encrypted for one browser.
// https://www.rfc-editor.org/rfc/rfc8291
import { createECDH, type ECDH } from 'node:crypto';
import { encrypt } from 'http_ece';
import type { PushContent } from '../../domain/push/push-content.ts';
import { fitted } from './push-payload.ts';

/**
 * Push services must take 4,096 bytes: https://www.rfc-editor.org/rfc/rfc8030#section-7.2. Less the header with the key
 * (86), the delimiter (1) and the tag (16).
 */
export const TEXT_MAX_BYTES = 4096 - 86 - 1 - 16;

/** As `carillon/client/service-worker` reads it. */
export const webMessage = (content: PushContent) => ({
  notification_id: content.notification_id,
  notification_type: content.notification_type,
  title: content.title,
  message: content.message,
  ...(content.badge !== undefined && { unread_count: content.badge }),
  ...(content.url !== undefined && { url: content.url }),
  ...(content.isUrgent && { is_urgent: true }),
  ...(content.payload && { payload: content.payload }),
});

export const webMessageText = (content: PushContent): string =>
  JSON.stringify(fitted(webMessage, content, TEXT_MAX_BYTES));

export interface Encrypting {
  /** Fixed only where a test compares with the RFC's own message. */
  salt?: Buffer;
  sender?: ECDH;
}

/** A body of Content-Encoding aes128gcm. */
export function encrypted(
  text: string,
  { p256dh, auth }: { p256dh: string; auth: string },
  { salt, sender = newSender() }: Encrypting = {},
): Buffer {
  return encrypt(Buffer.from(text), {
    version: 'aes128gcm',
    dh: p256dh,
    authSecret: auth,
    privateKey: sender,
    ...(salt && { salt }),
  });
}

/** Another one for each message, as the RFC asks. */
function newSender(): ECDH {
  const sender = createECDH('prime256v1');
  sender.generateKeys();
  return sender;
}
