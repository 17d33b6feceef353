// One sandbox of a function: a worker thread that loads the bundle and takes one invocation at a time.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { errorCode } from '../error-code.ts';
import type { FunctionError, InvokeMessage, OutputChunk, WorkerData, WorkerMessage } from './runtime/messages.ts';
import { workerCode } from './worker-code.ts';

export interface Outcome {
  /** JSON; absent when there is an error. */
  payload?: string;
  error?: FunctionError;
  durationMs: number;
  /** What it took of the thread's CPU; absent when it was cut short. */
  cpuMs?: number;
}

export interface FunctionWorker {
  /** Real milliseconds from start to loaded; set once `ready` has resolved. */
  readonly initMs: number;
  /** Resolves when the bundle is loaded, with the error when that failed (the worker is then dead). Never rejects. */
  ready: Promise<FunctionError | undefined>;
  /** One at a time. Never rejects. */
  invoke(message: InvokeMessage): Promise<Outcome>;
  /** Ends the thread at once, as a lost machine would; an invocation under way becomes an error. */
  kill(): Promise<void>;
  readonly dead: boolean;
}

/** Lambda's limit on loading a function. */
const INIT_TIMEOUT_MS = 10_000;

export function startFunctionWorker(options: {
  data: WorkerData;
  environment: Record<string, string>;
  onOutput: (output: OutputChunk[]) => void;
}): FunctionWorker {
  const { data, environment, onOutput } = options;
  const { NODE_OPTIONS, ...variables } = environment;
  const worker = new Worker(workerCode(), {
    eval: true,
    name: data.functionName,
    workerData: { ...data, sourceMaps: NODE_OPTIONS === '--enable-source-maps' },
    // Node reads NODE_OPTIONS of a worker as its own options; the runtime inside deals with the one that is emulated.
    env: variables,
    argv: [],
    // Without the loaders and inspectors of the process that runs this one.
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: data.memoryMb },
  });
  worker.unref();

  const startedMs = performance.now();
  let initMs = 0;
  let dead = false;
  let killed = false;
  let thrown: unknown;
  let settleReady: (error: FunctionError | undefined) => void;
  let settleInvoke: ((outcome: Omit<Outcome, 'durationMs'> & { durationMs?: number }) => void) | undefined;
  const ready = new Promise<FunctionError | undefined>((resolve) => {
    settleReady = (error) => {
      clearTimeout(initLimit);
      initMs = performance.now() - startedMs;
      resolve(error);
    };
  });
  const initLimit = setTimeout(() => {
    settleReady({ errorType: 'Sandbox.Timedout', errorMessage: 'Error: Loading the function timed out after 10 s' });
    void kill();
  }, INIT_TIMEOUT_MS);

  worker.on('message', (message: WorkerMessage) => {
    if (message.output.length > 0) onOutput(message.output);
    if (message.kind === 'ready') settleReady(undefined);
    if (message.kind === 'init_failed') {
      settleReady(message.error);
      void kill();
    }
    if (message.kind === 'done') {
      const { payload, error, durationMs, cpuMs } = message;
      settleInvoke?.({ payload, error, durationMs, cpuMs });
    }
  });
  worker.on('error', (error) => {
    thrown = error;
    onOutput([
      { stream: 'stderr', text: `Uncaught Exception\t${error instanceof Error ? error.stack : String(error)}\n` },
    ]);
  });
  worker.on('exit', (code) => {
    dead = true;
    const error = exitError(code, killed, thrown);
    settleReady(error);
    settleInvoke?.({ error });
  });

  function kill(): Promise<void> {
    killed = true;
    return dead ? Promise.resolve() : Promise.all([once(worker, 'exit'), worker.terminate()]).then(() => undefined);
  }

  return {
    get initMs() {
      return initMs;
    },
    get dead() {
      return dead || killed;
    },
    ready,
    kill,
    invoke(message) {
      return new Promise((resolve) => {
        const invokedMs = performance.now();
        const limit = setTimeout(() => {
          settleInvoke?.({ error: timedOut(message) });
          void kill();
        }, message.timeoutMs);
        settleInvoke = (outcome) => {
          settleInvoke = undefined;
          clearTimeout(limit);
          const error = outcome.error && withRequest(outcome.error, message);
          resolve({ ...outcome, error, durationMs: outcome.durationMs ?? performance.now() - invokedMs });
        };
        if (dead) settleInvoke({ error: exitError(0, killed, thrown) });
        else worker.postMessage(message);
      });
    },
  };
}

const timedOut = ({ timeoutMs }: InvokeMessage): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});

function exitError(code: number, killed: boolean, thrown: unknown): FunctionError {
  if (killed) {
    return { errorType: 'Runtime.ExitError', errorMessage: 'Error: Runtime exited with error: signal: killed' };
  }
  if (errorCode(thrown) === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: 'Error: Runtime exited with error: signal: killed' };
  }
  if (thrown !== undefined) {
    // 129 is what Lambda's Node.js runtime exits with after an uncaught exception.
    return {
      errorType: 'Runtime.ExitError',
      errorMessage: `Error: Runtime exited with error: exit status 129: ${thrown}`,
    };
  }
  const how =
    code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: ${how}` };
}

/** Failures of the sandbox name the request, as in Lambda's own reports; a handler's own error stays as thrown. */
function withRequest(error: FunctionError, { requestId }: InvokeMessage): FunctionError {
  const ofSandbox = /^(Sandbox\.|Runtime\.(ExitError|OutOfMemory))/.test(error.errorType);
  return ofSandbox ? { ...error, errorMessage: `RequestId: ${requestId} ${error.errorMessage}` } : error;
}
