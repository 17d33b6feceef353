// Every port of the domain in memory, as one record: what a function gets, and what tests and the simulator look at.
import type { Deps } from '../../../lambdas/domain/delivery/ports.ts';
import { memoryDelivery } from './delivery.ts';
import { memoryInbox } from './inbox.ts';
import type { Memory } from './memory.ts';
import { memoryModel } from './model.ts';
import { memoryPush } from './push.ts';
import { memorySchedule } from './schedule.ts';
import { memorySockets } from './sockets.ts';

export type MemoryDeps = ReturnType<typeof memoryDeps>;

export function memoryDeps(memory: Memory) {
  return {
    ...memoryModel(memory),
    ...memorySchedule(memory),
    ...memorySockets(memory),
    ...memoryInbox(memory),
    ...memoryPush(memory),
    ...memoryDelivery(memory),
  } satisfies Deps;
}
