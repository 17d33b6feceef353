// Every port of the domain with the table's on a chosen implementation: in memory, or the functions' own code on an
// engine.

import { dynoxideBinary } from '../../local/dynoxide.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { createMemory, type Memory } from './memory/memory.ts';
import { memoryDeps } from './memory/memory-deps.ts';
import { startTableEngine, tablePorts } from './table-engine.ts';

export type Ports = Awaited<ReturnType<typeof portsOn>>;
export type TableKind = 'memory' | 'dynoxide' | 'dynalite';

/** All that run on this machine, the engine that is there fastest before the other. */
export const TABLE_KINDS: TableKind[] = ['memory', ...(dynoxideBinary() ? (['dynoxide'] as const) : []), 'dynalite'];

export const STARTS_AT_MS = Date.parse('2026-11-21T07:00:00.000Z');

/** `isMetered`: through the runtime's AWS port, where what an engine lacks is made good and every call is billed. */
export async function portsOn(kind: TableKind, { isMetered = false } = {}) {
  const clock = { ms: STARTS_AT_MS, now: () => clock.ms };
  let isAnswerLost = false;
  const memory: Memory = {
    ...createMemory(clock),
    // As the SDK does: what was applied without an answer is tried again.
    async call(_operation, apply) {
      if (isAnswerLost) apply();
      isAnswerLost = false;
      return apply();
    },
  };
  const posted: { connectionId: string; frame: ServerFrame }[] = [];
  memory.sockets.onFrame = ({ id }, frame) => void posted.push({ connectionId: id, frame });
  const engine = kind === 'memory' ? undefined : await startTableEngine({ metered: isMetered, engineKind: kind });
  const deps = { ...memoryDeps(memory), ...(engine && tablePorts(engine.table, clock)) };
  return {
    clock,
    memory,
    /** The next call to the table is applied, and its answer does not arrive; on an engine only where it is metered. */
    loseNextAnswer() {
      isAnswerLost = true;
      engine?.side.faults.add({ service: 'dynamodb', operation: '*', kind: 'timeout_after_apply', times: 1 });
    },
    /** Absent in memory. */
    engine,
    deps,
    /** Frames that sockets accepted, in order. */
    posted,
    async reset() {
      memory.clearTables();
      await engine?.side.engine.reset();
    },
    async close() {
      await engine?.close();
    },
  };
}
