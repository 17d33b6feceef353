// The key pair with which pushes to browsers are signed: made of one secret, so that all functions have the same.
// https://www.rfc-editor.org/rfc/rfc8292
import { createECDH, createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';

export interface VapidKeys {
  /** Uncompressed point, base64url. */
  publicKey: string;
  privateKey: KeyObject;
}

/** Order of the curve P-256: https://csrc.nist.gov/pubs/sp/800/186/final, 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** 64 bits beyond the order, so that each key is as likely as any other: FIPS 186-5, A.2.1. */
const SEED_BYTES = 40;
const SCALAR_BYTES = 32;

/** Another secret gives another key pair, which ends every subscription made with the one before. */
export function deriveVapidKeys(secret: string): VapidKeys {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'carillon web push', SEED_BYTES));
  const scalar = (BigInt(`0x${seed.toString('hex')}`) % (ORDER - 1n)) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url')) as [
    string,
    string,
  ];
  const jwk = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y };
  return { publicKey: point.toString('base64url'), privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

/** Made at the first use and kept as long as the container lives: most containers never push to a browser. */
export function vapidKeys(readSecret: () => Promise<string>): () => Promise<VapidKeys> {
  let kept: Promise<VapidKeys> | undefined;
  return () => {
    kept ??= readSecret().then(deriveVapidKeys, (error: unknown) => {
      // The next call tries again.
      kept = undefined;
      throw error;
    });
    return kept;
  };
}
