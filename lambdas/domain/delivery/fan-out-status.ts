// How far a fan-out has come, summed over its parts.
import { partName } from './fan-out-task.ts';
import type { FanoutPart } from './ports.ts';

export interface FanOutStatus {
  sent: number;
  gone: number;
  skipped: number;
  failed: number;
  /** Refused, and waiting for another try. */
  pending: number;
  /** Not tried yet, by an estimate; 0 once every part is done. */
  remaining: number;
}

type NamedPart = FanoutPart & { part: string };

export function sumOfParts(parts: readonly NamedPart[]): FanOutStatus {
  const sum = (of: (part: NamedPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  const [sent, gone, skipped, failed] = [
    sum((part) => part.sent),
    sum((part) => part.gone),
    sum((part) => part.skipped),
    sum((part) => part.failed),
  ];
  // A retry counts again what it tried, and whatever it sent on to the next round.
  const retried = parts.filter(({ part }) => part.includes('/refused'));
  const handled = retried.reduce((n, part) => n + part.sent + part.gone + part.failed + part.refused, 0);
  const pending = Math.max(0, sum((part) => part.refused) - handled);
  const tried = sent + gone + skipped + failed + pending;
  const expected = sum((part) => part.expected ?? 0);
  return { sent, gone, skipped, failed, pending, remaining: isDone(parts) ? 0 : Math.max(0, expected - tried) };
}

function isDone(parts: readonly NamedPart[]): boolean {
  const done = new Set(parts.filter((part) => part.is_done).map(({ part }) => part));
  const awaited = parts.flatMap(({ part, rest = [] }) => [part, ...rest.map(partName)]);
  return awaited.every((part) => done.has(part));
}
