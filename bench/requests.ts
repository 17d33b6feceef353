// The requests that scenarios send, and to whom.
import type { NotificationRequestInput } from '../protocol/request.ts';

export const USERS = 100;
/** Entries in one PutEvents call (AWS limit). */
const BATCH = 10;

export const userOf = (index: number): string => `user-${index % USERS}`;

/** About as large as they are in practice: half a kilobyte with everything that is stored. */
export function requestTo(userId: string, index: number): NotificationRequestInput {
  return {
    user_id: userId,
    title: 'Your build is ready',
    message: `Build ${index} of the main branch passed all of its checks and can be deployed.`,
    notification_type: 'system',
    payload: { url: `/builds/${index}` },
  };
}

/** 0…count-1, so many at a time. */
export function inBatches(count: number, size = BATCH): number[][] {
  const batches: number[][] = [];
  for (let first = 0; first < count; first += size) {
    batches.push(Array.from({ length: Math.min(size, count - first) }, (_, at) => first + at));
  }
  return batches;
}
