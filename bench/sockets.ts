// npm run bench:sockets: a broadcast to thousands of real sockets on the local runtime, also with workers killed and
// sockets refusing.
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { EVERYONE } from '../protocol/user-id.ts';
import { type BenchStack, startBenchStack } from './bench-stack.ts';

const { values } = parseArgs({
  options: { sockets: { type: 'string', default: '5000' }, opening: { type: 'string', default: '20' } },
});
const count = Number(values.sockets);
/** A broadcast that has not arrived by then does not arrive. */
const WITHIN_MS = 10 * 60_000;

const stack = await startBenchStack();
const sockets: WebSocket[] = [];
let problems = 0;
// The gateway closes a socket after ten minutes without a message.
const pings = setInterval(() => {
  for (const socket of sockets) socket.send('{"action":"ping"}');
}, 4 * 60_000);
try {
  const { ws_url: wsUrl } = await stack.call('GET', 'outputs');
  /** How often each socket received each title. */
  const received = Array.from({ length: count }, () => new Map<string, number>());
  const startedMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: Number(values.opening) }, async () => {
      while (next < count) {
        const at = next++;
        sockets.push(
          await open(stack, wsUrl, `user-${at}`, (title) => {
            const titles = received[at]!;
            titles.set(title, (titles.get(title) ?? 0) + 1);
          }),
        );
      }
    }),
  );
  console.log(`${count} sockets opened in ${seconds(startedMs)} s.`);

  await broadcast('undisturbed', async () => undefined);
  await broadcast('workers killed', async (arrived) => {
    for (const share of [0.1, 0.4, 0.7]) {
      await until(() => arrived() >= share * count);
      await stack.call('POST', 'functions/fanout', { kill: true });
    }
  });
  await stack.call('POST', 'faults', {
    service: 'apigatewaymanagementapi',
    operation: 'PostToConnection',
    kind: 'throttle',
    function: 'fanout',
    times: Math.ceil(count / 5),
  });
  await broadcast('a fifth of the posts refused at first', async () => undefined);

  async function broadcast(title: string, disturb: (arrived: () => number) => Promise<void>): Promise<void> {
    const arrived = () => received.filter((titles) => titles.has(title)).length;
    const sentMs = performance.now();
    await stack.put({ user_id: EVERYONE, title, message: 'To all', notification_type: 'announcement' });
    const disturbed = disturb(arrived);
    await until(() => arrived() === count);
    const took = seconds(sentMs);
    await disturbed;
    await stack.settle();
    const repeats = received.reduce((sum, titles) => sum + (titles.get(title) ?? 0) - 1, 0);
    console.log(`${title}: ${arrived()} of ${count} sockets in ${took} s, ${repeats} repeats.`);
    if (arrived() < count) problems++;
    if (title === 'undisturbed' && repeats > 0) problems++;
  }
} finally {
  clearInterval(pings);
  for (const socket of sockets) socket.terminate();
  await stack.close();
}
process.exit(problems > 0 ? 1 : 0);

/** By a header, which costs no ticket. */
async function open(
  { call }: BenchStack,
  wsUrl: string,
  userId: string,
  onTitle: (title: string) => void,
): Promise<WebSocket> {
  const { token } = await call('POST', 'tokens', { user_id: userId });
  const socket = new WebSocket(wsUrl, { headers: { authorization: `Bearer ${token}` } });
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    if (frame.type === 'notification') onTitle(frame.notification.title);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function until(isReached: () => boolean): Promise<void> {
  const limitMs = performance.now() + WITHIN_MS;
  while (!isReached() && performance.now() < limitMs) await new Promise((resolve) => setTimeout(resolve, 50));
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1_000).toFixed(1);
}
