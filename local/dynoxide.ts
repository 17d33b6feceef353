// Runs the dynoxide binary as a child process: a DynamoDB engine that starts in milliseconds.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { killWithUs } from './kill-child-on-exit.ts';

export interface RunningEngine {
  endpoint: string;
  close(): Promise<void>;
}

/** The binary's path, or undefined where there is none for this platform. */
export function dynoxideBinary(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    // An optional dependency that npm leaves out on other platforms.
    return undefined;
  }
}

const START_ATTEMPTS = 3;
/** It is ready in about 10 ms; a loaded machine may need longer (our choice). */
const READY_WITHIN_MS = 10_000;
const PROBE_EVERY_MS = 5;
const END_WITHIN_MS = 2_000;

export async function startDynoxide(
  binary: string,
  { dbPath, log }: { dbPath?: string | undefined; log: (line: string) => void },
): Promise<RunningEngine> {
  for (let attempt = 1; ; attempt++) {
    // It reports no port of its own choosing, so we look for a free one; another process may be faster, hence the tries.
    const port = await freePort();
    const args = ['--host', '127.0.0.1', '--port', String(port), ...(dbPath ? ['--db-path', dbPath] : [])];
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: {} });
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    const dismissWatchdog = child.pid ? killWithUs(child.pid) : () => undefined;
    const endpoint = `http://127.0.0.1:${port}`;
    if (await isReady(child, endpoint)) return running(child, endpoint, dismissWatchdog, log);
    child.kill('SIGKILL');
    dismissWatchdog();
    if (attempt === START_ATTEMPTS) {
      throw new Error(
        `the DynamoDB engine ${binary} did not start: ${said.trim() || 'it said nothing'}. ` +
          'LOCAL_DYNAMODB=dynalite uses the engine in JavaScript instead.',
      );
    }
  }
}

function running(
  child: ChildProcess,
  endpoint: string,
  dismissWatchdog: () => void,
  log: (line: string) => void,
): RunningEngine {
  const ended = once(child, 'exit');
  let closing = false;
  child.once('exit', (code, signal) => {
    dismissWatchdog();
    if (!closing) log(`the DynamoDB engine ended by itself (${signal ?? `exit status ${code}`}); restart the runtime`);
  });
  return {
    endpoint,
    async close() {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await ended;
      clearTimeout(forced);
    },
  };
}

/** True once our own child answers; false when it ended or stays silent. It announces itself before it listens. */
async function isReady(child: ChildProcess, endpoint: string): Promise<boolean> {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (!ended && performance.now() < deadlineMs) {
    try {
      const reply = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
      await reply.arrayBuffer();
      if (!ended && reply.headers.get('server')?.startsWith('Dynoxide')) return true;
    } catch {
      // Not listening yet.
    }
    await delay(PROBE_EVERY_MS);
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
