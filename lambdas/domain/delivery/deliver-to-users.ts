// A request for many users: one task for each, sent in parts, so that a repeat goes on where it stopped.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { BulkRequests } from '../schedule/ports.ts';
import { amongOf, claimIdOf, type RequestKey } from '../schedule/request-key.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import type { DeliverTask } from '../schedule/task.ts';
import { inPacks } from '../schedule/task-pack.ts';
import type { Deps } from './ports.ts';

export interface BulkRequest {
  key: RequestKey;
  acceptedAtMs: number;
  request: NotificationRequest;
  isRedelivery: boolean;
  idsByAudience: boolean;
}

/** Our choice: what a crash may send twice. */
const PART_USERS = 500;
/**
 * Our choice: up to here tasks travel together, which is cheaper. A batch of a larger request would be ten times as
 * long, and what others send would wait for it.
 */
const PACKED_USERS_MAX = 100;
/** Our choice: up to here the content goes with every message; ten then fit 64 KB, which is what SQS bills (AWS). */
const INLINE_MAX_BYTES = 4 * 1024;

export async function deliverToUsers(
  deps: Pick<Deps, 'clock' | 'tasks' | 'bulk' | 'claims'>,
  { ttlSeconds: rowTtlSeconds }: { ttlSeconds(request: NotificationRequest, nowMs: number): number },
  { key, acceptedAtMs, request, isRedelivery, idsByAudience }: BulkRequest,
): Promise<void> {
  const { user_ids: named = [], ...shared } = request;
  const userIds = [...new Set(named)];
  const isLarge = userIds.length > 1 && Buffer.byteLength(JSON.stringify(shared)) > INLINE_MAX_BYTES;
  const ttlSeconds = requestTtlSeconds(deps.clock.now());
  const isInParts = userIds.length > PART_USERS;
  const done = isInParts && isRedelivery ? await deps.bulk.sent(key) : 0;
  if (isLarge && done === 0) await deps.bulk.keepContent(key, shared, ttlSeconds);
  const content = isLarge ? { audience: key.audience } : { request: shared };
  const claimId = request.claim && claimIdOf(key);
  if (claimId !== undefined) {
    // As long as the notifications: before any of them can be claimed.
    const ttl_seconds = rowTtlSeconds(request, deps.clock.now());
    await deps.claims.keepAudience(claimId, { user_ids: userIds, ttl_seconds });
  }
  const among = idsByAudience ? amongOf(key, request) : undefined;
  const common = {
    task: 'deliver',
    source: key.source,
    request_id: key.id,
    accepted_at_ms: acceptedAtMs,
    ...content,
    ...(among !== undefined && { among }),
    ...(claimId !== undefined && { claim_id: claimId }),
  } as const;
  for (let from = done; from < userIds.length; from += PART_USERS) {
    const part = userIds.slice(from, from + PART_USERS);
    await deps.tasks.send(
      inPacks(
        common,
        part.map((userId) => ({ user_id: userId })),
        userIds.length > PACKED_USERS_MAX ? 1 : undefined,
      ),
    );
    if (isInParts) await deps.bulk.saveSent(key, from + part.length, ttlSeconds);
  }
}

/** The content of one recipient's message: in it, or stored once for all of them. */
export async function contentOf(
  { bulk }: { bulk: Pick<BulkRequests, 'content'> },
  { request, source, request_id: id, audience = '' }: DeliverTask,
): Promise<NotificationRequest> {
  const found = request ?? (await bulk.content({ source, id, audience }));
  if (found === undefined) throw new Error('The content of a request with many recipients is no longer stored.');
  return found;
}
