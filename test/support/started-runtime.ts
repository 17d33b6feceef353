// The runtime as a person starts it, in a process of its own: for what happens to it when it is stopped or killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outputs } from '../../bin/find-stack.ts';
import { localControl } from './local-control.ts';

const START = fileURLToPath(new URL('../../local/start.ts', import.meta.url));
const READY_WITHIN_MS = 100_000;

export type StartedRuntime = Awaited<ReturnType<typeof startedRuntime>>;

export async function startedRuntime(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', START, ...args], {
    // Not as a script of npm: it would watch who started it.
    env: { ...process.env, PORT: '0', AWS_PORT: '0', NO_COLOR: '1', npm_lifecycle_event: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killIt = () => child.kill('SIGKILL');
  process.once('exit', killIt);
  const ended = once(child, 'close').then(([code, signal]) => {
    process.off('exit', killIt);
    return { code: code as number | null, signal: signal as string | null };
  });
  let printed = '';
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const url = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      const [, console] = /Console +(\S+)\/\s.*Ctrl-C/s.exec(printed) ?? [];
      if (console === undefined) return;
      clearTimeout(limit);
      resolve(console);
    });
    void ended.then(() => reject(new Error(`The runtime did not start:\n${printed}${said}`)));
  });
  const outputs = (await (await fetch(`${url}/_local/outputs`)).json()) as Outputs;
  return {
    outputs,
    pid: child.pid!,
    local: localControl(url),
    ended,
    /** On standard output, and what it said on standard error so far. */
    printed,
    said: () => said,
    /** Ends with the code of the process, or the signal. */
    stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
