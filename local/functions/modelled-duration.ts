// How long Lambda would bill an invocation: by its CPU time and its calls to AWS, not by this machine's clock.
import { meanMs } from '../declared-latencies.ts';
import type { CallTime } from './call-times.ts';

/**
 * From here on a function has a whole vCPU, below it a share:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const ONE_VCPU_MB = 1_769;

/**
 * CPU time at the memory's share of a vCPU, and the waits. Waits count in full, though in a batch they overlap with CPU
 * time of others.
 */
export function modelledMs(cpuMs: number, memoryMb: number, calls: readonly CallTime[], records = 1): number {
  return (cpuMs * ONE_VCPU_MB) / Math.min(ONE_VCPU_MB, memoryMb) + waitMs(calls, records);
}

/**
 * Records of a batch wait at the same time. Here, where a call takes a millisecond, they seem to follow one another:
 * the share of one record is a better bound then.
 */
function waitMs(calls: readonly CallTime[], records: number): number {
  const all = calls.reduce((sum, { service }) => sum + meanMs(service), 0);
  return Math.min(longestChain(calls).waitMs, all / records);
}

export interface Chain {
  /** Calls, each of which began after the one before it had ended. */
  calls: CallTime[];
  /** By the declared latencies. */
  waitMs: number;
}

interface Link {
  call: CallTime;
  waitMs: number;
  before: Link | undefined;
}

/** The calls that determine how long an invocation waits: those at the same time count once. */
export function longestChain(calls: readonly CallTime[]): Chain {
  const links = calls
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((call): Link => ({ call, waitMs: meanMs(call.service), before: undefined }));
  const byEnd = links.toSorted((a, b) => a.call.toMs - b.call.toMs);
  let ended = 0;
  let longestEnded: Link | undefined;
  let longest: Link | undefined;
  for (const link of links) {
    for (; ended < byEnd.length && byEnd[ended]!.call.toMs <= link.call.fromMs; ended++) {
      longestEnded = longer(longestEnded, byEnd[ended]!);
    }
    link.before = longestEnded;
    link.waitMs += longestEnded?.waitMs ?? 0;
    longest = longer(longest, link);
  }
  const chain: CallTime[] = [];
  for (let link = longest; link; link = link.before) chain.unshift(link.call);
  return { calls: chain, waitMs: longest?.waitMs ?? 0 };
}

const longer = (one: Link | undefined, other: Link): Link => (one && one.waitMs >= other.waitMs ? one : other);
