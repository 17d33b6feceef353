// Runs `npm start` as README.md says, on ports of its own, and stops it as Ctrl-C does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './markdown.ts';

export interface Started {
  /** What it printed until it was ready. */
  printed: string;
  /** A file with the stack's outputs, as E2E_TARGET takes it. */
  outputsFile: string;
  /** Ctrl-C: the signal goes to everything that runs in the terminal. Resolves when all of it has ended. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 100_000;

export async function npmStart(): Promise<Started> {
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', AWS_PORT: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal gives to each command.
    detached: true,
  });
  // Whatever becomes of the test, nothing it started may stay.
  const killAll = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  process.once('exit', killAll);
  const ended = once(child, 'close') as Promise<[number | null]>;
  let printed = '';
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    let isReady = false;
    const fail = (why: string) => {
      if (isReady) return;
      clearTimeout(limit);
      killAll();
      reject(new Error(`npm start ${why}:\n${printed}${said}`));
    };
    const limit = setTimeout(() => fail('is not ready'), READY_WITHIN_MS);
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      if (printed.includes('Ctrl-C')) {
        isReady = true;
        clearTimeout(limit);
        resolve();
      }
    });
    ended.then(
      ([code]) => fail(`ended with ${code}`),
      (error) => fail(String(error)),
    );
  });
  const folder = await mkdtemp(join(tmpdir(), 'carillon-readme-'));
  const outputsFile = join(folder, 'outputs.json');
  const url = /Console +(\S+)/.exec(printed)![1]!;
  await writeFile(outputsFile, await (await fetch(new URL('/_local/outputs', url))).text());
  return {
    printed,
    outputsFile,
    async stop() {
      process.kill(-child.pid!, 'SIGINT');
      // It closes when the last process that holds its output has ended.
      await ended;
      process.off('exit', killAll);
      await rm(folder, { recursive: true });
    },
  };
}
