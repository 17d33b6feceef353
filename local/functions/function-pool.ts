// The sandboxes of one function: kept warm for a while, started when all are busy, replaced when one dies.

import { randomBytes, randomUUID } from 'node:crypto';
import type { Principal } from '../iam/principal.ts';
import { isObject } from '../is-object.ts';
import type { InvokeOptions, InvokeResult } from '../stack.ts';
import { functionEnvironment } from './environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type FunctionLog, functionLog } from './function-logs.ts';
import { type FunctionStats, functionStats } from './function-stats.ts';
import { type FunctionWorker, type Outcome, startFunctionWorker } from './function-worker.ts';
import type { FunctionsDeps } from './functions-deps.ts';
import { longestChain, modelledMs } from './modelled-duration.ts';
import { traceId } from './trace-id.ts';

export type { FunctionStats };

export interface FunctionPool {
  readonly principal: Principal;
  invoke(event: unknown, options: InvokeOptions): Promise<InvokeResult>;
  kill(): Promise<number>;
  warm(): Promise<void>;
  stats(): FunctionStats;
  resetStats(): void;
  close(): Promise<void>;
}

interface Sandbox {
  worker: FunctionWorker;
  /** Its own, as on Lambda: identifies the invocation of a call. */
  accessKeyId: string;
  log: FunctionLog;
  /** Runs while it is idle. */
  idleTimer?: NodeJS.Timeout;
}
interface Job {
  event: string;
  /** Messages of a queue's batch; 1 for any other event. */
  records: number;
  lineage: number;
  /** Called when a sandbox takes it up. */
  taken(): void;
  settle(outcome: Outcome): void;
}

