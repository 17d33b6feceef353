// npm run e2e: the end-to-end tests against the local runtime, a stack on AWS, or any stack whose outputs are in a
// file.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `Usage: npm run e2e -- [--target local|aws|<file>] [--stack Carillon] [part of a test file's name …]

  --target local    a local runtime for each test file (the default)
  --target aws      the deployed stack, found by your AWS credentials; --stack names it
  --target <file>   a stack whose outputs are in this JSON file, named as GET /_local/outputs names them; a local runtime
                    is reset before each test file, so what it holds is lost

  --token-command <command>      prints a token for the user $USER_ID; $TOKEN_REQUEST is JSON with scopes, ttl_seconds and claims
  --token-url <url>              answers a POST of that JSON with {"token": "<JWT>"}
  --ingestion-time seconds       a local runtime whose bus gives events whole seconds, as AWS may

Tests that need what a target does not have are skipped, and the last lines say how many, for lack of what. Most need tokens of
users they invent.
`;

function fail(problem: string): never {
  process.stderr.write(`${problem}\n\n${USAGE}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        target: { type: 'string', default: 'local' },
        stack: { type: 'string', default: 'Carillon' },
        'token-command': { type: 'string' },
        'token-url': { type: 'string' },
        'ingestion-time': { type: 'string', default: 'milliseconds' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** What E2E_TARGET takes: a file by its whole path, because the tests may run in another folder. */
function targetOf(wanted: string): string {
  if (wanted === 'local' || wanted === 'aws') return wanted;
  const path = resolve(wanted);
  if (!existsSync(path)) fail(`--target ${wanted} is neither local nor aws nor a file.`);
  const outputs: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
  const missing = ['http_url', 'ws_url', 'region', 'event_bus_name', 'table_name'].filter((name) => !outputs[name]);
  if (missing.length > 0) fail(`${wanted} lacks ${missing.join(', ')}.`);
  return path;
}

const { values, positionals } = readArguments();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const filters = positionals.length > 0 ? positionals.map((part) => `test/e2e/${part}`) : ['test/e2e/'];
const target = targetOf(values.target);
// One stack for all files: side by side they would count each other's calls and move each other's clock.
const order = target === 'local' ? [] : ['--no-file-parallelism'];
const reporters = ['--reporter=default', '--reporter=./test/support/skipped-reporter.ts'];
const tests = spawn('npx', ['vitest', 'run', '--project', 'stack', ...reporters, ...order, ...filters], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: {
    ...process.env,
    E2E_TARGET: target,
    E2E_STACK: values.stack,
    E2E_INGESTION_TIME: values['ingestion-time'],
    ...(values['token-command'] !== undefined && { E2E_TOKEN_COMMAND: values['token-command'] }),
    ...(values['token-url'] !== undefined && { E2E_TOKEN_URL: values['token-url'] }),
  },
  stdio: 'inherit',
});
tests.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
