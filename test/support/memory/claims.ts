// Claims in memory.
import { hasLapsed } from '../../../lambdas/domain/inbox/claim.ts';
import type { ClaimAudience, ClaimState, Claims } from '../../../lambdas/domain/inbox/ports.ts';
import type { Memory } from './memory.ts';

export function memoryClaims({ call, table }: Memory): Claims {
  const states = table<ClaimState>('claims');
  const audiences = table<ClaimAudience>('claimAudiences');
  const release = (id: string, userId: string): ClaimState | undefined => {
    const { version = 0, holder } = states.get(id, 'CLAIM') ?? {};
    if (holder?.user_id !== userId) return undefined;
    const after = { version: version + 1 };
    states.set(id, 'CLAIM', after);
    return after;
  };
  return {
    keepAudience: (id, audience) => call('claims.keepAudience', () => void audiences.set(id, 'USERS', audience)),
    audience: (id) => call('claims.audience', () => audiences.get(id, 'USERS')),
    take: (id, holder) =>
      call('claims.take', () => {
        const { version = 0, holder: before } = states.get(id, 'CLAIM') ?? {};
        const isFree = before === undefined || hasLapsed(before, Date.parse(holder.claimed_at));
        const isRenewed = before?.user_id === holder.user_id && before.claimed_at < holder.claimed_at;
        if (!isFree && !isRenewed) return { version, holder: before };
        const after = { version: version + 1, holder };
        states.set(id, 'CLAIM', after);
        return after;
      }),
    release: (id, userId) => call('claims.release', () => release(id, userId)),
    leave: (id, userId) =>
      call('claims.leave', () => {
        release(id, userId);
        const audience = audiences.get(id, 'USERS');
        if (!audience) return;
        audiences.set(id, 'USERS', { ...audience, user_ids: audience.user_ids.filter((one) => one !== userId) });
      }),
    states: (ids) =>
      call('claims.states', () => {
        const found = ids.flatMap((id) => {
          const state = states.get(id, 'CLAIM');
          return state ? [[id, state] as const] : [];
        });
        return new Map(found);
      }),
  };
}
