// Counts calls in a window of time, in this container first and in the table later:
// docs/decisions/0021-rate-limits-in-memory-first.md

import type { RateLimits } from '../../domain/model/ports.ts';
import type { Table } from '../clients.ts';
import { conditional } from '../conditional.ts';
import { rateKey } from '../keys.ts';
import { UpdateCommand } from '../table-commands.ts';

/**
 * Our choice: a container lets this share of what is left pass before it counts in the table. Below it, every call is
 * counted.
 */
const UNCOUNTED_SHARE = 1 / 40;
/** Our choice: a container remembers this many windows, then forgets the oldest and asks the table again. */
const REMEMBERED_MAX = 5_000;

interface Window {
  /** In the table, as far as this container knows. */
  counted: number;
  /** Calls that passed here and are not in the table yet. */
  uncounted: number;
}

export function rateLimits(table: Table): RateLimits {
  const windows = new Map<string, Window>();
  const windowOf = (name: string): Window => {
    const known = windows.get(name) ?? { counted: 0, uncounted: 0 };
    if (!windows.has(name) && windows.size >= REMEMBERED_MAX) windows.delete(windows.keys().next().value!);
    windows.set(name, known);
    return known;
  };
  /** How many there are with these; undefined when they are more than there may be. */
  const add = async (
    Key: Record<string, string>,
    amount: number,
    limit: number,
    ttlSeconds: number,
  ): Promise<number | undefined> => {
    const outcome = await conditional(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key,
          UpdateExpression: 'SET #ttl = :ttl ADD calls :amount',
          ConditionExpression: 'attribute_not_exists(calls) OR calls <= :room',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':ttl': ttlSeconds, ':amount': amount, ':room': limit - amount },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    return outcome.isApplied ? outcome.answer.Attributes?.calls : undefined;
  };
  return {
    async take(userId, bucket, window, limit, ttlSeconds) {
      const known = windowOf(`${userId}#${bucket}#${window}`);
      if (known.counted + known.uncounted >= limit) return false;
      known.uncounted++;
      if (known.uncounted <= Math.floor((limit - known.counted) * UNCOUNTED_SHARE)) return true;
      const amount = known.uncounted;
      known.uncounted = 0;
      // Calls meanwhile find them counted already.
      known.counted += amount;
      try {
        const counted = await add(rateKey(userId, bucket, window), amount, limit, ttlSeconds);
        known.counted = Math.max(known.counted, counted ?? limit);
        return counted !== undefined;
      } catch (error) {
        known.counted -= amount;
        known.uncounted += amount - 1;
        throw error;
      }
    },
  };
}
