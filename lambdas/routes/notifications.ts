// Reading the inbox: a page of it, one notification, the count; and who is connected, for administrators.
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { ADMIN_GROUP, ADMIN_SCOPES } from '../../protocol/administrators.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { notificationQuerySchema } from '../../protocol/notification-query.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { findNotification } from '../domain/inbox/find-notification.ts';
import { listNotifications } from '../domain/inbox/list-notifications.ts';
import { unreadCount } from '../domain/inbox/unread-count.ts';
import { loadPresent } from '../domain/model/introduce.ts';
import { isAdministrator } from '../domain/sockets/access-token.ts';
import { readStatistics } from '../domain/sockets/statistics.ts';
import { noQuerySchema, type RestEnv, readId, readQuery, userOf } from './rest-env.ts';

type NotificationDeps = Pick<Deps, 'recipients' | 'inbox' | 'broadcasts' | 'history' | 'audience' | 'clock' | 'limits'>;

export function notificationRoutes(deps: NotificationDeps): Hono<RestEnv> {
  return (
    new Hono<RestEnv>()
      // A poll whose list is unchanged gets no body: what it costs is mostly the transfer.
      .get('/api/v2/notifications', etag(), async (c) => {
        return c.json(await listNotifications(deps, userOf(c), readQuery(c, notificationQuerySchema)));
      })
      .get('/api/v2/notifications/unread-count', async (c) => {
        readQuery(c, noQuerySchema);
        const recipient = await loadPresent(deps, userOf(c));
        return c.json({ count: await unreadCount(deps, recipient) });
      })
      .get('/api/v2/notifications/stats', async (c) => {
        readQuery(c, noQuerySchema);
        if (!isAdministrator(c.get('claims'))) {
          const scopes = ADMIN_SCOPES.join(' or ');
          throw new CallerError(
            'forbidden',
            `Statistics need a token of the Cognito group ${ADMIN_GROUP} or with the scope ${scopes}.`,
          );
        }
        return c.json(await readStatistics(deps));
      })
      .get('/api/v2/notifications/:id', async (c) => {
        readQuery(c, noQuerySchema);
        return c.json((await findNotification(deps, userOf(c), readId(c))).notification);
      })
  );
}
