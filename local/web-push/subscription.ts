// A browser's push subscription: its keys, and what it makes of a message.
// https://www.rfc-editor.org/rfc/rfc8291
import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { decrypt } from 'http_ece';

export interface Subscription {
  id: string;
  /** Base64url; it stays in the browser. */
  privateKey: string;
  p256dh: string;
  auth: string;
  /** Of the server that alone may push. */
  applicationServerKey: string;
  /** Who the console says is signed in there. */
  userId: string;
}

export function newSubscription(applicationServerKey: string, userId: string): Subscription {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return {
    id: randomUUID(),
    privateKey: ecdh.getPrivateKey('base64url'),
    p256dh: ecdh.getPublicKey('base64url'),
    auth: randomBytes(16).toString('base64url'),
    applicationServerKey,
    userId,
  };
}

/** Throws where the message was made for another browser, or not by the RFC. */
export function decrypted(body: Buffer, { privateKey, auth }: Subscription): string {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey, 'base64url');
  return decrypt(body, { version: 'aes128gcm', privateKey: ecdh, authSecret: auth }).toString();
}
