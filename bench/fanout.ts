// npm run bench:fanout: posts a second and CPU per frame of one fan-out worker, by the size of its window, beside plain
// SDK calls.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { encodedSender } from '../lambdas/aws/delivery/encoded-sender.ts';
import { postWindow } from '../lambdas/domain/delivery/post-window.ts';

const { values } = parseArgs({
  options: {
    posts: { type: 'string', default: '10000' },
    latency: { type: 'string', default: '12' },
    windows: { type: 'string', default: '64,128,256' },
  },
});
const posts = Number(values.posts);
/** Half a kilobyte, as a notification is. */
const frame = new TextEncoder().encode(JSON.stringify({ type: 'notification', text: 'x'.repeat(500) }));
const idOf = (at: number) => `R0oXA${String(at).padStart(7, '0')}ACw=`;

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});
const server = fork(new URL('./connections-server.ts', import.meta.url), [values.latency], {
  execArgv: ['--import', 'tsx'],
});
const [port] = await once(server, 'message');
const endpoint = `http://127.0.0.1:${port}/v1`;

console.log(`${posts} posts of ${frame.length} bytes; each is answered after ${values.latency} ms.`);
const client = new ApiGatewayManagementApiClient({ endpoint });
await measure('plain SDK calls, 50 at once', async (count) => {
  for (let at = 0; at < count; at += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, count - at) }, (_, more) =>
        client.send(new PostToConnectionCommand({ ConnectionId: idOf(at + more), Data: frame })),
      ),
    );
  }
});
for (const size of values.windows.split(',').map(Number)) {
  const sender = encodedSender(endpoint);
  await measure(`window of ${size}`, (count) => throughWindow(sender, size, count));
}
client.destroy();
server.disconnect();

async function throughWindow(sender: ReturnType<typeof encodedSender>, size: number, count: number): Promise<void> {
  const window = postWindow(
    {
      encodedSender: sender,
      connections: {
        add: async () => undefined,
        remove: async () => undefined,
        setPresence: async () => false,
        lastSeen: async () => undefined,
      },
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      random: Math.random,
      clock: { now: Date.now },
      log: { info: () => undefined, error: (message, error) => console.error(message, error) },
      metrics: { count: () => undefined, latency: () => undefined, gauge: () => undefined },
    },
    frame,
    { turn: async () => undefined },
    size,
  );
  let sent = 0;
  for (let at = 0; at < count; at++) {
    await window.post({ connection_id: idOf(at), user_id: 'bench' }, (outcome) => {
      if (outcome === 'sent') sent++;
    });
  }
  await window.drain();
  if (sent !== count) throw new Error(`${sent} of ${count} posts were accepted.`);
}

async function measure(name: string, run: (count: number) => Promise<void>): Promise<void> {
  await run(Math.min(1_000, posts));
  const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()];
  await run(posts);
  const { user, system } = process.cpuUsage(startedCpu);
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpuMs = (user + system) / 1_000 / posts;
  console.log(
    `  ${name.padEnd(28)} ${(posts / seconds).toFixed(0).padStart(6)} posts/s  ${cpuMs.toFixed(3)} ms CPU a post`,
  );
}
