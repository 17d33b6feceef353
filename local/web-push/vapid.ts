// Whether a push is signed by the server that the browser subscribed to.
// https://www.rfc-editor.org/rfc/rfc8292#section-4.2
import { errors, importJWK, jwtVerify } from 'jose';

/** AWS has no say in it: the RFC's limit. */
const EXPIRES_WITHIN_SECONDS = 24 * 60 * 60;

/** What is wrong with the Authorization header; undefined: nothing. */
export async function vapidProblem(
  authorization: string | undefined,
  { audience, applicationServerKey, nowMs }: { audience: string; applicationServerKey: string; nowMs: number },
): Promise<{ status: 401 | 403; message: string } | undefined> {
  const [, token, key] = /^vapid t=([^,\s]+),\s*k=([A-Za-z0-9_-]+)$/.exec(authorization ?? '') ?? [];
  if (!token || !key) return { status: 401, message: 'The Authorization header must be "vapid t=…, k=…".' };
  if (key !== applicationServerKey) return { status: 403, message: 'The browser subscribed with another key.' };
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  try {
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x: x!, y: y! }, 'ES256');
    const { payload } = await jwtVerify(token, publicKey, { audience, currentDate: new Date(nowMs) });
    const { exp = 0, sub = '' } = payload;
    if (exp === 0 || exp > nowMs / 1000 + EXPIRES_WITHIN_SECONDS)
      return { status: 403, message: 'exp must be within 24 h.' };
    return /^(mailto:|https:)/.test(sub) ? undefined : { status: 403, message: 'sub must be mailto: or https:.' };
  } catch (error) {
    if (error instanceof errors.JOSEError) return { status: 403, message: error.message };
    throw error;
  }
}
