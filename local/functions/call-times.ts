// When the invocation of each sandbox called AWS: what its billed duration is modelled from.

export interface CallTime {
  service: string;
  operation: string;
  /** Real milliseconds. */
  fromMs: number;
  toMs: number;
}

export interface CallTimes {
  add(accessKeyId: string, call: CallTime): void;
  /** What the sandbox has called since the last time, in the order in which the calls ended. */
  take(accessKeyId: string): CallTime[];
}

export function createCallTimes(): CallTimes {
  const calls = new Map<string, CallTime[]>();
  return {
    add(accessKeyId, call) {
      const own = calls.get(accessKeyId);
      if (own) own.push(call);
      else calls.set(accessKeyId, [call]);
    },
    take(accessKeyId) {
      const own = calls.get(accessKeyId) ?? [];
      calls.delete(accessKeyId);
      return own;
    },
  };
}