/** Our choice; Lambda keeps idle sandboxes for some minutes too. Each takes about 20 MB. */
const IDLE_MS = 5 * 60_000;
/** Lambda's limit on a synchronous invocation's payload. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

export function functionPool(
  options: FunctionsDeps & {
    definition: FunctionDefinition;
    region: string;
    accountId: string;
    maxWorkers: number;
  },
): FunctionPool {
  const { definition, meter, activity, gate, clock, maxWorkers } = options;
  const sandboxes = new Set<Sandbox>();
  const idle: Sandbox[] = [];
  const waiting: Job[] = [];
  const stats = functionStats();
  /** Invocations accepted and not yet answered. */
  let concurrent = 0;
  /** Sandboxes with an invocation. */
  let running = 0;
  let closed = false;

  function startSandbox(): Sandbox {
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
    const group = `arn:aws:logs:${options.region}:${options.accountId}:log-group:${definition.logGroup}`;
    const log = functionLog({ ...options, logStreamArn: `${group}:log-stream:${logStream}` });
    const { bundleDir, handler, functionName, arn, memoryMb, logGroup } = definition;
    const credential = options.credentials.issue(definition.principal);
    const worker = startFunctionWorker({
      data: { bundleDir, handler, functionName, arn, memoryMb, logGroup, logStream, offset: clock.offset },
      environment: functionEnvironment(definition, { ...options, credential, logStream }),
      onOutput: (output) => log.collect(output),
    });
    const sandbox = { worker, log, accessKeyId: credential.accessKeyId };
    sandboxes.add(sandbox);
    stats.count('coldStarts');
    return sandbox;
  }

  /** Starts one more sandbox and gives it to the event that has waited longest, once it has loaded. */
  async function addSandbox(): Promise<void> {
    const sandbox = startSandbox();
    const failed = await activity.track(sandbox.worker.ready);
    sandbox.log.flush();
    // Loading is billed since August 2025. https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    bill(sandbox.worker.initMs, `${definition.name}, loading`);
    if (!failed) {
      // AWS's daemon reports every minute; the first report covers all.
      if (definition.traced) sendToXRay('PutTelemetryRecords');
      release(sandbox);
      return;
    }
    sandboxes.delete(sandbox);
    waiting.shift()?.settle({ error: failed, durationMs: sandbox.worker.initMs });
    scale();
  }

  function scale(): void {
    const starting = sandboxes.size - idle.length - running;
    const wanted = Math.min(waiting.length - starting, maxWorkers - sandboxes.size);
    for (let more = 0; more < wanted; more++) void addSandbox();
  }

  function release(sandbox: Sandbox): void {
    if (sandbox.worker.dead) {
      sandboxes.delete(sandbox);
      scale();
      return;
    }
    const job = waiting.shift();
    if (job) return void run(sandbox, job);
    idle.push(sandbox);
    sandbox.idleTimer = setTimeout(() => end(sandbox), options.idleMs ?? IDLE_MS).unref();
  }

  /** It is started anew when it is needed. */
  function end(sandbox: Sandbox): void {
    const at = idle.indexOf(sandbox);
    if (at < 0) return;
    idle.splice(at, 1);
    sandboxes.delete(sandbox);
    sandbox.log.flush();
    void sandbox.worker.kill();
  }

  async function run(sandbox: Sandbox, job: Job): Promise<void> {
    running++;
    job.taken();
    const requestId = randomUUID();
    options.callTimes?.take(sandbox.accessKeyId);
    const invocation = { requestId, accessKeyId: sandbox.accessKeyId, function: definition.name, event: job.event };
    options.taps?.started(invocation);
    const outcome = await sandbox.worker.invoke({
      requestId,
      event: job.event,
      timeoutMs: definition.timeoutMs,
      traceId: traceId(clock.now(), job.lineage + 1, definition.traced),
    });
    running--;
    options.taps?.ended(invocation, { ...outcome, memoryMb: definition.memoryMb });
    const waits = options.callTimes?.take(sandbox.accessKeyId) ?? [];
    const { cpuMs } = outcome;
    if (cpuMs !== undefined) stats.cpu(cpuMs);
    stats.chain(longestChain(waits).calls.map(({ service, operation }) => `${service}:${operation}`));
    // What was cut short was billed until then.
    bill(cpuMs === undefined ? outcome.durationMs : modelledMs(cpuMs, definition.memoryMb, waits, job.records));
    stats.duration(outcome.durationMs);
    sandbox.log.flush(requestId);
    if (definition.traced) {
      meter.add('xray_traces', 1, definition.name);
      sendToXRay('PutTraceSegments');
    }
    job.settle(outcome);
    release(sandbox);
  }

  function bill(durationMs: number, detail = definition.name): void {
    // To the next millisecond. https://aws.amazon.com/lambda/pricing/
    const gbSeconds = (Math.ceil(durationMs) / 1000) * (definition.memoryMb / 1024);
    meter.add('lambda_gb_seconds', gbSeconds, detail);
  }

  /** What Lambda's tracing sends with the function's role: segments, and the daemon's reports about itself. */
  function sendToXRay(operation: 'PutTraceSegments' | 'PutTelemetryRecords'): void {
    const sent = gate.call({
      who: definition.principal,
      service: 'xray',
      operation,
      permissions: [{ action: `xray:${operation}`, resource: '*' }],
      run: async () => undefined,
    });
    // What can't be sent is lost without a trace on AWS; the gate has recorded it.
    void activity.track(sent.catch(() => undefined));
  }

  async function invoke(event: unknown, { lineage = 0, waits }: InvokeOptions): Promise<InvokeResult> {
    const payload = JSON.stringify(event) ?? 'null';
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAX_PAYLOAD_BYTES) {
      return failure(
        'RequestEntityTooLargeException',
        `${bytes} byte payload is too large (limit ${MAX_PAYLOAD_BYTES} bytes)`,
      );
    }
    if (closed) return failure('ServiceException', 'the local runtime is shutting down');
    if (concurrent >= (definition.reservedConcurrency ?? Infinity)) {
      stats.count('throttles');
      return failure('TooManyRequestsException', 'Rate Exceeded. (ReservedConcurrentExecutions reached)');
    }
    concurrent++;
    stats.count('invocations');
    meter.add('lambda_requests', 1, definition.name);
    const outcome = await new Promise<Outcome>((settle) => {
      const job: Job = { event: payload, records: recordsOf(event), lineage, taken: () => undefined, settle };
      const sandbox = takeIdle();
      if (sandbox) return void run(sandbox, job);
      waits?.(
        new Promise((taken) => {
          job.taken = taken;
        }),
      );
      waiting.push(job);
      scale();
    });
    concurrent--;
    const { payload: answer, error, durationMs } = outcome;
    if (!error) return { ok: true, payload: JSON.parse(answer!), durationMs };
    stats.count('errors');
    return { ok: false, ...error, durationMs };
  }

  /** The one used last: its caches are warm, and the others may sleep. */
  function takeIdle(): Sandbox | undefined {
    for (let sandbox = idle.pop(); sandbox; sandbox = idle.pop()) {
      clearTimeout(sandbox.idleTimer);
      if (!sandbox.worker.dead) return sandbox;
      // It ended by itself between two invocations; what it said last is still worth reading.
      sandbox.log.flush();
      sandboxes.delete(sandbox);
    }
    return undefined;
  }

  async function kill(): Promise<number> {
    const alive = [...sandboxes];
    for (const sandbox of idle.splice(0)) {
      clearTimeout(sandbox.idleTimer);
      sandboxes.delete(sandbox);
    }
    await Promise.all(alive.map((sandbox) => sandbox.worker.kill()));
    return alive.length;
  }

  return {
    principal: definition.principal,
    invoke,
    kill,
    async warm() {
      if (sandboxes.size === 0 && definition.reservedConcurrency !== 0) await addSandbox();
    },
    stats: () => ({ ...stats.read(), workers: sandboxes.size, waiting: waiting.length }),
    resetStats: stats.reset,
    async close() {
      closed = true;
      const stopped = { errorType: 'ServiceException', errorMessage: 'the local runtime is shutting down' };
      for (const job of waiting.splice(0)) job.settle({ error: stopped, durationMs: 0 });
      await kill();
    },
  };
}

const failure = (errorType: string, errorMessage: string): InvokeResult => ({
  ok: false,
  errorType,
  errorMessage,
  durationMs: 0,
});

const recordsOf = (event: unknown): number =>
  (isObject(event) && Array.isArray(event.Records) && event.Records.length) || 1;
