// Planted bugs: each changes one place of the product, and the tests that run in milliseconds must notice it.

export interface Mutant {
  /** What a user would meet. */
  bug: string;
  file: string;
  /** Occurs once in the file. */
  find: string;
  replace: string;
  /** Survives on purpose, and why. */
  survives?: string;
}

const DOMAIN = 'lambdas/domain';
const mutant = (bug: string, file: string, find: string, replace: string, survives?: string): Mutant => ({
  bug,
  file,
  find,
  replace,
  ...(survives !== undefined && { survives }),
});

export const MUTANTS: Mutant[] = [
  // Credentials.
  mutant(
    'a token for an audience that contains ours is accepted',
    'lambdas/aws/sockets/tokens.ts',
    "typeof name === 'string' && audiences.includes(name)",
    "typeof name === 'string' && audiences.some((one) => name.includes(one))",
  ),
  mutant(
    'a token for a part of our audience, or for none, is accepted',
    'lambdas/aws/sockets/tokens.ts',
    "typeof name === 'string' && audiences.includes(name)",
    'audiences.some((one) => one.includes(String(name ?? "")))',
  ),
  mutant(
    'a scope that contains the administrators’ is accepted',
    `${DOMAIN}/sockets/access-token.ts`,
    'ADMIN_SCOPES.some((scope) => scopes.includes(scope))',
    'ADMIN_SCOPES.some((scope) => String(claim).includes(scope))',
  ),
  mutant(
    'the administrators’ scope is not accepted',
    `${DOMAIN}/sockets/access-token.ts`,
    '[claims.scope, claims.scp].some(hasAdminScope)',
    'false',
  ),
  mutant(
    'everyone is an administrator',
    `${DOMAIN}/sockets/access-token.ts`,
    'groups.includes(ADMIN_GROUP) ||',
    'true ||',
  ),
  mutant('an expired token is accepted', `${DOMAIN}/sockets/access-token.ts`, 'exp * 1000 <= nowMs', 'exp * 1000 < 0'),
  mutant(
    'a token issued in the future is accepted',
    `${DOMAIN}/sockets/access-token.ts`,
    'iat * 1000 > nowMs',
    'iat < 0',
  ),
  mutant(
    'a logout also ends what was issued up to 200 s after it',
    `${DOMAIN}/sockets/logout.ts`,
    'Date.parse(issuedAt) <= loggedOutAtMs',
    'Date.parse(issuedAt) <= loggedOutAtMs + 200_000',
  ),
  mutant(
    'a credential without an issue time survives a logout',
    `${DOMAIN}/sockets/logout.ts`,
    'issuedAt === undefined || ',
    'issuedAt !== undefined && ',
  ),
  mutant(
    'a ticket outlives the token it was made with',
    `${DOMAIN}/sockets/ticket.ts`,
    'Math.min(nowMs + ttlSeconds * 1000, endsAtMs)',
    'nowMs + ttlSeconds * 1000',
  ),
  mutant(
    'an expired ticket opens a socket',
    `${DOMAIN}/sockets/ticket.ts`,
    'grant === undefined || Date.parse(grant.expires_at) <= deps.clock.now()',
    'grant === undefined',
  ),
  mutant(
    'a page of any origin may connect',
    `${DOMAIN}/sockets/authorise-connection.ts`,
    '!isAllowedOrigin(handshake.origin, allowedOrigins)',
    'false',
  ),
  mutant(
    'a credential opens a socket for the user that the query names',
    `${DOMAIN}/sockets/authorise-connection.ts`,
    'handshake.userId !== undefined && handshake.userId !== grant.user_id',
    'false',
  ),
  mutant(
    'a user who logged out while the socket opened stays connected',
    `${DOMAIN}/sockets/connect.ts`,
    'if (refusal) {',
    'if (refusal === null) {',
  ),
  mutant(
    'a socket past its credential is sent frames',
    `${DOMAIN}/model/channels.ts`,
    'connections.filter((connection) => !hasEnded(connection, nowMs))',
    'connections',
  ),
  mutant('any topic may be subscribed to', `${DOMAIN}/sockets/subscribe.ts`, '!grant.topics.includes(topic)', 'false'),
  mutant(
    'a credential may name another user’s wal: topic',
    'protocol/topic.ts',
    "&& !topic.startsWith(walTopic(''))",
    '',
  ),
  mutant('a user id may hold invisible characters', 'protocol/user-id.ts', '\\p{Cc}\\p{Cf}\\p{Cs}', '\\p{Cs}'),
  // Filing and reading.
  mutant('sync does not overlap', `${DOMAIN}/inbox/sync.ts`, 'idTimeMs(since) - SETTLING_MS', 'idTimeMs(since)'),
  mutant(
    'sync says that nothing is missing after an id that is not known',
    `${DOMAIN}/inbox/sync.ts`,
    'recovered: isKnown && isWhole',
    'recovered: isWhole',
  ),
  mutant(
    'sync says that nothing is missing when it stopped',
    `${DOMAIN}/inbox/sync.ts`,
    'recovered: isKnown && isWhole',
    'recovered: isKnown',
  ),
  mutant(
    'a late notification is filed under the time of its request',
    `${DOMAIN}/model/filing.ts`,
    'nowMs - timeMs > FILED_LATE_MS',
    'false',
  ),
  mutant(
    'the second late attempt is filed under a time of its own',
    `${DOMAIN}/model/filing.ts`,
    'else if (isRefiled(outcome)) timeMs = outcome.filed_at_ms;',
    'else if (isRefiled(outcome)) timeMs = nowMs + 1;',
  ),
  mutant(
    'a notification marked unread again is read by an earlier mark',
    `${DOMAIN}/model/watermark.ts`,
    'id <= mark.before && moment <= mark.at',
    'id <= mark.before',
  ),
  mutant(
    'a watermark leaves its own last notification unread',
    `${DOMAIN}/model/watermark.ts`,
    'id <= mark.before &&',
    'id < mark.before &&',
  ),
  mutant(
    'cleared notifications count as unread',
    `${DOMAIN}/inbox/unread-count.ts`,
    'keys.filter((key) => key.id > clearedBefore && isUnread',
    'keys.filter((key) => isUnread',
    'Clearing marks everything read as well, so a watermark covers what is cleared.',
  ),
  mutant(
    'expired announcements count as unread',
    `${DOMAIN}/inbox/unread-count.ts`,
    'if (expiresAt !== undefined && expiresAt <= now) return false;',
    '',
  ),
  mutant('a new user has old announcements unread', `${DOMAIN}/model/broadcast-view.ts`, '|| id <= knownSince ?', '?'),
  mutant(
    'everyone sees a rollout at once',
    `${DOMAIN}/model/broadcast-view.ts`,
    'percent === undefined || userHash(userId) < canaryEnd(percent)',
    'true',
  ),
  mutant(
    'two users with the same request share an id',
    `${DOMAIN}/model/notification-id.ts`,
    '\\0${userId',
    "\\0${'anybody'",
  ),
  mutant(
    'a cursor of another user is accepted',
    `${DOMAIN}/inbox/cursor.ts`,
    'bytes.subarray(SEAL_AT).equals(seal(plain, context))',
    'true',
  ),
  // What is stored.
  mutant(
    'requires_ack is dropped',
    `${DOMAIN}/model/stored-notification.ts`,
    '...(request.requires_ack && { requires_ack: true }),',
    '',
  ),
  mutant(
    'deliver_at is dropped',
    `${DOMAIN}/model/stored-notification.ts`,
    '...(request.deliver_at !== undefined && { deliver_at: request.deliver_at }),',
    '',
  ),
  mutant(
    'expires_at is dropped',
    `${DOMAIN}/model/stored-notification.ts`,
    '...(request.expires_at !== undefined && { expires_at: request.expires_at }),',
    '',
  ),
  mutant(
    'the priority is dropped',
    `${DOMAIN}/model/stored-notification.ts`,
    "...(request.priority !== 'normal' && { priority: request.priority }),",
    '',
  ),
  mutant(
    'the payload is dropped',
    `${DOMAIN}/model/stored-notification.ts`,
    '...(Object.keys(request.payload).length > 0 && { payload: JSON.stringify(request.payload) }),',
    '',
  ),
  mutant(
    'a row outlives expires_at',
    `${DOMAIN}/model/expiry.ts`,
    'Math.min(retained, Math.ceil(Date.parse(request.expires_at) / 1000))',
    'retained',
  ),
  // Channels.
  mutant('a muted type reaches sockets', `${DOMAIN}/model/channels.ts`, '&& !isMutedBy(preferences, wanted));', ');'),
  mutant(
    'a critical notification can be muted',
    `${DOMAIN}/model/channels.ts`,
    'const isMuted = !isCritical && isMutedBy',
    'const isMuted = isMutedBy',
  ),
  mutant(
    'push is sent to users who switched it off',
    `${DOMAIN}/model/channels.ts`,
    '(!isMuted && preferences.push_notifications)',
    '!isMuted',
  ),
  mutant(
    'quiet hours hold critical notifications',
    `${DOMAIN}/model/channels.ts`,
    'isCritical || !mayPush || devices.length === 0 ? undefined',
    '!mayPush || devices.length === 0 ? undefined',
  ),
  mutant(
    'quiet hours overnight are never quiet',
    `${DOMAIN}/model/quiet-hours.ts`,
    'now >= start || now < end',
    'now >= start && now < end',
  ),
  mutant(
    'what the user has read is pushed after quiet hours',
    `${DOMAIN}/delivery/held-push.ts`,
    '|| isSeen(stored, recipient)',
    '',
  ),
  mutant(
    'what has expired is pushed after quiet hours',
    `${DOMAIN}/delivery/held-push.ts`,
    '|| hasExpired(stored, deps.clock.now())',
    '',
  ),
  mutant(
    'a push is sent twice when the message comes twice',
    `${DOMAIN}/delivery/push-once.ts`,
    'if (!isFirst && !isRedelivery) return;',
    '',
  ),
  mutant(
    'an acknowledged notification is sent again',
    `${DOMAIN}/delivery/ack-check.ts`,
    'stored.acknowledged_at !== undefined ||',
    '',
  ),
  mutant(
    'the third send comes at once',
    `${DOMAIN}/delivery/ack-check.ts`,
    'await deps.tasks.send(...ackCheck(userId, id, 2));',
    'await deps.tasks.send(ackCheck(userId, id, 2)[0]);',
  ),
  mutant(
    'a user who is not reached counts as reached',
    `${DOMAIN}/delivery/delivery-outcome.ts`,
    'sent.sent > 0 || (pushed?.pushed ?? 0) > 0 || wasServed',
    'true',
  ),
  mutant(
    'a refused socket is never tried again',
    `${DOMAIN}/delivery/delivery-outcome.ts`,
    'failed ?? (isGivenUp ? undefined : refused)',
    'failed',
  ),
  mutant(
    'a request that comes while its digest closes is in none',
    `${DOMAIN}/schedule/join-digest.ts`,
    'if (after.closing_at_ms === undefined) return true;',
    'return true;',
  ),
  mutant(
    'a request that comes again after its digest is counted again',
    `${DOMAIN}/schedule/join-digest.ts`,
    'if (mayHold.length === 0) return left;',
    'return left;',
  ),
  mutant(
    'one type may send any number a minute',
    `${DOMAIN}/delivery/sender-rate.ts`,
    'if (!(await deps.rateSlots.take(userId, type, id, sinceId, most))) return true;',
    'return false;',
  ),
  mutant(
    'marking read has no rate limit',
    'lambdas/routes/inbox-app.ts',
    "await limitRate(deps, inbox, limit ?? (method === 'GET' ? 'reads' : 'mutations'));",
    '',
  ),
  // Time.
  mutant(
    'a wake-up that is not due yet is delivered',
    `${DOMAIN}/schedule/send-later.ts`,
    'if (aheadMs <= deps.tasks.maxDelayMs)',
    'if (aheadMs >= 0)',
  ),
  mutant(
    'a queue delay ends too early',
    `${DOMAIN}/schedule/send-later.ts`,
    'tooEarlyMs <= WAIT_MAX_MS ? Math.floor(aheadMs / 1000) : Math.ceil(aheadMs / 1000)',
    'Math.floor(aheadMs / 1000)',
  ),
  mutant(
    'a cancellation reaches requests that were accepted after it',
    `${DOMAIN}/schedule/park-request.ts`,
    "known.state !== 'parked' || known.accepted_at_ms > cancelledAtMs",
    "known.state !== 'parked'",
  ),
  mutant(
    'a cancellation that came first has no effect',
    `${DOMAIN}/schedule/park-request.ts`,
    'if (await isCancelled(deps, key, seen))',
    'if (false)',
  ),
  mutant(
    'the sweep wakes what is only just due',
    `${DOMAIN}/schedule/sweep.ts`,
    'nowMs - entry.deliver_at_ms > OVERDUE_MS',
    'nowMs - entry.deliver_at_ms > 0',
  ),
  mutant(
    'the sweep wakes a request that fails for as long as it is kept',
    `${DOMAIN}/schedule/sweep.ts`,
    'woken >= REQUEST_WAKES_MAX',
    'woken < 0',
  ),
  // Queues.
  mutant(
    'SQS batches may be larger than SQS takes',
    'lambdas/aws/send-messages.ts',
    '&& bytes + size <= BATCH_BYTES',
    '',
  ),
  mutant(
    'what SQS did not take of a batch is lost',
    'lambdas/aws/send-messages.ts',
    'if (Failed.length === 0) return;',
    'return;',
  ),
  mutant(
    'a message without enough time left is begun',
    `${DOMAIN}/dispatch-batch.ts`,
    'if (endsAtMs - nowMs < NEEDED_MS) {',
    'if (false) {',
  ),
  mutant(
    'the messages of one user are worked on at once',
    `${DOMAIN}/dispatch-batch.ts`,
    'groupInOrder(messages.flatMap(partsOf), userOrMessage)',
    'groupInOrder(messages.flatMap(partsOf), ({ id }) => id)',
  ),
  mutant(
    'a message that always fails is retried for ever',
    `${DOMAIN}/failed-message.ts`,
    'receiveCount >= deps.maxReceives',
    'false',
  ),
  mutant(
    'a message is put back any number of times',
    `${DOMAIN}/failed-message.ts`,
    'message.putBacks >= PUT_BACKS_MAX',
    'false',
  ),
  mutant('retries come without a pause', `${DOMAIN}/retry-delay.ts`, '1 + Math.floor(random() * cap)', '0'),
  // Fan-out.
  mutant(
    'a crash repeats a whole fan-out',
    `${DOMAIN}/delivery/fan-out.ts`,
    '...task.range, ...(found.after !== undefined && { after: found.after })',
    '...task.range',
  ),
  mutant(
    'a fan-out goes on after its recall',
    `${DOMAIN}/delivery/fan-out.ts`,
    '|| (await deps.fanoutProgress.isStopped(task.fanout_id))',
    '',
  ),
  mutant(
    'two workers serve one segment',
    `${DOMAIN}/delivery/fan-out.ts`,
    "if (found === 'taken' || found.is_done) return;",
    "if (found === 'taken') return;",
  ),
  mutant(
    'a fan-out reaches users who muted its type',
    `${DOMAIN}/delivery/serve-segment.ts`,
    'if (wants(subscriber, content)) await',
    'if (true) await',
  ),
  mutant(
    'sockets that refuse are never served',
    `${DOMAIN}/delivery/retry-refused.ts`,
    'await deps.fanout.send([task], Math.round(pause * (1 + deps.random() / 2)));',
    '',
  ),
  mutant(
    'a rollout goes on though sockets could not be served',
    `${DOMAIN}/delivery/rollout.ts`,
    'failed + pending > FAILED_SHARE_MAX * (sent + failed + pending)',
    'false',
  ),
  mutant(
    'a segment loses the subscribers of its last hash',
    `${DOMAIN}/sockets/segments.ts`,
    'const bounds = Array.from({ length: parts + 1 }, (_, at) => low',
    'high -= 1;\n  const bounds = Array.from({ length: parts + 1 }, (_, at) => low',
  ),
  // Devices.
  mutant(
    'a phone keeps its last owner’s notifications',
    `${DOMAIN}/push/register-device.ts`,
    'await takeOver(deps, userId, id);',
    '',
  ),
  mutant(
    'a logout forgets phones that were registered after it',
    `${DOMAIN}/push/remove-device.ts`,
    'if (Date.parse(device.updated_at) > asOfMs) continue;',
    '',
  ),
  mutant(
    'a phone that answers again is forgotten',
    `${DOMAIN}/push/prune-device.ts`,
    'device === undefined || !(await deps.push.endpointIsDead(endpointArn))',
    'device === undefined',
  ),
  // The template.
  mutant(
    'a mapped event that can’t be handed over is lost',
    'lib/event-target.ts',
    'deadLetterConfig: { arn: queues.deadLetterQueue.queueArn },',
    '',
  ),
  mutant(
    'any schedule of the account may use the role',
    'lib/schedules.ts',
    ", 'aws:SourceArn': this.group.attrArn",
    '',
  ),
];
