// Runs the dynoxide binary as a child process: a DynamoDB engine that starts in milliseconds.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { killWithUs } from './kill-child-on-exit.ts';
import { BROWSER_BLOCKED_PORTS } from './ports.ts';

export interface RunningEngine {
  endpoint: string;
  /** How it ended by itself; never when it is closed. */
  ended: Promise<string>;
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
  { dbPath }: { dbPath?: string | undefined } = {},
): Promise<RunningEngine> {
  for (let attempt = 1; ; attempt++) {
    const { host, port } = hiddenAddress();
    const args = ['--host', host, '--port', String(port), ...(dbPath ? ['--db-path', dbPath] : [])];
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: {} });
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    const dismissWatchdog = child.pid ? killWithUs(child.pid) : () => undefined;
    const endpoint = `http://${host}:${port}`;
    if (await isReady(child, endpoint)) return running(child, endpoint, dismissWatchdog);
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

/**
 * The engine checks no signature and answers pages of every origin, so it listens where no page can reach it: on a port
 * that browsers refuse to connect to, at a random address of the loopback network.
 */
function hiddenAddress(): { host: string; port: number } {
  const host = `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
  return { host, port: BROWSER_BLOCKED_PORTS[randomInt(BROWSER_BLOCKED_PORTS.length)]! };
}

function running(child: ChildProcess, endpoint: string, dismissWatchdog: () => void): RunningEngine {
  const exited = once(child, 'exit');
  let closing = false;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      dismissWatchdog();
      if (!closing) resolve(signal ?? `exit status ${code}`);
    });
  });
  return {
    endpoint,
    ended,
    async close() {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await exited;
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
    if ((await serverName(endpoint))?.startsWith('Dynoxide') && !ended) return true;
    await delay(PROBE_EVERY_MS);
  }
  return false;
}

/** The `server` header of the answer, or undefined while nothing listens. `fetch` would refuse the port. */
function serverName(endpoint: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = get(endpoint, { timeout: 1_000 }, (reply) => {
      reply.resume();
      resolve(String(reply.headers.server));
    });
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(undefined));
  });
}
