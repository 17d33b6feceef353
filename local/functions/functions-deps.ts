// What running the functions needs of the rest of the runtime.
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Taps } from '../history/taps.ts';
import type { Credentials } from '../iam/credentials.ts';
import type { Meter } from '../meter.ts';
import type { CallTimes } from './call-times.ts';
import type { LogLine } from './function-logs.ts';

export interface FunctionsDeps {
  /** The folder with the template and its assets. */
  assemblyDir: string;
  /** `http://127.0.0.1:4566`: where the functions' SDK clients are pointed. */
  awsEndpointUrl: string;
  credentials: Credentials;
  gate: Gate;
  meter: Meter;
  clock: Clock;
  activity: Activity;
  log: (line: LogLine) => void;
  taps?: Pick<Taps, 'started' | 'ended'>;
  /** When each invocation called AWS. */
  callTimes?: CallTimes;
  /** Sandboxes per function at most; further invocations wait (our choice, AWS would start another). */
  maxWorkers?: number;
  /** A sandbox without an invocation for so long ends; 5 minutes when absent. */
  idleMs?: number;
}
