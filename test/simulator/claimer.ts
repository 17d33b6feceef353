// Recipients who claim one notification, all at about the same time, and some who give it back.
import { claim, releaseClaim } from '../../lambdas/domain/inbox/claim.ts';
import type { Claim } from '../../protocol/claim.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import type { Observed } from './observed.ts';
import { type Op, userName } from './plan.ts';
import type { World } from './world.ts';

export interface ClaimCall {
  user: string;
  /** Of the request. */
  key: string;
  act: 'claim' | 'release';
  /** Its effect came between the two, if it came. */
  startMs: number;
  endMs: number;
  /** Only of a call that was answered. */
  answer?: Claim;
  /** Code of the error that the caller was answered with. */
  refused?: string;
}

export interface Claimer {
  calls: ClaimCall[];
  perform(op: Extract<Op, { kind: 'claim' | 'release' }>): Promise<void>;
}

export function createClaimer({ time, containers, trace }: World, observed: Observed): Claimer {
  const calls: ClaimCall[] = [];
  return {
    calls,
    async perform({ kind: act, user: number, of: key }) {
      const user = userName(number);
      // As its list shows it; before it is stored, there is nothing to claim.
      const id = observed.rows.find((row) => row.user === user && row.title === key)?.id;
      if (id === undefined) return;
      const call: ClaimCall = { user, key, act, startMs: time.now(), endMs: Number.POSITIVE_INFINITY };
      calls.push(call);
      const { status, result, error } = await containers.invoke('inbox', `${user} ${act} ${time.now()}`, (deps) =>
        act === 'claim' ? claim(deps, user, id) : releaseClaim(deps, user, id),
      );
      call.endMs = time.now();
      if (result !== undefined) call.answer = result;
      if (error instanceof CallerError) call.refused = error.code;
      trace.note(() => `${user} ${act}s ${key}: ${status} ${describe(result)}`);
    },
  };
}

const describe = (claim: Claim | undefined): string =>
  claim === undefined ? '' : `version ${claim.version}, ${claim.holder?.user_id ?? 'nobody'}`;
