// Failures to order: which AWS call goes wrong, how, how often. The gate asks before and after every call.

import { randomUUID } from 'node:crypto';
import { AwsError } from './aws/aws-error.ts';
import { isObject } from './is-object.ts';
import { KNOWN_SERVICES } from './service-failures.ts';

export const FAULT_KINDS = ['throttle', 'error', 'timeout_after_apply', 'latency', 'gone'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  id: string;
  service: string;
  /** `PutItem`, or `*` for every operation of the service. */
  operation: string;
  kind: FaultKind;
  /** Only calls of this function (a principal's name); anyone's when absent. */
  function?: string;
  /** Matching calls it lets pass first: so that each call site of a function can be hit by itself. */
  skip?: number;
  /** Applications left; without end when absent. */
  times?: number;
  /** Chance per matching call, 0–1; always when absent. */
  probability?: number;
  /** For `latency`: how long the call waits first, in milliseconds of real time. */
  ms?: number;
}

export interface AppliedFault {
  latencyMs: number;
  kind?: Exclude<FaultKind, 'latency'>;
}

export interface Faults {
  /** Takes the body of `POST /_local/faults`; throws AwsError `InvalidFault` naming the field. */
  add(body: unknown): Fault;
  list(): Fault[];
  /** False when there is no such fault (any more). */
  remove(id: string): boolean;
  clear(): void;
  /** Grows with every change of the list. */
  readonly version: number;
  /** What happens to this call; uses up one of each striking fault's `times`. */
  apply(call: { function: string; service: string; operation: string }): AppliedFault;
}

/** How long `latency` waits by default (our choice): long enough to notice, shorter than an SDK's own time limit. */
const LATENCY_MS = 1_000;
const FIELDS = ['service', 'operation', 'kind', 'function', 'skip', 'times', 'probability', 'ms'];
const NONE_APPLIED: AppliedFault = { latencyMs: 0 };

export function createFaults(random: () => number = Math.random): Faults {
  const faults = new Map<string, Fault>();
  let version = 0;
  return {
    get version() {
      return version;
    },
    add(body) {
      const fault: Fault = { id: randomUUID(), ...readFault(body) };
      faults.set(fault.id, fault);
      version++;
      return { ...fault };
    },
    list: () => [...faults.values()].map((fault) => ({ ...fault })),
    remove(id) {
      version++;
      return faults.delete(id);
    },
    clear() {
      version++;
      faults.clear();
    },
    apply(call) {
      if (faults.size === 0) return NONE_APPLIED;
      const applied: AppliedFault = { latencyMs: 0 };
      for (const fault of faults.values()) {
        if (fault.service !== call.service) continue;
        if (fault.operation !== '*' && fault.operation !== call.operation) continue;
        if (fault.function !== undefined && fault.function !== call.function) continue;
        if (fault.skip !== undefined && fault.skip > 0) {
          fault.skip--;
          continue;
        }
        // Latencies add up with one failure; a second failure waits for its own call.
        if (fault.kind !== 'latency' && applied.kind) continue;
        if (fault.probability !== undefined && random() >= fault.probability) continue;
        if (fault.times !== undefined) version++;
        if (fault.times !== undefined && --fault.times === 0) faults.delete(fault.id);
        if (fault.kind === 'latency') applied.latencyMs += fault.ms!;
        else applied.kind = fault.kind;
      }
      return applied;
    },
  };
}

const isWhole = (value: unknown, least: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

function readFault(body: unknown): Omit<Fault, 'id'> {
  if (!isObject(body)) {
    throw invalid(
      'body',
      'must be an object: { service, operation, kind, function?, skip?, times?, probability?, ms? }',
    );
  }
  const given = body;
  const unknown = Object.keys(given).find((field) => !FIELDS.includes(field));
  if (unknown) throw invalid(unknown, `is not a field of a fault; the fields are ${FIELDS.join(', ')}`);

  const { service, operation, kind, skip, times, probability, ms } = given;
  if (typeof service !== 'string' || !KNOWN_SERVICES.includes(service)) {
    throw invalid('service', `must be one of ${KNOWN_SERVICES.join(', ')}`);
  }
  if (typeof operation !== 'string' || !/^(\*|[A-Z][A-Za-z]+)$/.test(operation)) {
    throw invalid('operation', "must be an operation's name such as PutItem, or *");
  }
  if (!FAULT_KINDS.some((known) => known === kind)) throw invalid('kind', `must be one of ${FAULT_KINDS.join(', ')}`);
  if (kind === 'gone' && service !== 'apigatewaymanagementapi') {
    throw invalid('kind', 'gone exists only for service apigatewaymanagementapi (a socket that is no more)');
  }
  if (given.function !== undefined && (typeof given.function !== 'string' || given.function === '')) {
    throw invalid('function', "must be a function's short name such as dispatch");
  }
  if (skip !== undefined && !isWhole(skip, 0)) {
    throw invalid('skip', 'must be a whole number, 0 or more');
  }
  if (times !== undefined && !isWhole(times, 1)) {
    throw invalid('times', 'must be a whole number of at least 1');
  }
  if (probability !== undefined && !(typeof probability === 'number' && probability > 0 && probability <= 1)) {
    throw invalid('probability', 'must be a number above 0 and at most 1');
  }
  if (ms !== undefined && kind !== 'latency') throw invalid('ms', 'belongs to kind latency only');
  if (ms !== undefined && !(typeof ms === 'number' && ms >= 0 && ms <= 600_000)) {
    throw invalid('ms', 'must be a number from 0 to 600000');
  }
  const fault = { ...given } as unknown as Omit<Fault, 'id'>;
  return kind === 'latency' ? { ms: LATENCY_MS, ...fault } : fault;
}

const invalid = (field: string, problem: string) => new AwsError('InvalidFault', `${field} ${problem}`, 400, { field });
