// How far each part of a fan-out has come, in memory, with the table's conditions; counts what DynamoDB would bill.
import type { FanoutPart, FanoutProgress } from '../../lambdas/domain/delivery/ports.ts';

const BYTES_PER_WRITE_UNIT = 1_024;

export function virtualProgress(): FanoutProgress & { writeUnits(): number; readUnits(): number } {
  const rows = new Map<string, FanoutPart & { held_by: string; run: string }>();
  let writeUnits = 0;
  let readUnits = 0;
  const bill = (row: unknown) => {
    writeUnits += Math.max(1, Math.ceil((JSON.stringify(row)?.length ?? 0) / BYTES_PER_WRITE_UNIT));
  };
  return {
    async begin(fanoutId, part, { message, run }) {
      const key = `${fanoutId}/${part}`;
      const row = rows.get(key);
      bill(row);
      if (row && row.held_by !== message) return 'taken';
      const next = { sent: 0, gone: 0, skipped: 0, refused: 0, failed: 0, ...row, held_by: message, run };
      rows.set(key, next);
      return next;
    },
    async save(fanoutId, part, { run }, progress) {
      const key = `${fanoutId}/${part}`;
      const row = rows.get(key);
      bill({ ...row, ...progress });
      if (row?.run !== run) return false;
      rows.set(key, { ...row, ...progress });
      return true;
    },
    parts: async () => [...rows].map(([key, row]) => ({ ...row, part: key.slice(key.indexOf('/') + 1) })),
    stop: async () => undefined,
    async isStopped() {
      readUnits++;
      return false;
    },
    readUnits: () => readUnits,
    writeUnits: () => writeUnits,
  };
}
