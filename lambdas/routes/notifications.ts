// Reading the inbox: a page of it, one notification, the count; and who is connected, for administrators.
import { etag } from 'hono/etag';
import { ADMIN_GROUP, ADMIN_SCOPES } from '../../protocol/administrators.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { notificationQuerySchema } from '../../protocol/notification-query.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { withClaims } from '../domain/inbox/claim.ts';
import { findNotification } from '../domain/inbox/find-notification.ts';
import { listNotifications } from '../domain/inbox/list-notifications.ts';
import { unreadCount } from '../domain/inbox/unread-count.ts';
import { loadPresent } from '../domain/model/introduce.ts';
import { isAdministrator } from '../domain/sockets/access-token.ts';
import { readStatistics } from '../domain/sockets/statistics.ts';
import { type RestHandlers, readId, readQuery, userOf } from './rest-env.ts';

type NotificationDeps = Pick<
  Deps,
  'recipients' | 'inbox' | 'broadcasts' | 'history' | 'audience' | 'clock' | 'limits' | 'claims'
>;

export function notificationRoutes(deps: NotificationDeps) {
  return {
    listNotifications: [
      // A poll whose list is unchanged gets no body: what it costs is mostly the transfer.
      etag(),
      async (c) => c.json(await listNotifications(deps, userOf(c), readQuery(c, notificationQuerySchema))),
    ],
    async countUnread(c) {
      const recipient = await loadPresent(deps, userOf(c));
      const { unread_count: count, ...about } = await unreadCount(deps, recipient);
      return c.json({ count, ...about });
    },
    async readStatistics(c) {
      if (!isAdministrator(c.get('claims'))) {
        const scopes = ADMIN_SCOPES.join(' or ');
        throw new CallerError(
          'forbidden',
          `Statistics need a token of the Cognito group ${ADMIN_GROUP} or with the scope ${scopes}.`,
        );
      }
      return c.json(await readStatistics(deps));
    },
    async getNotification(c) {
      const { notification } = await findNotification(deps, userOf(c), readId(c));
      return c.json((await withClaims(deps, [notification]))[0]!);
    },
  } satisfies Partial<RestHandlers>;
}
