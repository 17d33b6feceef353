// The part of `http_ece` that is used; the library has no types of its own.
declare module 'http_ece' {
  import type { ECDH } from 'node:crypto';

  interface Parameters {
    version: 'aes128gcm';
    /** The receiver's public key, base64url; to decrypt it is in the message. */
    dh?: string;
    /** Base64url. */
    authSecret: string;
    privateKey: ECDH;
    salt?: Buffer;
  }
  export function encrypt(text: Buffer, parameters: Parameters): Buffer;
  export function decrypt(body: Buffer, parameters: Parameters): Buffer;
}
