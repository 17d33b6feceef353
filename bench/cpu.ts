// npm run bench:cpu -- --against <commit>: CPU time of dispatch for a notification, that commit's bundle against
// today's, in pairs.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleFrom, LAMBDAS, writeBundle } from '../lib/bundle-handler.ts';
import { DEFAULT_GROUP_FIELD } from '../protocol/inbox-rules.ts';
import { DEFAULT_LIMITS } from '../protocol/service-limits.ts';
import { percentile } from './percentile.ts';
import { requestTo, userOf } from './requests.ts';

const { values } = parseArgs({
  options: { against: { type: 'string', default: 'HEAD' }, pairs: { type: 'string', default: '150' } },
});
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BATCH = 10;
/** Until code is compiled. */
const WARM_UP_PAIRS = 60;
let sent = 0;
type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const folder = mkdtempSync(join(tmpdir(), 'carillon-cpu-'));
const aws = fork(fileURLToPath(new URL('./canned-aws.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
try {
  const [port] = await once(aws, 'message');
  setEnvironment(`http://127.0.0.1:${port}`);
  const before = await load('before', lambdasAt(values.against));
  const now = await load('now', LAMBDAS);
  // What functions log goes nowhere.
  process.stdout.write = () => true;
  const samples: { beforeMs: number; nowMs: number }[] = [];
  for (let pair = -WARM_UP_PAIRS; pair < Number(values.pairs); pair++) {
    // Each goes first as often as second.
    const first = pair % 2 === 0 ? await cpuMs(before) : undefined;
    const nowMs = await cpuMs(now);
    const beforeMs = first ?? (await cpuMs(before));
    if (pair >= 0) samples.push({ beforeMs, nowMs });
  }
  const median = (of: number[]) => percentile(of, 50);
  const shares = samples.map((sample) => sample.nowMs / sample.beforeMs);
  print(`CPU of dispatch for a notification, in batches of ${BATCH}, median of ${samples.length} pairs:`);
  print(`  ${values.against.padEnd(12)} ${(median(samples.map((sample) => sample.beforeMs)) / BATCH).toFixed(3)} ms`);
  print(`  ${'now'.padEnd(12)} ${(median(samples.map((sample) => sample.nowMs)) / BATCH).toFixed(3)} ms`);
  print(`  ${'share'.padEnd(12)} ${(median(shares) * 100).toFixed(0)} %`);
} finally {
  aws.kill();
  rmSync(folder, { recursive: true });
}
process.exit();

/** The whole process: what compiles and collects garbage is billed too. */
async function cpuMs(handler: Handler): Promise<number> {
  const context = { awsRequestId: 'bench', functionName: 'dispatch', getRemainingTimeInMillis: () => 30_000 };
  const event = batch();
  const before = process.cpuUsage();
  const reply = (await handler(event, context)) as { batchItemFailures: unknown[] };
  const { user, system } = process.cpuUsage(before);
  if (reply.batchItemFailures.length > 0) throw new Error('Not every notification was delivered.');
  return (user + system) / 1_000;
}

function batch(): object {
  const Records = Array.from({ length: BATCH }, () => {
    const at = new Date().toISOString();
    const detail = requestTo(userOf(sent), sent);
    const event = {
      id: `event-${sent}`,
      'detail-type': 'notification.requested',
      source: 'bench',
      ingested_at: at,
      detail,
    };
    const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
    sent++;
    const ids = { messageId: `message-${sent}`, receiptHandle: `handle-${sent}` };
    return { ...ids, body: JSON.stringify(event), attributes, messageAttributes: {}, eventSource: 'aws:sqs' };
  });
  return { Records };
}

async function load(name: string, lambdas: string): Promise<Handler> {
  const target = join(folder, name);
  writeBundle(bundleFrom(lambdas, 'dispatch'), target);
  return (await import(pathToFileURL(join(target, 'index.mjs')).href)).handler;
}

/** That commit's functions, with the packages that are installed now. */
function lambdasAt(commit: string): string {
  const target = join(folder, 'sources');
  mkdirSync(target);
  const sources = execFileSync('git', ['archive', commit, 'lambdas', 'protocol'], { cwd: ROOT, maxBuffer: 64 << 20 });
  execFileSync('tar', ['-x', '-C', target], { input: sources });
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
  return join(target, 'lambdas');
}

function setEnvironment(endpoint: string): void {
  const urls = ['DISPATCH_QUEUE_URL', 'REJECTED_QUEUE_URL', 'FANOUT_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'];
  const arns = ['SCHEDULE_GROUP_NAME', 'SCHEDULE_ROLE_ARN', 'DISPATCH_QUEUE_ARN', 'UNDELIVERED_QUEUE_ARN'];
  const none = ['FCM_APPLICATION_ARN', 'APNS_APPLICATION_ARN', 'APNS_SANDBOX_APPLICATION_ARN', 'BROADCAST_TOPIC_ARN'];
  Object.assign(process.env, {
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_LAMBDA_FUNCTION_NAME: 'dispatch',
    TABLE_NAME: 'table',
    CALLBACK_URL: `${endpoint}/v1`,
    LIMITS: JSON.stringify(DEFAULT_LIMITS),
    INBOX_RULES: JSON.stringify({ organisations: false, groupField: DEFAULT_GROUP_FIELD }),
    WEB_PUSH_SECRET_ARN: '',
    WEB_PUSH_CONTACT: '',
    MAX_RECEIVES: '5',
    RETENTION_DAYS: '90',
    POWERTOOLS_SERVICE_NAME: 'dispatch',
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
    ...Object.fromEntries(urls.map((name) => [name, `${endpoint}/queue`])),
    ...Object.fromEntries(arns.map((name) => [name, 'arn:aws:any'])),
    ...Object.fromEntries(none.map((name) => [name, ''])),
  });
}

function print(line: string): void {
  writeSync(1, `${line}\n`);
}
