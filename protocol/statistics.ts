// Who is connected now, for administrators.
import * as z from 'zod';

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
