// Ids and times in the forms API Gateway writes them.
import { randomBytes } from 'node:crypto';

/** `R0oXAdfgoAMCJ2w=`: 11 bytes in URL-safe base64, as connection, message and request ids look on AWS. */
export const gatewayId = () => `${randomBytes(11).toString('base64url')}=`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number) => String(n).padStart(2, '0');

/** `09/Mar/2025:21:05:07 +0000` */
export function clfTime(nowMs: number): string {
  const t = new Date(nowMs);
  const day = `${two(t.getUTCDate())}/${MONTHS[t.getUTCMonth()]}/${t.getUTCFullYear()}`;
  return `${day}:${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} +0000`;
}

/** An X-Ray trace header for a request that brings none. */
export function traceHeader(nowMs: number): string {
  return `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
}

/** IPv4 addresses mapped into IPv6 are written plainly, as a caller would know them. */
export const sourceIp = (address: string | undefined) => (address ?? '127.0.0.1').replace(/^::ffff:/, '');
