// Opens the sockets of a scenario's users, one each.
import type { BenchSocket, BenchStack } from './bench-stack.ts';
import { USERS, userOf } from './requests.ts';

export async function connectUsers(stack: BenchStack, notifications: number): Promise<BenchSocket[]> {
  const users = Array.from({ length: Math.min(USERS, notifications) }, (_, index) => userOf(index));
  const sockets: BenchSocket[] = [];
  for (const userId of users) sockets.push(await stack.connect(userId));
  return sockets;
}
