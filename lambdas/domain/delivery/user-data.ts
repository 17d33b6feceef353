// All that is stored of one user: given out, or erased. Both walk the table in calls that each do a bounded share.
import { CallerError } from '../../../protocol/error-codes.ts';
import type { ErasedUser, UserExport } from '../../../protocol/user-data.ts';
import { forgetDevices } from '../push/remove-device.ts';
import { logOut, StillOpening } from '../sockets/close-sockets.ts';
import type { Deps } from './ports.ts';

/** Where a walk goes on: in the user's own partition, then in the whole table. */
export interface WalkPosition {
  in: 'own' | 'table';
  from?: Record<string, any> | undefined;
}

export interface UserRow {
  key: { pk: string; sk: string };
  /** What an export shows of it. */
  shown: Record<string, unknown>;
  /** Of a claim, which is about others too: the row stays, without the user. */
  claim?: { id: string; inbox: string };
  /** The note of the last logout: without it, a credential from before it opens sockets again. */
  isLogout?: true;
}

export interface UserRowsPage {
  rows: UserRow[];
  /** Absent at the end of the table. */
  next?: WalkPosition;
}

export interface UserRows {
  page(userId: string, position: WalkPosition): Promise<UserRowsPage>;
  remove(rows: readonly UserRow[]): Promise<void>;
}

type WalkDeps = { userRows: UserRows };
type Closing =
  | 'connections'
  | 'sender'
  | 'closer'
  | 'metrics'
  | 'log'
  | 'clock'
  | 'recipients'
  | 'logouts'
  | 'inboxRules';
export type EraseDeps = WalkDeps & Pick<Deps, Closing | 'devices' | 'push' | 'claims'>;

export async function exportUser({ userRows }: WalkDeps, userId: string, cursor?: string): Promise<UserExport> {
  const position = positionOf(cursor);
  const { rows, next } = await userRows.page(userId, position);
  // The walk through the table meets the user's own partition again.
  const fresh = position.in === 'own' ? rows : rows.filter(({ key }) => key.pk !== `USER#${userId}`);
  return { rows: fresh.map(({ shown }) => shown), next_cursor: next ? cursorOf(next) : null };
}

/**
 * Sockets are closed and phones forgotten first, so that nothing more is sent; the note that the user logged out goes
 * when the walk through the table comes to it. May be repeated.
 */
export async function eraseUser(deps: EraseDeps, userId: string, cursor?: string): Promise<ErasedUser> {
  if (cursor === undefined) {
    const nowMs = deps.clock.now();
    try {
      await logOut(deps, userId, nowMs);
    } catch (error) {
      if (!(error instanceof StillOpening)) throw error;
      throw new CallerError('conflict', 'A socket of this user is opening. Repeat the call in 20 seconds.');
    }
    await forgetDevices(deps, userId, nowMs);
  }
  const position = positionOf(cursor);
  const { rows: found, next } = await deps.userRows.page(userId, position);
  const rows = position.in === 'own' ? found.filter(({ isLogout }) => !isLogout) : found;
  const claims = new Map(rows.flatMap(({ claim }) => (claim ? [[claim.id, claim.inbox]] : [])));
  for (const [id, inbox] of claims) await deps.claims.leave(id, inbox);
  await deps.userRows.remove(rows.filter(({ claim }) => claim === undefined));
  return { erased: rows.length, next_cursor: next ? cursorOf(next) : null };
}

const cursorOf = (position: WalkPosition): string => Buffer.from(JSON.stringify(position)).toString('base64url');

function positionOf(cursor: string | undefined): WalkPosition {
  if (cursor === undefined) return { in: 'own' };
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (position.in === 'own' || position.in === 'table') return position;
  } catch {
    // Refused below, like everything else that is no cursor.
  }
  throw new CallerError('invalid_request', 'cursor must be the next_cursor of the call before', { field: 'cursor' });
}
