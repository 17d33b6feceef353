// Requests that wait in a digest: those that came together in one batch are added together, at the price of one write.
import type { Deps as ModelDeps } from '../model/ports.ts';
import type { DigestMember } from '../schedule/digest.ts';
import { type DigestDeps, type DigestWanted, joinDigest } from '../schedule/join-digest.ts';

/** A request whose time in a digest begins; it is not stored yet. */
export interface Waiting {
  userId: string;
  wanted: DigestWanted;
  member: DigestMember;
  /** By itself: it opened the window, and is not to wait. */
  deliverNow(): Promise<unknown>;
}

export type GatherDeps = DigestDeps & Pick<ModelDeps, 'metrics'>;

/** Those of one user and one digest are stored at once. Throws when any of them is to be tried again. */
export async function joinDigests(deps: GatherDeps, waiting: readonly Waiting[]): Promise<void> {
  const digests = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const digest = JSON.stringify([one.userId, one.wanted.name]);
    digests.set(digest, [...(digests.get(digest) ?? []), one]);
  }
  for (const together of digests.values()) {
    const [{ userId, wanted }] = together as [Waiting];
    const members = together.map(({ member }) => member);
    const leaders = await joinDigest(deps, userId, wanted, members);
    deps.metrics.count('digested', together.length - leaders.size);
    for (const { member, deliverNow } of together) if (leaders.has(member.id)) await deliverNow();
  }
}
