// npm start: the whole stack on localhost, until Ctrl-C or SIGTERM.

import { parseArgs, styleText } from 'node:util';
import { readAssembly, synthesize } from './assembly.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import { errorMessage } from './error-message.ts';
import { ignoredSentence } from './ignored-sentence.ts';
import { type KeptState, NOTHING_KEPT, openKeptState } from './kept-state.ts';
import { LOCAL_SETTINGS } from './local-settings.ts';
import { readableLine } from './readable-line.ts';
import { startRuntime } from './runtime.ts';
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts';

const flags = readFlags();

// As on Lambda, before anything formats a time: the functions' workers inherit it.
process.env.TZ = 'UTC';

const startedAt = performance.now();
const stop = new AbortController();
/** Our choice: soon enough for a process that waits for the ports to be free. */
const PARENT_LOOK_MS = 250;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
// A SIGTERM to npm ends npm and its shell, neither of which passes it on: that they are gone is how it is heard here.
if (process.env.npm_lifecycle_event !== undefined) {
  const startedBy = process.ppid;
  setInterval(() => process.ppid !== startedBy && stop.abort(), PARENT_LOOK_MS).unref();
}

const log = (line: string) => process.stderr.write(`${line}\n`);
const [port, awsPort] = [portOf('PORT', 4280), portOf('AWS_PORT', 4566)];
const [assembly, engine] = await Promise.all([
  flags.assembly === undefined ? synthesize(LOCAL_SETTINGS) : readAssembly(flags.assembly),
  startDynamoDbEngine({ ...(flags.data !== undefined && { dbPath: flags.data }), log }),
]).catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
const kept = openKept(flags.data);
const runtime = await startRuntime({
  kept,
  assembly,
  engine,
  port,
  awsPort,
  ingestionTime: ingestionTime(),
  isRestart: flags.data !== undefined,
  isLazy: true,
  log,
  functionLog: ({ function: name, line }) => {
    const readable = flags.quiet ? undefined : readableLine(line);
    if (readable !== undefined) log(`${styleText('dim', name.padEnd(9))} ${readable}`);
  },
}).catch(async (error: unknown) => {
  await engine.close();
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

const outputs = runtime.outputs();
writeRuntimeFile(outputs);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
const name = (text: string) => styleText('bold', text.padEnd(11));
process.stdout.write(`
${styleText('bold', 'Carillon')} runs: the deployed template on localhost, ready in ${seconds} s

  ${name('Console')} ${outputs.http_url}/
  ${name('Examples')} ${outputs.http_url}/examples/
  ${name('HTTP API')} ${outputs.http_url}
  ${name('WebSocket')} ${outputs.ws_url}
  ${name('AWS')} ${outputs.aws_endpoint_url}   key ${outputs.aws_access_key_id}, secret ${outputs.aws_secret_access_key}, ${outputs.region}
  ${name('DynamoDB')} ${engine.kind}
  ${name('Demo users')} alice, bob (any other name works too)
  ${name('Not run')} ${ignoredSentence(runtime.ignored)}
              ${outputs.http_url}/_local/ignored

Try it: open the console, then

  npm run send -- --to alice --title "Hello" --message "Your build is ready"

  npm run smoke

For the AWS CLI and the SDKs: eval "$(npm run --silent outputs -- --env)"

Ctrl-C stops everything.
`);

void engine.ended.then((why) => {
  log(
    `${why} The runtime stops. Start it again: npm start${flags.data === undefined ? '; with -- --data <path> it is kept' : ` -- --data ${flags.data}`}.`,
  );
  process.exitCode = 1;
  stop.abort();
});
if (!stop.signal.aborted)
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
removeRuntimeFile();
await runtime.close();
await engine.close();
process.exit();

function ingestionTime(): 'milliseconds' | 'seconds' {
  const wanted = flags['ingestion-time'];
  if (wanted === 'milliseconds' || wanted === 'seconds') return wanted;
  process.stderr.write(`--ingestion-time is "${wanted}"; it must be milliseconds or seconds.\n`);
  process.exit(2);
}

function portOf(name: 'PORT' | 'AWS_PORT', standard: number): number {
  const port = Number(process.env[name] ?? standard);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  process.stderr.write(`${name} is "${process.env[name]}"; it must be a port, 0 to 65535.\n`);
  process.exit(2);
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        /** A folder that `cdk synth` made; by default the app is synthesized as needed. */
        assembly: { type: 'string' },
        /** Where the table's data is kept between runs; by default it is not. */
        data: { type: 'string' },
        quiet: { type: 'boolean', default: false },
        /** How exact the time is at which the bus accepts an event: AWS doesn't say. */
        'ingestion-time': { type: 'string', default: 'milliseconds' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${errorMessage(error).split('. To specify')[0]}. docs/local-runtime.md lists the options.\n`);
    process.exit(2);
  }
}

function openKept(dataPath: string | undefined): KeptState {
  if (dataPath === undefined) return NOTHING_KEPT;
  const file = `${dataPath}.runtime.jsonl`;
  try {
    return openKeptState(file, log);
  } catch (error) {
    log(`${file} cannot be opened: ${errorMessage(error)}`);
    process.exit(1);
  }
}
