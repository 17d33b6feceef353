// npm run bench:recipients: one request with 10,000 user ids and 40 KB through dispatch: time and memory of the
// function.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';

const RECIPIENTS = 10_000;
const CONTENT_BYTES = 40_000;
/** Our choice: what AWS's services answer in within a region. */
const LATENCY_MS = 8;
const LIMIT_SECONDS = 10;
const LIMIT_MB = 150;
const BUNDLE = 'dispatch.mjs';

let tasks = 0;
let calls = 0;

/** Answers as SQS and DynamoDB do where a table is empty and a queue takes everything. */
const server = createServer(async (request, response) => {
  const body = JSON.parse((await textOf(request)) || '{}');
  await delay(LATENCY_MS);
  calls++;
  const entries: { Id: string; MessageBody: string }[] = body.Entries ?? [];
  tasks += entries.length;
  const Successful = entries.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: Id,
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
  }));
  const isQueue = String(request.headers['x-amz-target']).startsWith('AmazonSQS');
  response.end(JSON.stringify(isQueue ? { Successful, Failed: [] } : {}));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const folder = mkdtempSync(join(tmpdir(), 'carillon-recipients-'));
try {
  await build({
    entryPoints: [new URL('../lambdas/handlers/dispatch.ts', import.meta.url).pathname],
    outfile: join(folder, BUNDLE),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import{createRequire}from'module';const require=createRequire(import.meta.url);" },
  });
  const run = join(folder, 'run.mjs');
  writeFileSync(run, program());
  const child = spawn(process.execPath, [run], {
    env: { ...process.env, ...environment(), BUNDLE_PATH: join(folder, BUNDLE) },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.pipe(process.stderr);
  const [code] = await once(child, 'close');
  const result = JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
  const isDone = code === 0 && tasks === RECIPIENTS && result.left === 0;
  console.log(
    `${tasks} of ${RECIPIENTS} recipients, ${CONTENT_BYTES / 1000} KB: ${result.seconds.toFixed(1)} s of the function, ` +
      `${result.cpuSeconds.toFixed(1)} s of CPU, ${Math.round(result.mb)} MB at most (${Math.round(result.idleMb)} MB idle), ${calls} calls`,
  );
  if (!isDone || result.seconds > LIMIT_SECONDS || result.mb > LIMIT_MB) process.exitCode = 1;
} finally {
  server.close();
  rmSync(folder, { recursive: true });
}

/** Runs the handler as Lambda does, in a process of its own. */
function program(): string {
  const detail = {
    user_ids: Array.from({ length: RECIPIENTS }, (_, at) => `3f0c9a52-6d1e-4b7a-9c35-${String(at).padStart(12, '0')}`),
    title: 'Title',
    message: 'm'.repeat(16_000),
    payload: { text: 'x'.repeat(CONTENT_BYTES - 16_000 - 500) },
    notification_type: 'system',
  };
  const event = {
    id: 'e1',
    source: 'bench',
    'detail-type': 'notification.requested',
    time: '2026-01-01T00:00:00Z',
    detail,
  };
  const record = {
    messageId: 'm1',
    receiptHandle: 'h1',
    body: JSON.stringify(event),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
    messageAttributes: {},
  };
  return `
    const { handler } = await import(process.env.BUNDLE_PATH);
    const idleMb = process.memoryUsage().rss / 1e6;
    const event = ${JSON.stringify({ Records: [record] })};
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    const context = { awsRequestId: 'r1', functionName: 'dispatch', getRemainingTimeInMillis: () => 30_000 - (performance.now() - startedMs) };
    const { batchItemFailures } = await handler(event, context);
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const mb = process.resourceUsage().maxRSS / 1e3;
    console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, mb, idleMb, left: batchItemFailures.length }));
    process.exit(0);
  `;
}

function environment(): Record<string, string> {
  const queue = `${endpoint}/000000000000/queue`;
  const arn = 'arn:aws:sqs:us-east-1:000000000000:queue';
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    TABLE_NAME: 'table',
    POWERTOOLS_SERVICE_NAME: 'dispatch',
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
    LOG_LEVEL: 'ERROR',
    CALLBACK_URL: endpoint,
    LIMITS: '{}',
    SCHEDULE_GROUP_NAME: 'group',
    SCHEDULE_ROLE_ARN: 'arn:aws:iam::000000000000:role/role',
    DISPATCH_QUEUE_ARN: arn,
    UNDELIVERED_QUEUE_ARN: arn,
    FCM_APPLICATION_ARN: '',
    APNS_APPLICATION_ARN: '',
    APNS_SANDBOX_APPLICATION_ARN: '',
    BROADCAST_TOPIC_ARN: '',
    DISPATCH_QUEUE_URL: queue,
    REJECTED_QUEUE_URL: queue,
    DEAD_LETTER_QUEUE_URL: queue,
    FANOUT_QUEUE_URL: queue,
    RETENTION_DAYS: '90',
    MAX_RECEIVES: '5',
    POSTS_PER_SECOND: '5000',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
