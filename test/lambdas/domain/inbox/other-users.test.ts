// No request of one user, with forged ids and cursors too, reveals or changes anything of another user.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { userKey } from '../../../../lambdas/aws/keys.ts';
import { QueryCommand } from '../../../../lambdas/aws/table-commands.ts';
import { markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { inboxApp } from '../../../../lambdas/routes/inbox-app.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';
import { TABLE_KINDS } from '../../../support/ports-on.ts';
import { verifiedToken } from '../../../support/verified-token.ts';

const VICTIM = 'alice';
const SECRET = 'for alice only';
// On an engine, because what a forged id could break out of is a key of the table.
let system: InboxSystem;
let app: ReturnType<typeof inboxApp>;
const ids: string[] = [];
const cursors: string[] = [];

beforeAll(async () => {
  system = await inboxSystem(TABLE_KINDS[1]);
  app = inboxApp(system.deps);
  for (let at = 0; at < 5; at++) {
    system.clock.ms += 1000;
    ids.push((await system.arrive(VICTIM, `request-${at}`, { type: 'secret', title: SECRET })).id);
  }
  await changeNotification(system.deps, VICTIM, ids[0]!, 'read');
  await changeNotification(system.deps, VICTIM, ids[1]!, 'archive');
  await markAllRead(system.deps, VICTIM, ids[2]);
  await changeNotification(system.deps, VICTIM, ids[2]!, 'unread');
  for (const query of [{ size: '1' }, { size: '1', is_read: 'false' }, { size: '1', type: 'secret' }]) {
    const page = await listNotifications(system.deps, VICTIM, notificationQuerySchema.parse(query));
    cursors.push(page.next_cursor!);
  }
  // A limit of the attacker's own must not be what protects her.
  system.deps.rateLimits.take = async () => true;
});
afterAll(() => system.close());

/** Everything that is stored of her. */
async function rowsOf(userId: string) {
  const { Items } = await system.engine!.direct.client.send(
    new QueryCommand({
      TableName: system.engine!.direct.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': userKey(userId) },
      ConsistentRead: true,
    }),
  );
  return Items;
}

const id = fc.oneof(
  fc.nat({ max: 4 }).map((at) => ids[at]!),
  fc.nat({ max: 4 }).map((at) => ids[at]!.toUpperCase()),
  fc.constantFrom('..', '%2e%2e', `${VICTIM}%23x`, '*', '#STATE', 'unread-count'),
  fc.uuid(),
);
/** Hers, hers with a byte changed, and anything. */
const cursor = fc.oneof(
  fc.nat({ max: 2 }).map((at) => cursors[at]!),
  fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 35 }), fc.nat({ max: 255 })).map(([at, byte, value]) => {
    const bytes = Buffer.from(cursors[at]!, 'base64url');
    bytes[byte] = value;
    return bytes.toString('base64url');
  }),
  fc.uint8Array({ minLength: 36, maxLength: 36 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
);
const query = fc.record(
  {
    cursor,
    size: fc.constantFrom('1', '100'),
    page: fc.constantFrom('1', '2'),
    type: fc.constantFrom('secret', 'system'),
    is_read: fc.constantFrom('true', 'false'),
    user_id: fc.constant(VICTIM),
  },
  { requiredKeys: [] },
);
const list = '/api/v2/notifications';
const request = fc.oneof(
  query.map((fields) => ({
    method: 'GET',
    path: `${list}?${new URLSearchParams(fields as Record<string, string>)}`,
    body: undefined,
  })),
  fc
    .tuple(fc.constantFrom(['GET', ''], ['PUT', '/read'], ['PUT', '/unread'], ['DELETE', '']), id)
    .map(([[method, suffix], target]) => ({ method: method!, path: `${list}/${target}${suffix}`, body: undefined })),
  id.map((upTo) => ({ method: 'PUT', path: `${list}/mark-all-read`, body: { up_to: upTo } as object })),
  fc.constantFrom(
    { method: 'PUT', path: `${list}/mark-all-read`, body: {} as object },
    { method: 'PUT', path: `${list}/mark-all-read`, body: { user_id: VICTIM } },
    { method: 'DELETE', path: `${list}/clear-all`, body: undefined },
    { method: 'DELETE', path: `${list}/clear-all?user_id=${VICTIM}`, body: undefined },
    { method: 'GET', path: `${list}/unread-count`, body: undefined },
    { method: 'GET', path: '/api/v2/preferences', body: undefined },
    { method: 'PUT', path: '/api/v2/preferences', body: { push_notifications: false } },
    { method: 'PUT', path: '/api/v2/preferences', body: { push_notifications: false, user_id: VICTIM } },
  ),
);
/** Names that resemble hers, and some that are no user ids. */
const attacker = fc.constantFrom('mallory', 'alice2', 'Alice', 'alic', 'alice#', `alice#N`, 'alice ', '');

it('no request of another user reveals or changes anything of hers', async () => {
  const before = await rowsOf(VICTIM);
  expect(before?.length).toBeGreaterThan(5);
  await fc.assert(
    fc.asyncProperty(attacker, request, async (user, { method, path, body }) => {
      const { event, headers } = verifiedToken(user);
      const reply = await app.request(
        path,
        { method, headers: { ...headers, 'x-user-id': VICTIM }, ...(body && { body: JSON.stringify(body) }) },
        { event } as never,
      );
      const text = await reply.text();
      expect(reply.status).toBeLessThan(500);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(`"${VICTIM}"`);
      if (reply.status === 200 && path.startsWith(`${list}?`)) expect(JSON.parse(text).notifications).toEqual([]);
      expect(await rowsOf(VICTIM)).toEqual(before);
    }),
    { numRuns: 400 },
  );
});
