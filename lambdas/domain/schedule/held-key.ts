// Under which key a request waits for one of its users to be present.
import type { RequestKey } from './request-key.ts';

const HELD = 'held:';

/** Its own state is kept under its audience, so what waits is kept beside it, user by user. */
export const heldKey = ({ source, id }: Pick<RequestKey, 'source' | 'id'>, userId: string): RequestKey => ({
  source,
  id,
  audience: HELD + userId,
});

export const heldFor = (audience: string): string | undefined =>
  audience.startsWith(HELD) ? audience.slice(HELD.length) : undefined;
