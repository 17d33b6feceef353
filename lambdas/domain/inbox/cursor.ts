// Cursors of the list: the last id that was looked at, sealed to one user and one set of filters.
import { createHash } from 'node:crypto';
import { CallerError } from '../../../protocol/error-codes.ts';

export interface Position {
  /** Everything with a smaller id is still to come. */
  before: string;
  /** The page that begins here. */
  page: number;
}

/** 16 bytes of id, 4 of page, 16 of seal. */
const ID_BYTES = 16;
const SEAL_AT = ID_BYTES + 4;
const CURSOR_BYTES = SEAL_AT + 16;

/**
 * `context`: user and filters. A forged seal still reads only the caller's own notifications: the user is never taken
 * from here.
 */
export function writeCursor(position: Position, context: readonly unknown[]): string {
  const plain = Buffer.alloc(SEAL_AT);
  plain.write(position.before.replaceAll('-', ''), 'hex');
  plain.writeUInt32BE(position.page, ID_BYTES);
  return Buffer.concat([plain, seal(plain, context)]).toString('base64url');
}

export function readCursor(unverified: string, context: readonly unknown[]): Position {
  const bytes = Buffer.from(unverified, 'base64url');
  const plain = bytes.subarray(0, SEAL_AT);
  const isOurs =
    bytes.length === CURSOR_BYTES &&
    bytes.toString('base64url') === unverified &&
    bytes.subarray(SEAL_AT).equals(seal(plain, context));
  if (!isOurs) {
    throw new CallerError(
      'invalid_request',
      'cursor is not one of this user and these filters; start again without it, or keep the filters of the first page.',
      { field: 'cursor' },
    );
  }
  const hex = plain.toString('hex', 0, ID_BYTES);
  return {
    before: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    page: plain.readUInt32BE(ID_BYTES),
  };
}

function seal(plain: Buffer, context: readonly unknown[]): Buffer {
  return createHash('sha256').update(plain).update(JSON.stringify(context)).digest().subarray(0, 16);
}
