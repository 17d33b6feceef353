// Collects what the function prints, so that it reaches the pool before the result does and with its request.
import type { OutputChunk } from './messages.ts';

export interface Output {
  /** What was printed since the last take. */
  take(): OutputChunk[];
  print(stream: OutputChunk['stream'], text: string): void;
}

/** `flush` is called in a later turn when something was printed and nobody took it. */
export function captureOutput(flush: () => void): Output {
  let chunks: OutputChunk[] = [];
  let flushing = false;
  const print = (stream: OutputChunk['stream'], text: string) => {
    chunks.push({ stream, text });
    if (flushing) return;
    flushing = true;
    setImmediate(() => {
      flushing = false;
      if (chunks.length > 0) flush();
    });
  };
  for (const name of ['stdout', 'stderr'] as const) {
    // console and loggers write through these two.
    process[name].write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      print(name, text);
      const written = typeof encoding === 'function' ? encoding : callback;
      if (typeof written === 'function') queueMicrotask(() => written());
      return true;
    }) as typeof process.stdout.write;
  }
  return {
    print,
    take() {
      const taken = chunks;
      chunks = [];
      return taken;
    },
  };
}
