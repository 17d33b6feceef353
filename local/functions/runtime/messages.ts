// What the pool and a function's worker say to each other.

export interface WorkerData {
  bundleDir: string;
  handler: string;
  /** The movable clock's shared memory: element 0 is the milliseconds it is ahead of real time. */
  offset: Float64Array;
  functionName: string;
  arn: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
  /** The template's NODE_OPTIONS ask for source maps in stack traces. */
  sourceMaps?: boolean;
}

export interface InvokeMessage {
  requestId: string;
  /** JSON */
  event: string;
  timeoutMs: number;
  traceId: string;
}

export interface OutputChunk {
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface FunctionError {
  errorType: string;
  errorMessage: string;
}

export type WorkerMessage =
  | { kind: 'ready'; output: OutputChunk[] }
  | { kind: 'init_failed'; error: FunctionError; output: OutputChunk[] }
  | { kind: 'output'; output: OutputChunk[] }
  | DoneMessage;

export interface DoneMessage {
  kind: 'done';
  requestId: string;
  /** JSON; absent when the handler failed. */
  payload?: string;
  error?: FunctionError;
  durationMs: number;
  /** What the invocation took of the thread's CPU. */
  cpuMs: number;
  output: OutputChunk[];
}
