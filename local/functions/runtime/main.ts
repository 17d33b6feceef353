// Runs inside a function's worker thread, as Lambda's own runtime does in its sandbox: loads the handler once, then
// takes one invocation at a time.

import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode } from '../../error-code.ts';
import { cpuTimeMs, settledCpuTimeMs } from './cpu-time.ts';
import { type Handler, InitError, loadHandler } from './load-handler.ts';
import type { DoneMessage, FunctionError, InvokeMessage, WorkerData, WorkerMessage } from './messages.ts';
import { followClock, realNow } from './movable-date.ts';
import { captureOutput } from './output.ts';

/** Lambda's limit on a synchronous response (6 MB and a little). */
const MAX_RESPONSE_BYTES = 6_291_556;

const data = workerData as WorkerData;
const port = parentPort!;
const send = (message: WorkerMessage) => port.postMessage(message);
const output = captureOutput(() => send({ kind: 'output', output: output.take() }));
process.on('exit', () => send({ kind: 'output', output: output.take() }));
followClock(data.offset);
if (data.sourceMaps) process.setSourceMapsEnabled(true);

loadHandler(data.bundleDir, data.handler).then(
  (handler) => {
    port.on('message', (message: InvokeMessage) => {
      const startedCpuMs = cpuTimeMs();
      void invoke(handler, message).then((done) => {
        send({ ...done, cpuMs: settledCpuTimeMs() - startedCpuMs });
      });
    });
    send({ kind: 'ready', output: output.take() });
  },
  (error: unknown) => {
    const failure = describeInit(error);
    report('Uncaught Exception', failure, error);
    send({ kind: 'init_failed', error: failure, output: output.take() });
  },
);

async function invoke(handler: Handler, message: InvokeMessage): Promise<Omit<DoneMessage, 'cpuMs'>> {
  const { requestId } = message;
  // The SDK passes it on with every call: that is how chains of functions are counted.
  process.env._X_AMZN_TRACE_ID = message.traceId;
  const startedMs = performance.now();
  let outcome: { payload: string } | { error: FunctionError };
  try {
    const event = JSON.parse(message.event);
    outcome = encode(await handler(event, context(message)));
  } catch (error) {
    outcome = { error: describe(error) };
    report('Invoke Error', outcome.error, error, requestId);
  }
  return {
    kind: 'done',
    requestId,
    ...outcome,
    durationMs: performance.now() - startedMs,
    output: output.take(),
  };
}

function encode(result: unknown): { payload: string } | { error: FunctionError } {
  let payload: string;
  try {
    // A function that returns nothing answers null.
    payload = JSON.stringify(result) ?? 'null';
  } catch (error) {
    return {
      error: { errorType: 'Runtime.MarshalError', errorMessage: `Unable to stringify response body: ${error}` },
    };
  }
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return { payload };
  return {
    error: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function context({ requestId, timeoutMs }: InvokeMessage): object {
  const deadlineMs = realNow() + timeoutMs;
  return {
    awsRequestId: requestId,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.arn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroup,
    logStreamName: data.logStream,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - realNow()),
  };
}

function describe(error: unknown): FunctionError {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message };
  return { errorType: typeof error, errorMessage: String(error) };
}

function describeInit(error: unknown): FunctionError {
  const failure = describe(error);
  if (error instanceof InitError) return { ...failure, errorType: error.errorType };
  if (error instanceof SyntaxError) return { ...failure, errorType: 'Runtime.UserCodeSyntaxError' };
  const missing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(errorCode(error)));
  return missing ? { ...failure, errorType: 'Runtime.ImportModuleError' } : failure;
}

/** An unhandled error goes to the function's log, as on Lambda, with its stack. */
function report(what: string, failure: FunctionError, error: unknown, requestId = 'undefined'): void {
  const detail = JSON.stringify({ ...failure, stack: error instanceof Error ? error.stack?.split('\n') : undefined });
  output.print('stderr', `${new Date().toISOString()}\t${requestId}\tERROR\t${what}\t${detail}\n`);
}
