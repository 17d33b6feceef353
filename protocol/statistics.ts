// Who is connected now, for administrators.
import * as z from 'zod';

/** Of the stack's own user pool; in another Cognito pool a group of the same name counts too. */
export const ADMIN_GROUP = 'carillon-admin';
/** As the resource server of the stack's own user pool names it, and as other providers may. */
export const ADMIN_SCOPES = ['carillon/admin', 'admin'];

export const statisticsSchema = z
  .object({
    success: z.literal(true),
    data: z.object({
      total_users: z.int().nonnegative(),
      total_clients: z.int().nonnegative(),
      timestamp: z.iso.datetime(),
    }),
  })
  .meta({ id: 'Statistics' });
