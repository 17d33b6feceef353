// The local runtime as `npm start` runs it, in a process of its own, with a producer and sockets in this one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import WebSocket from 'ws';
import type { NotificationRequestInput } from '../protocol/request.ts';
import { userOf } from './requests.ts';

export type RunningRuntime = Awaited<ReturnType<typeof startRuntimeProcess>>;

/** `getconf CLK_TCK` on Linux. */
const TICK_MS = 10;
const FRAMES_WITHIN_MS = 120_000;
const OPENING_AT_ONCE = 20;

export async function startRuntimeProcess({ cold }: { cold: boolean }) {
  if (cold) forgetAssemblies();
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const startedMs = performance.now();
  const flags = process.env.RUNTIME_NODE_FLAGS?.split(' ') ?? [];
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', 'local/start.ts', '--quiet'], {
    env: { ...process.env, PORT: '0', AWS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await consoleUrl(child);
  const readyMs = performance.now() - startedMs;
  const outputs = (await (await fetch(`${url}/_local/outputs`)).json()) as Record<string, string>;
  const events = new EventBridgeClient({
    region: outputs.region!,
    endpoint: outputs.aws_endpoint_url!,
    credentials: { accessKeyId: outputs.aws_access_key_id!, secretAccessKey: outputs.aws_secret_access_key! },
  });
  const sockets: WebSocket[] = [];
  let onFrame: (text: string) => void = () => {};

  const connect = async (userId: string): Promise<void> => {
    const body = JSON.stringify({ user_id: userId });
    const reply = await fetch(`${url}/_local/tokens`, { method: 'POST', body });
    const { token } = (await reply.json()) as { token: string };
    const socket = new WebSocket(outputs.ws_url!, { headers: { authorization: `Bearer ${token}` } });
    socket.on('message', (data) => onFrame(String(data)));
    await once(socket, 'open');
    sockets.push(socket);
  };

  return {
    readyMs,
    connect,

    async openUpTo(count: number): Promise<number> {
      const fromMs = performance.now();
      let next = sockets.length;
      const open = async () => {
        while (next < count) await connect(userOf(next++));
      };
      await Promise.all(Array.from({ length: OPENING_AT_ONCE }, open));
      return performance.now() - fromMs;
    },

    async put(requests: NotificationRequestInput[]): Promise<void> {
      const Entries = requests.map((request) => ({
        EventBusName: outputs.event_bus_name!,
        Source: 'bench',
        DetailType: 'notification.requested',
        Detail: JSON.stringify(request),
      }));
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount) throw new Error(`PutEvents refused ${FailedEntryCount} entries.`);
    },

    /** Notification frames that arrive from now on, on any socket; the first of each url with its time. */
    countFrames() {
      const arrivedAtMs = new Map<string, number>();
      let count = 0;
      let look = () => {};
      onFrame = (text) => {
        const frame = JSON.parse(text);
        if (frame.type !== 'notification') return;
        const link = frame.notification?.payload?.url;
        if (link !== undefined) arrivedAtMs.set(link, performance.now());
        count++;
        look();
      };
      const reached = (wanted: number) =>
        new Promise<void>((resolve, reject) => {
          const limit = setTimeout(() => reject(new Error(`${count} of ${wanted} frames came.`)), FRAMES_WITHIN_MS);
          look = () => {
            if (count < wanted) return;
            clearTimeout(limit);
            resolve();
          };
          look();
        });
      return { arrivedAtMs, reached };
    },

    cpu: () => ({ runtimeMs: cpuMs(child.pid!), engineMs: sum(childrenOf(child.pid!).map(cpuMs)) }),
    memory: () => ({ runtimeMb: rssMb(child.pid!), engineMb: sum(childrenOf(child.pid!).map(rssMb)) }),

    async stop(): Promise<void> {
      for (const socket of sockets) socket.terminate();
      events.destroy();
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Those that `npm start` keeps: the next start synthesizes. */
function forgetAssemblies(): void {
  const folder = new URL('../.carillon/', import.meta.url);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => one.startsWith('assembly-'))) {
    rmSync(new URL(name, folder), { recursive: true });
  }
}

/** Printed when everything is ready. */
async function consoleUrl(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout!) {
    printed += chunk;
    const found = /Console.*?(http:\/\/[\d.:]+)/.exec(printed);
    if (found) return found[1]!;
  }
  throw new Error(`The runtime ended before it was ready: ${printed}`);
}

function cpuMs(pid: number): number {
  // Fields 14 and 15, counted after the name, which may hold spaces.
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function rssMb(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
